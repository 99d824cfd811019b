"""The reference executor's resolvers: one for each kind of mark, all over operations, edges and loaders."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import singledispatch
from typing import Any

from graphql import GraphQLResolveInfo

from crm.backend import Describe
from crm.catalogue import OPERATIONS
from crm.edge import Edge, ToMany, ToOne
from crm.kit import ids
from crm.kit.commands import Command
from crm.kit.errors import CrmError, Invalid
from crm.kit.etag import etag
from crm.kit.page import Page, Row, Search, Searchable
from crm.kit.problems import Violation
from crm.operation import Arguments, Operation
from crm.resources import Resource
from schema.arguments import retold, search_values
from schema.context import Context
from schema.fields import Column, Etag, Fetch, Follow, Mark, Run, Write
from schema.inputs import graphql_path, input_values

Resolve = Callable[..., Any]
Info = GraphQLResolveInfo[Context]
MAX_NODES = 100
GRAPHQL_PATH = "/graphql"
"""The instance of a problem that is no REST operation's."""


@singledispatch
def resolver(mark: Mark | None) -> Resolve:
    """How a marked field is resolved; one without a mark gives form to what its parent prepared."""
    raise TypeError(mark)


@resolver.register
def _(mark: None) -> Resolve:
    def form(source: Any, info: Info) -> Any:
        value = source[info.field_name]
        return value() if callable(value) else value

    return form


@resolver.register
def _(mark: Column) -> Resolve:
    name = mark.name
    return lambda source, info: source[name]


@resolver.register
def _(mark: Etag) -> Resolve:
    return lambda source, info: etag(source)


@resolver.register
def _(mark: Follow) -> Resolve:
    relation = mark.edge
    if isinstance(relation, ToOne):
        return _to_one(relation)
    assert isinstance(relation, ToMany)  # noqa: S101  there are no others
    return _to_many(relation)


def _to_one(relation: ToOne) -> Resolve:
    async def follow(source: Row, info: Info) -> Row | None:
        context = info.context
        with _telling(context, OPERATIONS[relation.stands_for]):
            return await context.loaders.one(relation, source[relation.key])

    return follow


def _to_many(relation: ToMany) -> Resolve:
    operation = OPERATIONS[relation.stands_for]

    async def follow(source: Row, info: Info, **arguments: Any) -> dict[str, Any]:
        context = info.context
        given = search_values(arguments)
        with _telling(context, operation, given.graphql_path):
            search: Search = replace(await context.call.read(operation, given.values), row_cursors=True)
            page = await _nested(context, relation, source[relation.key], search)

        async def total() -> int | None:
            with _telling(context, operation):
                return await context.loaders.total(relation, source[relation.key], replace(search, cursor=None))

        return _connection(page, search, total)

    return follow


async def _nested(context: Context, relation: ToMany, key: str, search: Search) -> Page:
    """A page under one parent; after a cursor it is the plain search the edge stands for."""
    if search.cursor is None:
        return await context.loaders.many(relation, key, search)
    context.call.check(relation)
    return await relation.continued(context.call, key, search)


@resolver.register
def _(mark: Run) -> Resolve:
    if isinstance(mark.operation.takes, Searchable):
        return _search(mark.operation)
    return _read(mark.operation)


def _read(operation: Operation) -> Resolve:
    async def run(source: Any, info: Info, **arguments: Any) -> Any:
        context = info.context
        record_id = arguments.get("id")
        with _telling(context, operation, record_id=record_id):
            found = await context.call.run(operation, {}, Arguments(id=record_id))
        return found.rows if operation.pages else found

    return run


def _search(operation: Operation) -> Resolve:
    async def run(source: Any, info: Info, **arguments: Any) -> dict[str, Any]:
        context = info.context
        given = search_values(arguments)
        with _telling(context, operation, given.graphql_path):
            search = replace(await context.call.read(operation, given.values), counted=False, row_cursors=True)
            page = await context.call.perform(operation, Arguments(input=search))

        async def total() -> int | None:
            counted = replace(search, counted=True, row_cursors=False, cursor=None, limit=1)
            with _telling(context, operation):
                found: Page = await context.call.perform(operation, Arguments(input=counted))
            return found.total

        return _connection(page, search, total)

    return run


@resolver.register
def _(mark: Write) -> Resolve:
    operation = mark.operation
    command = operation.takes if isinstance(operation.takes, Command) else None

    async def write(source: Any, info: Info, **given: Any) -> dict[str, Any]:
        context = info.context
        record_id = given.get("id")
        values = input_values(command, given["input"]) if command else {}
        with _telling(context, operation, graphql_path, record_id):
            key = context.key(given.get("idempotencyKey"))
            arguments = Arguments(id=record_id, if_match=given.get("ifMatch"), idempotency_key=key)
            result = await context.call.run(operation, values, arguments)
        context.written(result)
        return payload_of(operation, result)

    return write


def payload_of(operation: Operation, result: Any) -> dict[str, Any]:
    """What a mutation gives: the record under its name, or the id of what is gone."""
    if operation.kind == "delete":
        return {"id": result["id"]}
    if "data" in result:
        return {"status": result["status"], operation.resource.singular: result["data"]}
    return {operation.resource.singular: result}


@resolver.register
def _(mark: Fetch) -> Resolve:
    async def one(source: Any, info: Info, **arguments: Any) -> Row | None:
        wanted: str = arguments["id"]
        return (await _records(info.context, [wanted])).get(wanted)

    async def many(source: Any, info: Info, **arguments: Any) -> list[Row | None]:
        wanted: list[str] = arguments["ids"]
        found = await _records(info.context, wanted)
        return [found.get(each) for each in wanted]

    return many if mark.many else one


async def _records(context: Context, wanted: Sequence[str]) -> dict[str, Row]:
    """Records of any kind by their ids, one search for each kind; what is not visible is absent."""
    found: dict[str, Row] = {}
    for operation, search in searches_by_id(wanted):
        with _telling(context, operation):
            page: Page = await context.call.perform(operation, Arguments(input=search))
        found.update({row["id"]: row for row in page.rows})
    return found


def too_many_ids(wanted: Sequence[str]) -> Invalid | None:
    """What is said of more ids than one request may ask for."""
    if len(wanted) <= MAX_NODES:
        return None
    return Invalid([Violation("ids", "too_long", f"`ids` must hold at most {MAX_NODES} ids.")])


def searches_by_id(wanted: Sequence[str]) -> Iterator[tuple[Operation, Search]]:
    """The searches that `node` and `nodes` stand for. An id of no record of ours asks for nothing."""
    by_resource: dict[Resource, list[str]] = {}
    for each in dict.fromkeys(wanted):
        resource = ids.resource_of(each)
        if resource is not None:
            by_resource.setdefault(resource, []).append(each)
    for resource, members in by_resource.items():
        operation = OPERATIONS.get(f"{resource.plural}.search")
        if operation is not None and isinstance(operation.takes, Searchable):
            yield operation, operation.takes.by_ids(members)


def _connection(page: Page, search: Search, total: Callable[[], Awaitable[int | None]]) -> dict[str, Any]:
    """A page in the form of a Relay connection."""
    cursors = page.cursors
    return {
        "edges": [{"cursor": cursor, "node": row} for cursor, row in zip(cursors, page.rows, strict=True)],
        "nodes": page.rows,
        "pageInfo": {
            "hasNextPage": page.has_more,
            "hasPreviousPage": search.cursor is not None,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
        "totalCount": total,
    }


@contextmanager
def _telling(
    context: Context,
    operation: Operation,
    path: Callable[[str], str] | None = None,
    record_id: str | None = None,
) -> Iterator[None]:
    """Tells what goes wrong inside as GraphQL does; its instance is the REST path the operation stands for."""
    try:
        yield
    except CrmError as fault:
        told = retold(fault, path) if isinstance(fault, Invalid) and path is not None else fault
        raise context.error(told, instance_of(context.describe, operation, record_id)) from fault
    except Exception as fault:
        told = context.unforeseen(fault, operation.name)
        raise context.error(told, instance_of(context.describe, operation, record_id)) from fault


def edge_operation(edge: Edge) -> Operation:
    """The operation an edge stands for."""
    return OPERATIONS[edge.stands_for]


def instance_of(describe: Describe, part: Operation | Edge, record_id: str | None = None) -> str:
    """The path of the REST operation that an operation is, or an edge stands for."""
    operation = edge_operation(part) if isinstance(part, Edge) else part
    return describe(operation, id=record_id).path.partition("?")[0]
