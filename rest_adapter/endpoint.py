"""The one endpoint of /v1: parse, `Call.run`, render. What an operation is and does, it knows only from its binding.

The order of refusals is contract §1's: scope, body, input, role. It raises CrmError; the street tells it.
"""

from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from crm.call import Call
from crm.kit.errors import Invalid
from crm.kit.etag import etag
from crm.kit.idempotency_key import header_key
from crm.kit.page import Page, Row
from crm.kit.problems import Violation
from crm.operation import Arguments, Operation
from rest_adapter import include, wire
from rest_adapter.answer import Answer
from rest_adapter.binding import BASE, CREATED, Binding
from rest_adapter.body import read_object
from rest_adapter.conditional import unchanged
from rest_adapter.query import accepted, read_query

# A client may keep what it read, and asks whether it is still so before it shows it to anyone.
_KEPT = (("Cache-Control", "private, no-cache"), ("Vary", "Authorization, Version"))


class Endpoint:
    """Runs the binding the router found, for the call the street prepared: `scope["state"]` holds both."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await _answer(scope["state"]["call"], scope["state"]["binding"], Request(scope, receive))
        await answer(scope, receive, send)


async def _answer(call: Call, binding: Binding, request: Request) -> Answer:
    operation = binding.operation
    await call.admit(operation, request.path_params["id"])
    values = await _values(call, binding, request)
    edges = include.asked(operation, values)
    await include.check(call, operation, values, edges)
    result = await call.run(operation, values, _arguments(operation, request))
    if operation.kind == "delete":
        return Answer(binding.status)
    rows = result.rows if isinstance(result, Page) else [result]
    shape = wire.shape(operation.gives).only(values.get("fields"))
    shown = [shape.shown(row) for row in rows]
    await include.bring(call, edges, rows, shown)
    if isinstance(result, Page):
        return Answer(binding.status, wire.dumps(wire.page(result, shown)))
    if operation.kind == "read":
        return _single(binding, request, result, shown[0], plain=not edges)
    return _written(binding, result, shown[0])


def _arguments(operation: Operation, request: Request) -> Arguments:
    """What the path and the headers say besides the values. Raises Malformed where a key is none."""
    return Arguments(
        id=request.path_params["id"],
        if_match=_listed(request, "if-match") if operation.targets and operation.kind != "read" else None,
        idempotency_key=header_key(request.headers.getlist("idempotency-key")) if operation.keyed else None,
    )


def _listed(request: Request, name: str) -> str | None:
    """A header that is a list, as one line however many it came in (RFC 9110 §5.3)."""
    lines = request.headers.getlist(name)
    return ", ".join(lines) if lines else None


async def _values(call: Call, binding: Binding, request: Request) -> dict[str, Any]:
    """What the client sent, from the query or the body. Raises Invalid where the query says what it may not."""
    if binding.queried:
        values, wrong = read_query(request.scope["query_string"], () if binding.only else accepted(binding.operation))
    else:
        _, wrong = read_query(request.scope["query_string"], ())
        values = await read_object(request)
    if wrong:
        raise Invalid([*wrong, *await _violations(call, binding.operation, values)])
    return values


async def _violations(call: Call, operation: Operation, values: dict[str, Any]) -> tuple[Violation, ...]:
    """What is wrong with the values themselves: every bad field is told at once."""
    try:
        await call.read(operation, values)
    except Invalid as fault:
        return fault.violations
    return ()


def _single(binding: Binding, request: Request, row: Row, shown: Row, *, plain: bool) -> Answer:
    """One record, bare, with its ETag; not sent again to a client that has it. An included record may have changed
    when its parent has not, so what carries one is always sent and never kept."""
    if "_revision" not in row:
        return Answer(binding.status, wire.dumps(shown))
    headers = (("ETag", etag(row)), *(_KEPT if plain else ()))
    if plain and binding.queried and unchanged(_listed(request, "if-none-match"), etag(row)):
        return Answer(304, headers=headers)
    return Answer(binding.status, wire.dumps(binding.shown(shown)), headers=headers)


def _written(binding: Binding, result: Row, shown: Row) -> Answer:
    """What a write leaves: the record with its new ETag; where a new one is; whether it is an earlier answer."""
    row: Row = result.get("data", result)
    headers = [("ETag", etag(row)), ("Cache-Control", "no-store")]
    if binding.status == CREATED:
        headers.append(("Location", f"{BASE}/{binding.operation.resource.plural}/{row['id']}"))
    if "_replayed" in result:
        headers.append(("Idempotent-Replayed", "true"))
    return Answer(binding.status, wire.dumps(binding.shown(shown)), headers=headers)
