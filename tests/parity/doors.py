"""Both doors, driven by the registries: an operation asked in REST terms, and the same asked in GraphQL.

`rest` and `graphql` answer an `Outcome` in the same words, so that a test can simply compare them.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from crm.kit.page import Searchable
from crm.operation import Operation
from rest_adapter.request import describe
from schema.arguments import snake
from schema.build import build
from schema.fields import Column, Etag, Run, Write, mark_of
from schema.names import camel
from tests.fixtures.world import World

SCHEMA = build()


@dataclass(frozen=True, slots=True)
class Asked:
    """One run of an operation, in REST's words."""

    operation: Operation
    values: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    if_match: str | None = None
    key: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a door answered: the data in REST's words, or the problem without what may differ between the doors."""

    data: Any = None
    etag: str | None = None
    replayed: bool = False
    problem: Mapping[str, Any] | None = None


Door = Callable[[World, str, Asked], Awaitable[Outcome]]
"""One of the two."""


async def rest(world: World, who: str, asked: Asked) -> Outcome:
    """Through /v1."""
    request = describe(asked.operation, id=asked.id, values=asked.values)
    headers = {name: value for name, value in (("If-Match", asked.if_match), ("Idempotency-Key", asked.key)) if value}
    options = {"version": asked.version} if asked.version else {}
    response = await world.ask(who, request.method, request.path, request.body, headers=headers, **options)
    if response.status_code >= 400:
        return Outcome(problem=told(response.json()))
    data = response.json() if response.content else {"id": asked.id}
    replayed = response.headers.get("idempotent-replayed") == "true"
    return Outcome(data, response.headers.get("etag"), replayed)


async def graphql(world: World, who: str, asked: Asked) -> Outcome:
    """Through /graphql: every column of the record, asked for as a page, a record or a payload."""
    name, definition, kind = root_field(asked.operation)
    arguments = _arguments(asked, definition)
    document = _document(name, definition, kind, arguments)
    headers = {"Version": asked.version} if asked.version else {}
    response = await world.ask(
        who, "POST", "/graphql", {"query": document, "variables": arguments}, headers=headers, version=None
    )
    body = response.json()
    if "errors" in body:
        return Outcome(problem=told(body["errors"][0]["extensions"]["problem"]))
    replayed = response.headers.get("idempotent-replayed") == "true"
    return _outcome(asked.operation, definition, body["data"][name], replayed)


def told(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem without its trace id, and its errors without their fields: those differ between the doors."""
    kept = {name: value for name, value in problem.items() if name not in ("trace_id", "errors")}
    kept["errors"] = [(each["code"], each["message"]) for each in problem.get("errors", ())]
    return kept


def root_field(operation: Operation) -> tuple[str, GraphQLField, str]:
    """The root field that stands for an operation, and whether it is of `query` or `mutation`."""
    for kind, root in (("query", SCHEMA.query_type), ("mutation", SCHEMA.mutation_type)):
        assert root is not None
        for name, definition in root.fields.items():
            mark = mark_of(definition)
            if isinstance(mark, Run | Write) and mark.operation is operation:
                return name, definition, kind
    raise LookupError(operation.name)


_SEARCH = {
    "limit": "first",
    "cursor": "after",
    "search_text": "searchText",
    "order_by": "orderBy",
    "sort_direction": "sortDirection",
}


def _arguments(asked: Asked, definition: GraphQLField) -> dict[str, Any]:
    given: dict[str, Any] = {"id": asked.id, "ifMatch": asked.if_match, "idempotencyKey": asked.key}
    if isinstance(asked.operation.takes, Searchable):
        given |= {_SEARCH[name]: value for name, value in asked.values.items() if name in _SEARCH}
        given["filter"] = _filter(asked.values.get("filters"), definition)
        for name in ("orderBy", "sortDirection"):
            if isinstance(given.get(name), str):
                given[name] = given[name].upper()
    elif "input" in definition.args:
        given["input"] = _input(asked.values, get_named_type(definition.args["input"].type))
    return {name: value for name, value in given.items() if value is not None and name in definition.args}


def _filter(conditions: Any, definition: GraphQLField) -> Any:
    """Each REST condition as a member of `and`; a custom field through `customFields`."""
    if conditions is None:
        return None
    kind = get_named_type(definition.args["filter"].type)
    return {"and": [_condition(each, kind) for each in conditions]}


def _condition(condition: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    name, operator = condition["field"], camel(condition["operator"])
    if name.startswith("custom_fields."):
        operand = _operand(condition, None)
        return {"customFields": [{"slug": name.removeprefix("custom_fields."), **operand}]}
    filters = get_named_type(kind.fields[camel(name)].type)
    if operator in ("exists", "notExists"):
        return {camel(name): {"exists": operator == "exists"}}
    return {camel(name): _operand(condition, filters)}


def _operand(condition: Mapping[str, Any], filters: Any) -> dict[str, Any]:
    operator = camel(condition["operator"])
    if operator in ("exists", "notExists"):
        return {"exists": operator == "exists"}
    if operator == "between":
        given = condition["value"]
        ends = given if isinstance(given, list) else [given, condition.get("value_to")]
        return {operator: ends if filters is None else {"from": ends[0], "to": ends[1]}}
    value = condition.get("values", condition.get("value"))
    enum = filters is not None and get_named_type(filters.fields[operator].type)
    return {operator: _choice(value) if isinstance(enum, GraphQLEnumType) else value}


def _choice(value: Any) -> Any:
    return [_choice(each) for each in value] if isinstance(value, list) else str(value).upper()


def _input(values: Mapping[str, Any], kind: Any) -> dict[str, Any]:
    """A REST body as a GraphQL input: names in camelCase, choices in capitals."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        member = kind.fields.get(camel(name))
        inner = get_named_type(member.type) if member is not None else None
        if isinstance(inner, GraphQLInputObjectType) and isinstance(value, Mapping):
            made[camel(name)] = _input(value, inner)
        else:
            made[camel(name)] = (
                value.upper() if isinstance(inner, GraphQLEnumType) and isinstance(value, str) else value
            )
    return made


def _document(name: str, definition: GraphQLField, kind: str, arguments: Mapping[str, Any]) -> str:
    declared = ", ".join(f"${each}: {definition.args[each].type}" for each in arguments)
    passed = ", ".join(f"{each}: ${each}" for each in arguments)
    head = f"{kind}({declared})" if declared else kind
    return f"{head} {{ {name}{f'({passed})' if passed else ''} {{ {selection(get_named_type(definition.type))} }} }}"


def selection(kind: Any) -> str:
    """Every column of a type; of a connection its records, cursors and total."""
    assert isinstance(kind, GraphQLObjectType)
    if "pageInfo" in kind.fields:
        record = get_named_type(kind.fields["nodes"].type)
        return f"nodes {{ {selection(record)} }} edges {{ cursor }} pageInfo {{ hasNextPage endCursor }} totalCount"
    parts = []
    for name, each in kind.fields.items():
        inner = get_named_type(each.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif isinstance(mark_of(each), Column) or mark_of(each) is None:
            parts.append(f"{name} {{ {selection(inner)} }}")
    return " ".join(parts)


def _outcome(operation: Operation, definition: GraphQLField, value: Any, replayed: bool) -> Outcome:
    kind = _object(definition)
    if isinstance(operation.takes, Searchable):
        info = value["pageInfo"]
        data: dict[str, Any] = {
            "data": [rested(_object(kind.fields["nodes"]), each)[0] for each in value["nodes"]],
            "meta": {
                "cursor": {"has_more": info["hasNextPage"], "next": info["endCursor"] if info["hasNextPage"] else None}
            },
        }
        if value["totalCount"] is not None:
            data["meta"]["total"] = value["totalCount"]
        return Outcome(data)
    if operation.pages:
        rows = rested(kind, value)[0]
        return Outcome({"data": rows, "meta": {"cursor": {"next": None, "has_more": False}, "total": len(rows)}})
    if operation.kind == "read":
        return Outcome(*rested(kind, value))
    if operation.kind == "delete":
        return Outcome({"id": value["id"]})
    singular = operation.resource.singular
    record, etag = rested(_object(kind.fields[singular]), value[singular])
    if "status" in value:
        return Outcome({"status": value["status"].lower(), "data": record}, etag, replayed)
    return Outcome(record, etag, replayed)


def _object(definition: GraphQLField) -> GraphQLObjectType:
    kind = get_named_type(definition.type)
    assert isinstance(kind, GraphQLObjectType)
    return kind


def rested(kind: Any, value: Any) -> tuple[Any, str | None]:
    """A GraphQL object in REST's words, and its etag."""
    if isinstance(value, list):
        return [rested(kind, each)[0] for each in value], None
    if not isinstance(value, Mapping) or not isinstance(kind, GraphQLObjectType):
        return value, None
    made: dict[str, Any] = {}
    etag = None
    for name, each in value.items():
        definition = kind.fields[name]
        inner = get_named_type(definition.type)
        if isinstance(mark_of(definition), Etag):
            etag = each
        elif isinstance(inner, GraphQLEnumType):
            made[snake(name)] = None if each is None else each.lower()
        else:
            made[snake(name)] = rested(inner, each)[0] if isinstance(inner, GraphQLObjectType) else each
    return made, etag


KNOWN = 2**20
"""Ids of the seeded world are small numbers; those made since are not."""


def anonymous(value: Any) -> Any:
    """A value with the ids of records made by tests alike."""
    if isinstance(value, dict):
        return {name: anonymous(each) for name, each in value.items()}
    if isinstance(value, list):
        return [anonymous(each) for each in value]
    if isinstance(value, str) and "_" in value:
        prefix, _, digits = value.rpartition("_")
        if len(digits) == 24 and all(each in "0123456789abcdef" for each in digits) and int(digits, 16) > KNOWN:
            return f"{prefix}_new"
    return value


def alike(outcome: Outcome, asked: Asked) -> Outcome:
    """An outcome with new ids made alike; REST's tags answer with the tags alone."""
    data = anonymous(outcome.data)
    if asked.operation.name.endswith("_tags") and isinstance(data, dict):
        data = {"tags": data["tags"]}
    return replace(outcome, data=data)
