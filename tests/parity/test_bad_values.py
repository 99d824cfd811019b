"""Whatever a client may not write is refused with every field named, and nothing is written: made from the registry.

Each write of the catalogue is asked to set what is not its to set, and each of its fields what it cannot be.
"""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_list_type,
)

from crm.catalogue import OPERATIONS, REPOSITORIES
from crm.kit import fields
from crm.kit.commands import Command
from crm.kit.fields import Kind, PublicField, fields_of, part_of
from crm.operation import Operation
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, NOTE, STAGE, TASK, USER, Resource
from crm.storage.idempotency import idempotency
from crm.storage.journal import read_audit
from crm.storage.statement import shaped
from rest_adapter.request import describe
from schema.names import camel
from tests.fixtures.hostile import COMMANDS, GOOD
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import HOME, World, id_of
from tests.parity.doors import Asked, Door, graphql, rest, root_field

WRITES = [each for each in OPERATIONS.values() if each.kind != "read"]
NOBODYS = ("business_id", "etag", "_revision", "_sort", "words", "name_key", "nonsense", "__proto__")
"""What no record shows, or what only the house knows of."""

LONG = "x" * 70_000
WRONG: Mapping[Kind, tuple[Any, ...]] = {
    fields.TEXT: (5, True, [], {}, LONG),
    fields.ENUM: ("nonsense", "", 5, [], {}),
    fields.ID: ("x", "", 5, [], id_of(COMPANY, 1) + "0", "con_" + "G" * 24),
    fields.INTEGER: ("1", 1.5, True, -1, 2**31, 10**30, [], {}),
    fields.MONEY: ("1", 1.005, 0.001, -0.01, 10**13 + 1, 1e300, True, [], {}),
    fields.BOOLEAN: ("true", 1, 0, [], {}),
    fields.TIMESTAMP: ("soon", "2026-02-30T00:00:00Z", "2026-06-17", "2026-06-17T14:30:00", 5, [], {}),
    fields.DATE: ("soon", "2026-02-30", "2026-06-17T14:30:00Z", 20260617, [], {}),
    fields.TAGS: ("x", 5, {}, [1], [None], [[]], [""], ["x" * 65], [str(each) for each in range(51)]),
}
OF_FIELD: Mapping[str, tuple[Any, ...]] = {
    "address": ("x", 5, [], {"city": 5}, {"city": LONG}, {"country": "ZZ"}, {"nonsense": "x"}),
    "custom_fields": ("x", 5, [], {"nonsense": 1}, {"tier": 5}, {"score": "x"}, {"score": True}, {"score": 2**60},
                      {"active": 1}, {"since": "2026-02-30"}, {"tier": "x" * 1_001}, {"region": 5}),
    "metadata": ("x", 5, [], {"x": "y" * 8_192}, {"x": 2**70}),
    "email": ("x", "a@", "@b.example", "a b@c.example", "a@b", f"{'x' * 250}@example.com"),
    "phone": ("12", "call me", "+1", "4155550123", "+" + "1" * 40),
    "domain": ("nodot", "a b.example", "-.example", "x" * 64 + ".example"),
    "website": ("example.com", "ftp://example.com", "javascript:alert(1)", "http://", "http://a b"),
    "currency": ("US", "XYZ", "USDX", ""),
    "timezone": ("Mars/Olympus", "CET+1"),
    "type": ("system",),
}  # fmt: skip
"""What will not do for one field besides."""

TARGETS: Mapping[Resource, str] = {each: id_of(each, 1) for each in (CONTACT, COMPANY, DEAL, TASK, NOTE, ACTIVITY)}
ABSENT: Mapping[Resource, tuple[str, ...]] = {
    each: (id_of(each, 999), id_of(each, 101)) for each in (CONTACT, COMPANY, DEAL, STAGE, USER)
}
"""Ids of nothing, and of another tenant's."""

DOORS = (rest, graphql)


def _command(operation: Operation) -> Command:
    assert isinstance(operation.takes, Command)
    return operation.takes


@pytest_asyncio.fixture(scope="module")
async def world(new_database: Callable[[], str]) -> AsyncIterator[World]:
    """A world of this module's own, with tasks, notes and activities in it."""
    async with seeded_with_work(new_database()) as made:
        yield made


def named(operation: Operation) -> str:
    return operation.name


def asking(operation: Operation, values: Mapping[str, Any]) -> Asked:
    target = TARGETS[operation.resource] if operation.targets else None
    return Asked(operation, {**GOOD.get(operation.name, {}), **values}, target, key="kept by nothing")


def wrong(operation: Operation, field: PublicField) -> Iterator[Any]:
    """Everything a field of an input cannot be, by its kind and by its name."""
    model = _command(operation).model
    if not field.nullable and field.name in model.model_fields:
        yield None
    kind = fields.ID if field.points_to is not None else field.kind
    yield from (each for each in WRONG.get(kind, ()) if not _does(field, each))
    of_part = part_of(model, field.name) is not None or field.kind is not fields.ENUM
    if of_part or operation.name == "activities.create":
        yield from OF_FIELD.get(field.name, ())


def _does(field: PublicField, value: Any) -> bool:
    """Blank text clears a line that may be empty."""
    return value == "" and field.nullable and field.kind is fields.TEXT


async def kept(world: World) -> dict[str, list[dict[str, Any]]]:
    """Everything a write may touch, but the audit."""
    tables = [each.table for each in REPOSITORIES] + [idempotency]
    return {table.name: await world.database.fetch(_everything(table), {}) for table in tables}


async def lines(world: World) -> int:
    return len(await read_audit(world.database, HOME, limit=100_000))


async def refused(world: World, asked: Asked) -> list[dict[str, str]]:
    """What REST says is wrong; it must say something, and be a 422."""
    request = describe(asked.operation, id=asked.id, values=asked.values)
    answer = await world.ask("admin", request.method, request.path, request.body, headers={"Idempotency-Key": "none"})
    assert answer.status_code == 422, (asked.operation.name, asked.values, answer.text)
    errors: list[dict[str, str]] = answer.json()["errors"]
    assert all(each["code"] and each["message"].endswith(".") for each in errors)
    return errors


@pytest.mark.parametrize("operation", WRITES, ids=named)
async def test_nobody_writes_what_is_not_theirs_to_write(world: World, operation: Operation) -> None:
    members = operation.takes.members
    foreign = [name for name in fields_of(_record(operation)) if name not in members]
    before = await kept(world)
    values = dict.fromkeys((*foreign, *NOBODYS), 1)
    errors = await refused(world, asking(operation, values))
    assert sorted(each["field"] for each in errors) == sorted(values)
    codes = {each["field"]: each["code"] for each in errors}
    assert {codes[name] for name in NOBODYS} == {"unknown_field"}
    if operation.name.endswith((".create", ".update", ".upsert")):
        assert {codes[name] for name in foreign} == {"read_only"}
    for name in values:
        assert [each["field"] for each in await refused(world, asking(operation, {name: None}))] == [name]
    assert await kept(world) == before


@pytest.mark.parametrize("operation", COMMANDS, ids=named)
async def test_a_field_that_is_wrong_is_named_and_nothing_is_written(world: World, operation: Operation) -> None:
    before, counted, tried = await kept(world), await lines(world), 0
    for field in _command(operation).fields.values():
        for value in wrong(operation, field):
            errors = await refused(world, asking(operation, {field.name: value}))
            tried += 1
            assert {_top(each["field"]) for each in errors} <= {field.name}, (field.name, value, errors)
    assert tried
    assert await kept(world) == before
    assert await lines(world) == counted + tried


@pytest.mark.parametrize("operation", COMMANDS, ids=named)
async def test_graphql_refuses_the_same_values(world: World, operation: Operation) -> None:
    """What its type system lets through it tells as REST does; what it does not, never runs."""
    before = await kept(world)
    for field in _command(operation).fields.values():
        for value in wrong(operation, field):
            if field.kind is fields.TAGS and isinstance(value, str):
                continue  # GraphQL reads one value as a list of one
            asked = asking(operation, {field.name: value})
            problem = (await graphql(world, "admin", asked)).problem
            assert problem is not None, (field.name, value)
            if problem["type"].endswith("/graphql-validation"):
                continue
            told = (await rest(world, "admin", asked)).problem
            assert problem == told, (field.name, value)
    assert await kept(world) == before


@pytest.mark.parametrize("operation", COMMANDS, ids=named)
async def test_all_that_is_wrong_is_named_at_once(world: World, operation: Operation) -> None:
    values = {each.name: bad for each in _command(operation).fields.values() for bad in [next(wrong(operation, each))]}
    errors = await refused(world, asking(operation, {**values, "nonsense": 1}))
    assert {_top(each["field"]) for each in errors} == {*values, "nonsense"}


@pytest.mark.parametrize("operation", COMMANDS, ids=named)
async def test_text_that_no_database_keeps_is_refused_where_it_can_come(world: World, operation: Operation) -> None:
    """JSON with a NUL is a 400 on either door; a GraphQL literal can spell one."""
    before = await kept(world)
    name, definition, _ = root_field(operation)
    target = f'id: "{TARGETS[operation.resource]}", ' if operation.targets else ""
    kind = get_named_type(definition.args["input"].type)
    assert isinstance(kind, GraphQLInputObjectType)
    for member, each in kind.fields.items():
        for literal in _literals(member, each):
            good = {camel(key): value for key, value in GOOD.get(operation.name, {}).items() if camel(key) != member}
            given = ", ".join(
                [*(f"{key}: {_literal(value, kind.fields[key])}" for key, value in good.items()), literal]
            )
            document = f"mutation {{ {name}({target}input: {{{given}}}) {{ __typename }} }}"
            answer = (await world.graphql("admin", document)).json()
            told = [error["extensions"]["code"] for error in answer["errors"]]
            assert told == ["VALIDATION"], (document, answer)
    assert await kept(world) == before


NUL = '"\\u0000"'
OF_TYPE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("String", "ID", "DateTime", "Date", "Decimal"), (NUL,)),
    "AddressInput": (f"{{city: {NUL}}}", f"{{country: {NUL}}}"),
    "JSON": (f"{{tier: {NUL}}}", f"{{since: {NUL}}}"),
}
"""Literals with a NUL in them, by the type of the input's member."""


def _literals(name: str, member: GraphQLInputField) -> list[str]:
    texts = OF_TYPE.get(get_named_type(member.type).name, ())
    listed = is_list_type(get_nullable_type(member.type))
    deeper = (f"{{x: [{NUL}]}}",) if name == "metadata" else texts
    return [f"{name}: [{each}]" if listed else f"{name}: {each}" for each in deeper]


def _literal(value: Any, member: GraphQLInputField) -> str:
    return str(value).upper() if is_enum_type(get_named_type(member.type)) else json.dumps(value)


LINKS = [
    (operation, field)
    for operation in COMMANDS
    for field in _command(operation).fields.values()
    if field.points_to in ABSENT and field.name != "id"
]


@pytest.mark.parametrize("door", DOORS, ids=["rest", "graphql"])
@pytest.mark.parametrize(("operation", "field"), LINKS, ids=lambda each: each.name)
async def test_a_link_to_nothing_or_to_anothers_is_refused(
    world: World, operation: Operation, field: PublicField, door: Door
) -> None:
    before = await kept(world)
    assert field.points_to is not None
    for linked in ABSENT[field.points_to]:
        problem = (await door(world, "admin", asking(operation, {field.name: linked}))).problem
        assert problem is not None
        assert (problem["status"], [code for code, _ in problem["errors"]]) == (422, ["link"])
    assert await kept(world) == before


@pytest.mark.parametrize("inside", [None, "address", "custom_fields"])
async def test_of_a_great_many_mistakes_the_first_are_told(world: World, inside: str | None) -> None:
    """A megabyte of unknown names is answered with a page of them, and at once."""
    flood: dict[str, Any] = {f"k{number}": 1 for number in range(80_000)}
    values = {"first_name": 5, **(flood if inside is None else {inside: flood})}
    begun = time.monotonic()
    errors = await refused(world, Asked(OPERATIONS["contacts.create"], {"email": "a@example.com", **values}))
    assert time.monotonic() - begun < 5
    assert len(errors) == 100
    assert errors[0]["field"] == "first_name"


def _top(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _record(operation: Operation) -> Any:
    return next(each.record for each in REPOSITORIES if each.record.resource is operation.resource)


@shaped
def _everything(table: sa.Table) -> sa.Select[Any]:
    shown = [each for each in table.columns if each.name != "words"]
    return sa.select(*shown).order_by(*table.primary_key.columns)
