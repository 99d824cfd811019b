"""A write that is refused leaves no trace but its line in the audit, through either door."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa

from crm.catalogue import OPERATIONS, REPOSITORIES
from crm.storage.idempotency import idempotency
from crm.storage.journal import read_audit
from crm.storage.statement import shaped
from tests.fixtures.world import ACME, ADA, ADMIN, CYD, DAN, FLEET, HOME, REP, VIEWER, WON, World, seeded
from tests.parity.doors import Asked, Door, graphql, rest

DOORS = (rest, graphql)


@pytest_asyncio.fixture(scope="module")
async def world(new_database: Callable[[], str]) -> AsyncIterator[World]:
    """A world of this module's own."""
    async with seeded(new_database()) as made:
        yield made


async def rows(world: World) -> dict[str, list[dict[str, Any]]]:
    """Everything writes may touch, but the audit."""
    tables = [each.table for each in REPOSITORIES] + [idempotency]
    return {table.name: await world.database.fetch(_everything(table), {}) for table in tables}


async def newest(world: World) -> dict[str, Any]:
    [line] = await read_audit(world.database, HOME, limit=1)
    return line


async def lines(world: World) -> int:
    return len(await read_audit(world.database, HOME, limit=10_000))


REFUSED: list[tuple[str, str, str, str | None, dict[str, Any], str | None, str]] = [
    ("contacts_only", ADMIN, "contacts.create", None, {"email": "a@example.com"}, None, "forbidden"),
    ("viewer", VIEWER, "contacts.create", None, {"email": "a@example.com"}, None, "forbidden"),
    ("contacts_only", ADMIN, "contacts.delete", ADA, {}, None, "forbidden"),
    ("viewer", VIEWER, "deals.move", FLEET, {"stage_id": WON}, None, "forbidden"),
    ("rep", REP, "companies.update", ACME, {"name": ""}, None, "validation"),
    ("rep", REP, "contacts.update", CYD, {"first_name": "x"}, None, "not-found"),
    ("rep", REP, "contacts.update", "con_ffffffffffffffffffffffff", {"first_name": "x"}, None, "not-found"),
    ("admin", ADMIN, "contacts.update", ADA, {"first_name": "x"}, '"99"', "precondition-failed"),
    ("admin", ADMIN, "contacts.delete", ADA, {}, '"99"', "precondition-failed"),
    ("admin", ADMIN, "contacts.create", None, {"first_name": "Nobody"}, None, "validation"),
    ("admin", ADMIN, "contacts.update", DAN, {"email": None}, None, "validation"),
    ("admin", ADMIN, "deals.create", None, {"name": "x", "contact_id": "con_" + "f" * 24}, None, "validation"),
    ("admin", ADMIN, "contacts.upsert", None, {"id": "con_" + "f" * 24, "email": "a@x.co"}, None, "not-found"),
]


@pytest.mark.parametrize("door", DOORS, ids=["rest", "graphql"])
@pytest.mark.parametrize(("who", "user", "name", "record_id", "values", "if_match", "slug"), REFUSED)
async def test_a_refused_write_leaves_its_line_and_nothing_else(
    world: World,
    door: Door,
    who: str,
    user: str,
    name: str,
    record_id: str | None,
    values: dict[str, Any],
    if_match: str | None,
    slug: str,
) -> None:
    before, counted = await rows(world), await lines(world)
    asked = Asked(OPERATIONS[name], values, record_id, if_match, key="kept by nothing")
    outcome = await door(world, who, asked)
    assert outcome.problem is not None
    assert outcome.problem["type"].endswith(f"/{slug}")
    assert await rows(world) == before
    assert await lines(world) == counted + 1
    line = await newest(world)
    told = (line["user_id"], line["client"], line["operation"], line["record_id"], line["outcome"], line["changes"])
    assert told == (user, "pat", name, record_id, slug, [])


@pytest.mark.parametrize("odd", ["\x00", "x" * 5_000, "\ud800", "é", f"{ADA}\n"], ids=repr)
async def test_what_is_no_id_is_not_found_and_not_kept(world: World, odd: str) -> None:
    path = f"/v1/contacts/{''.join(f'%{each:02x}' for each in odd.encode('utf-8', 'surrogatepass'))}"
    for method, body in (("PATCH", {"first_name": "x"}), ("DELETE", None)):
        refused = await world.ask("admin", method, path, body)
        assert refused.status_code == 404, refused.text
        assert (await newest(world))["record_id"] is None
    if odd.isascii():
        literal = odd.replace("\x00", "\\u0000").replace("\n", "\\n")
        answer = await world.graphql("admin", f'mutation {{ deleteContact(id: "{literal}") {{ id }} }}')
        assert answer.json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"
        assert (await newest(world))["record_id"] is None


async def test_every_write_of_a_refused_document_is_noted(world: World) -> None:
    document = """mutation {
        one: createContact(input: {email: "a@example.com"}) { contact { id } }
        two: deleteDeal(id: "deal_ffffffffffffffffffffffff") { id }
    }"""
    before = await lines(world)
    answer = await world.graphql("viewer", document)
    assert "data" not in answer.json()
    assert await lines(world) == before + 2
    two, one = await read_audit(world.database, HOME, limit=2)
    assert [(each["operation"], each["outcome"]) for each in (one, two)] == [
        ("contacts.create", "forbidden"),
        ("deals.delete", "forbidden"),
    ]


async def test_a_refused_read_leaves_no_line(world: World) -> None:
    before = await lines(world)
    await world.ask("scopeless", "GET", f"/v1/contacts/{ADA}")
    await world.graphql("scopeless", f'{{ contact(id: "{ADA}") {{ id }} }}')
    await world.ask("rep", "GET", f"/v1/contacts/{CYD}")
    assert await lines(world) == before


@pytest.mark.parametrize("door", DOORS, ids=["rest", "graphql"])
async def test_a_write_that_is_done_tells_what_changed(world: World, door: Door) -> None:
    create = Asked(OPERATIONS["contacts.create"], {"email": "New@Example.com", "custom_fields": {"score": 4.0}})
    made = (await door(world, "rep", create)).data
    line = await newest(world)
    assert (line["record_id"], line["outcome"], line["user_id"]) == (made["id"], "ok", REP)
    said = {each["field"]: (each["from"], each["to"]) for each in line["changes"]}
    assert said["email"] == (None, "New@example.com")
    assert said["custom_fields"] == (None, {"score": 4})
    assert said["created_at"] == (None, made["created_at"])
    await door(world, "rep", Asked(OPERATIONS["contacts.update"], {"job_title": "CTO"}, made["id"]))
    assert (await newest(world))["changes"] == [{"field": "job_title", "from": None, "to": "CTO"}]
    await door(world, "rep", Asked(OPERATIONS["contacts.delete"], id=made["id"]))
    line = await newest(world)
    assert (line["operation"], line["record_id"], line["outcome"]) == ("contacts.delete", made["id"], "ok")


@shaped
def _everything(table: sa.Table) -> sa.Select[Any]:
    shown = [each for each in table.columns if each.name != "words"]
    return sa.select(*shown).order_by(*table.primary_key.columns)
