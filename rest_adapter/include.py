"""`include`: the to-one edges of the records asked for, one level, each followed once for all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from crm.call import Call
from crm.catalogue import EDGES
from crm.edge import ToOne
from crm.kit.page import Row
from crm.operation import Operation
from rest_adapter import wire


def asked(operation: Operation, values: Mapping[str, Any]) -> tuple[ToOne, ...]:
    """The edges that `include` names; what it says wrongly is left for the operation to refuse."""
    names = values.get("include")
    if not isinstance(names, list):
        return ()
    found = (EDGES.get(f"{operation.resource.singular}.{name}") for name in names if isinstance(name, str))
    return tuple(dict.fromkeys(edge for edge in found if isinstance(edge, ToOne)))


async def check(call: Call, operation: Operation, values: Mapping[str, Any], edges: Sequence[ToOne]) -> None:
    """Refuse, before anything is read, what the values or the edges' scopes refuse. Raises Invalid or Forbidden."""
    if edges:
        await call.read(operation, values)
    for edge in edges:
        call.check(edge)


async def bring(call: Call, edges: Sequence[ToOne], rows: Sequence[Row], shown: Sequence[Row]) -> None:
    """Put the record each edge leads to into the rows already shown: null where there is none to see."""
    for edge in edges:
        keys = dict.fromkeys(key for row in rows if (key := row[edge.key]) is not None)
        found = await call.follow_one(edge, tuple(keys))
        shape = wire.shape(wire.RECORDS[edge.target.singular])
        told = {key: shape.shown(record) for key, record in found.items()}
        for row, into in zip(rows, shown, strict=True):
            into[edge.name] = told.get(row[edge.key])
