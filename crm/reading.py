"""The two operations every resource has for reading: one record by its id, and a search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crm.call import Call
from crm.edge import ToOne
from crm.kit.errors import Invalid, NotFound
from crm.kit.fields import Record
from crm.kit.page import REVISION, Page, Row, Search, Searchable, Selection, read_selection
from crm.kit.problems import Violation
from crm.operation import Arguments, Custom, Operation
from crm.storage.repository import Repository


@dataclass(frozen=True, slots=True)
class Selectable:
    """The input of a read by id: which fields to show, which edges to bring along."""

    record: type[Record]
    include: tuple[str, ...] = ()
    members: tuple[str, ...] = ("include", "fields")

    def read(self, raw: Mapping[str, Any], custom: Custom) -> Selection:  # noqa: ARG002  the port's signature
        wrong = [
            Violation(name[:100], "unknown_field", f"`{name[:100]}` is not a parameter of a read.")
            for name in raw
            if name not in self.members
        ]
        selection = read_selection(raw, self.record, self.include, wrong)
        if wrong:
            raise Invalid(wrong)
        return selection


def absent(operation: Operation) -> NotFound:
    """What is said of a record that does not exist, and of one this caller may not see: the same."""
    return NotFound(f"There is no {operation.resource.singular} with this id.")


def read_operation(repository: Repository, include: Sequence[ToOne] = ()) -> Operation:
    """`<plural>.read`: one record, or NotFound."""
    resource = repository.record.resource

    async def read(call: Call, arguments: Arguments) -> Row:
        selection: Selection = arguments.input
        columns = _columns(selection, include)
        versioned = None if columns is None else (*columns, REVISION)
        row = await repository.get(call, str(arguments.id), versioned, selection.carried)
        if row is None:
            raise absent(operation)
        return row

    operation = Operation(
        name=f"{resource.plural}.read",
        summary=f"Read one {resource.singular}",
        resource=resource,
        kind="read",
        may=repository.permission,
        gives=repository.record,
        run=read,
        takes=Selectable(repository.record, tuple(edge.name for edge in include)),
        targets=True,
    )
    return operation


def search_operation(repository: Repository, include: Sequence[ToOne] = ()) -> Operation:
    """`<plural>.search`: a page of the records this caller may see."""
    resource = repository.record.resource

    async def search(call: Call, arguments: Arguments) -> Page:
        asked: Search = arguments.input
        if asked.selection.include:
            fetched = replace(asked.selection, fields=_columns(asked.selection, include))
            asked = replace(asked, selection=fetched)
        return await repository.search(call, asked)

    return Operation(
        name=f"{resource.plural}.search",
        summary=f"Search {resource.plural}",
        resource=resource,
        kind="read",
        may=repository.permission,
        gives=repository.record,
        run=search,
        takes=Searchable(
            repository.record,
            tuple(edge.name for edge in include),
            tuple(member.field for member in repository.members.values()),
        ),
        pages=True,
    )


def _columns(selection: Selection, include: Sequence[ToOne]) -> tuple[str, ...] | None:
    """The fields to fetch: those asked for, and the ids that the edges to include are followed by."""
    if selection.fields is None:
        return None
    keys = [edge.key for edge in include if edge.name in selection.include]
    return tuple(dict.fromkeys((*selection.fields, *keys)))
