"""Many at once, through both doors and two applications over one database: nothing twice, half or lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa

from crm.catalogue import OPERATIONS
from crm.companies.table import companies
from crm.contacts.table import contacts
from crm.deals.table import deals
from crm.storage import idempotency, postgres, sqlite, types
from crm.storage.database import Sql
from crm.storage.opening import open_database
from crm.storage.statement import shaped
from tests.fixtures.world import ADA, BOB, FLEET, HOME, PROPOSAL, WON, World, seeded, street
from tests.parity.doors import Asked, Outcome, graphql, rest

DOORS = (rest, graphql)


@pytest.fixture(scope="module")
def url(new_database: Callable[[], str]) -> str:
    return new_database()


@pytest_asyncio.fixture(scope="module")
async def worlds(url: str) -> AsyncIterator[tuple[World, World]]:
    """Two applications, each with connections of its own, over one database. They wait for a slow disk, if need be."""
    async with AsyncExitStack() as stack:
        patient = stack.enter_context(pytest.MonkeyPatch.context())
        patient.setattr(sqlite, "ACQUIRE_SECONDS", 60.0)
        patient.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "PRAGMA busy_timeout = 60000"))
        one = await stack.enter_async_context(seeded(url))
        yield one, await stack.enter_async_context(another(url, one))


@asynccontextmanager
async def another(url: str, world: World) -> AsyncIterator[World]:
    """One more application over a world's database."""
    database = await open_database(url)
    try:
        async with street(database, world.tokens) as made:
            yield made
    finally:
        await database.close()


@pytest.fixture
def world(worlds: tuple[World, World]) -> World:
    return worlds[0]


async def made(world: World, **values: Any) -> dict[str, Any]:
    """A fresh contact."""
    asked = Asked(OPERATIONS["contacts.create"], {"email": "fresh@example.com", **values})
    record: dict[str, Any] = (await rest(world, "admin", asked)).data
    return record


async def found(world: World, name: str, value: str) -> list[dict[str, Any]]:
    filters = [{"field": name, "operator": "eq", "value": value}]
    page = await rest(world, "admin", Asked(OPERATIONS["contacts.search"], {"filters": filters, "limit": 100}))
    records: list[dict[str, Any]] = page.data["data"]
    return records


async def patch(world: World, record_id: str, body: dict[str, Any], if_match: str | None = None) -> httpx.Response:
    headers = {} if if_match is None else {"If-Match": if_match}
    return await world.ask("admin", "PATCH", f"/v1/contacts/{record_id}", body, headers=headers)


# One key.


async def test_twenty_at_once_with_one_key_make_one_record(worlds: tuple[World, World]) -> None:
    asked = Asked(OPERATIONS["contacts.create"], {"email": "once@example.com"}, key="twenty")
    told = await asyncio.gather(
        *(DOORS[index % 2](worlds[index // 2 % 2], "rep", asked) for index in range(20)),
    )
    [only] = await found(worlds[0], "email", "once@example.com")
    answers = [each for each in told if each.problem is None]
    assert {each.data["id"] for each in answers} == {only["id"]}
    assert [each.replayed for each in answers].count(False) == 1
    assert all(each.problem["status"] == 409 for each in told if each.problem is not None)


async def test_a_retry_waits_two_seconds_and_is_told_to_come_again(
    url: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, release = asyncio.Event(), asyncio.Event()
    keep = idempotency.keep

    async def late(*given: Any) -> None:
        held.set()
        await release.wait()
        await keep(*given)

    monkeypatch.setattr(idempotency, "keep", late)
    # Another process on the same SQLite file cannot see whose turn it waits for, only that the file is busy.
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, "PRAGMA busy_timeout = 2000"))
    statuses = (409, 409 if world.database.dialect.name == "postgresql" else 503)
    asked = {"email": "slow@example.com"}
    headers = {"Idempotency-Key": "slow"}
    async with another(url, world) as there:
        first = asyncio.create_task(world.ask("rep", "POST", "/v1/contacts", asked, headers=headers))
        await held.wait()
        begun = asyncio.get_running_loop().time()
        told = await asyncio.gather(
            *(each.ask("rep", "POST", "/v1/contacts", asked, headers=headers) for each in (world, there))
        )
        waited = asyncio.get_running_loop().time() - begun
        release.set()
        original = await first
        assert tuple(each.status_code for each in told) == statuses
        assert all(int(each.headers["retry-after"]) >= 1 for each in told)
        assert waited >= 1.9  # and no upper bound: a busy machine may take its time
        assert original.status_code == 201
        for each in (world, there):
            again = await each.ask("rep", "POST", "/v1/contacts", asked, headers=headers)
            assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
            assert again.json() == original.json()
    assert len(await found(world, "email", "slow@example.com")) == 1


async def test_a_key_whose_answer_is_forgotten_meanwhile_is_in_flight(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(OPERATIONS["companies.create"], {"name": "Forgotten"}, key="forgotten")
    await rest(world, "rep", asked)
    monkeypatch.setattr(idempotency, "_kept", _nothing)
    for door in DOORS:
        refused = await door(world, "rep", asked)
        assert refused.problem is not None
        assert refused.problem["status"] == 409


# One record.


async def test_one_of_a_hundred_wins_a_version(worlds: tuple[World, World]) -> None:
    record = await made(worlds[0])
    asked = Asked(OPERATIONS["contacts.update"], id=record["id"], if_match='"1"')
    told = await asyncio.gather(
        *(
            DOORS[index % 2](worlds[index // 2 % 2], "admin", replace(asked, values={"job_title": f"No {index}"}))
            for index in range(100)
        ),
    )
    [winner] = [each for each in told if each.problem is None]
    assert winner.etag == '"2"'
    assert {each.problem["status"] for each in told if each.problem is not None} == {412}
    read = await rest(worlds[1], "admin", Asked(OPERATIONS["contacts.read"], id=record["id"]))
    assert (read.etag, read.data["job_title"]) == (winner.etag, winner.data["job_title"])


async def test_a_hundred_updates_with_if_match_lose_none(worlds: tuple[World, World]) -> None:
    record = await made(worlds[0], custom_fields={"score": 0})
    versions: list[str] = []

    async def count_up(world: World, times: int) -> None:
        while times:
            read = await world.ask("admin", "GET", f"/v1/contacts/{record['id']}")
            more = {"custom_fields": {"score": read.json()["custom_fields"]["score"] + 1}}
            written = await patch(world, record["id"], more, read.headers["etag"])
            assert written.status_code in (200, 412), written.text
            if written.status_code == 200:
                versions.append(written.headers["etag"])
                times -= 1

    await asyncio.gather(*(count_up(worlds[index % 2], 10) for index in range(10)))
    assert sorted(versions, key=lambda each: int(each.strip('"'))) == [f'"{number}"' for number in range(2, 102)]
    read = await worlds[0].ask("admin", "GET", f"/v1/contacts/{record['id']}")
    assert (read.headers["etag"], read.json()["custom_fields"]["score"]) == ('"101"', 100)


async def test_without_if_match_the_last_write_wins_and_none_is_half(worlds: tuple[World, World]) -> None:
    record = await made(worlds[0])
    names = ("first_name", "last_name", "job_title", "source")
    told = await asyncio.gather(
        *(patch(worlds[index % 2], record["id"], dict.fromkeys(names, f"No {index}")) for index in range(40))
    )
    assert {each.status_code for each in told} == {200}
    assert all(len({each.json()[name] for name in names}) == 1 for each in told)
    last = max(told, key=lambda each: int(each.headers["etag"].strip('"')))
    assert (await worlds[0].ask("admin", "GET", f"/v1/contacts/{record['id']}")).json() == last.json()
    assert last.headers["etag"] == '"41"'


async def test_members_of_an_object_are_merged_whoever_writes_them(worlds: tuple[World, World]) -> None:
    record = await made(worlds[0])
    lines = {name: f"{name} here" for name in ("line1", "line2", "city", "state", "postal_code")}
    bodies: list[dict[str, Any]] = [{"address": {name: value}} for name, value in lines.items()]
    bodies += [
        {"custom_fields": {"tier": "Gold"}},
        {"custom_fields": {"score": 1}},
        {"custom_fields": {"active": True}},
    ]
    await asyncio.gather(*(patch(worlds[index % 2], record["id"], body) for index, body in enumerate(bodies)))
    tags = [f"tag {index}" for index in range(20)]
    add = Asked(OPERATIONS["contacts.add_tags"], id=record["id"])
    await asyncio.gather(
        *(
            DOORS[index % 2](worlds[0], "admin", replace(add, values={"tags": [each]}))
            for index, each in enumerate(tags)
        )
    )
    read = (await worlds[0].ask("admin", "GET", f"/v1/contacts/{record['id']}")).json()
    assert read["address"] == {**lines, "country": None}
    assert read["custom_fields"] == {"tier": "Gold", "score": 1, "active": True}
    assert sorted(read["tags"]) == sorted(tags)


async def test_a_record_is_deleted_once_and_changed_only_before(worlds: tuple[World, World]) -> None:
    for _ in range(5):
        record = await made(worlds[0])
        path = f"/v1/contacts/{record['id']}"
        deleting = [worlds[index % 2].ask("admin", "DELETE", path) for index in range(5)]
        changing = [patch(worlds[index % 2], record["id"], {"source": f"No {index}"}) for index in range(5)]
        told = [each.status_code for each in await asyncio.gather(*deleting, *changing)]
        assert sorted(told[:5]) == [204, 404, 404, 404, 404]
        assert set(told[5:]) <= {200, 404}


@pytest.mark.parametrize(
    "match", [{"email": "SAME@example.com"}, {"phone": "+14155550177"}], ids=lambda each: next(iter(each))
)
async def test_upserts_of_one_address_at_once_make_one_contact(
    worlds: tuple[World, World], match: dict[str, str]
) -> None:
    upsert = Asked(OPERATIONS["contacts.upsert"])
    [(name, value)] = match.items()
    told = await asyncio.gather(
        *(
            DOORS[index % 2](
                worlds[index // 2 % 2],
                "admin",
                replace(upsert, values={name: value.lower() if index % 3 else value, "source": f"No {index}"}),
            )
            for index in range(20)
        )
    )
    assert [each.problem for each in told if each.problem is not None] == []
    assert sorted({each.data["status"] for each in told}) == ["created", "updated"]
    assert [each.data["status"] for each in told].count("created") == 1
    assert len(await found(worlds[0], name, value)) == 1


# What is linked to, and what is in the way.


async def test_a_link_to_what_is_being_deleted_is_refused(worlds: tuple[World, World]) -> None:
    """The writer waits for the deletion, and is then told that there is nothing to link to."""
    world = worlds[0]
    create = Asked(OPERATIONS["companies.create"], {"name": "Going"})
    for door in DOORS:
        company = (await rest(world, "admin", create)).data["id"]
        link = {"email": "late@example.com", "company_id": company}
        async with world.database.transaction() as sql:
            assert await sql.execute(_deleted(companies), {"business_id": HOME, "id": company}) == 1
            linking = asyncio.create_task(door(world, "admin", Asked(OPERATIONS["contacts.create"], link)))
            changing = asyncio.create_task(
                door(world, "admin", Asked(OPERATIONS["deals.update"], {"company_id": company}, FLEET))
            )
            await asyncio.sleep(0.2)
        for outcome in (await linking, await changing):
            assert outcome.problem is not None
            assert outcome.problem["status"] == 422
            assert outcome.problem["errors"] == [("link", "`company_id` names no company that exists.")]


async def test_links_and_deletions_at_once_never_break(worlds: tuple[World, World]) -> None:
    for _ in range(10):
        company = (await rest(worlds[0], "admin", Asked(OPERATIONS["companies.create"], {"name": "Going"}))).data["id"]
        link = {"email": "linked@example.com", "company_id": company}
        linking = [worlds[index % 2].ask("admin", "POST", "/v1/contacts", link) for index in range(4)]
        told = await asyncio.gather(
            *linking[:2], worlds[1].ask("admin", "DELETE", f"/v1/companies/{company}"), *linking[2:]
        )
        assert {each.status_code for each in told} <= {201, 204, 422}, [each.text for each in told]
        # Where the deletion came first, none of the four was made.
        assert {each["company_id"] for each in await found(worlds[0], "email", "linked@example.com")} <= {None}
        for each in await found(worlds[0], "email", "linked@example.com"):
            await worlds[0].ask("admin", "DELETE", f"/v1/contacts/{each['id']}")


async def test_a_record_that_stays_locked_is_503_and_nothing_is_written(
    worlds: tuple[World, World], new_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_WAIT", "300ms")
    monkeypatch.setattr(sqlite, "ACQUIRE_SECONDS", 0.3)
    async with seeded(new_database()) as world:
        before = (await world.ask("admin", "GET", f"/v1/contacts/{BOB}")).json()
        async with world.database.transaction() as sql:
            await sql.execute(_touched(contacts), {"business_id": HOME, "id": BOB})
            refused = await patch(world, BOB, {"job_title": "Late"})
            outcome = await graphql(world, "admin", Asked(OPERATIONS["contacts.delete"], id=BOB))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert outcome.problem is not None
        assert outcome.problem["status"] == 503
        after = (await world.ask("admin", "GET", f"/v1/contacts/{BOB}")).json()
        assert after["job_title"] == before["job_title"]


async def test_a_deadlock_is_503_and_nothing_is_written(world: World) -> None:
    """A deal that moves tells its contact's timeline, while someone who has the contact wants the deal."""
    if world.database.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time: nobody can wait in a circle")
    before = await rest(world, "admin", Asked(OPERATIONS["deals.read"], id=FLEET))
    moving: asyncio.Task[Outcome] | None = None
    async with world.database.transaction() as sql:
        await sql.fetch(_held(contacts), {"business_id": HOME, "id": ADA})
        moving = asyncio.create_task(rest(world, "admin", Asked(OPERATIONS["deals.move"], {"stage_id": WON}, FLEET)))
        await _someone_waits(world.database)
        await sql.execute(_touched(deals), {"business_id": HOME, "id": FLEET})
    outcome = await moving
    assert outcome.problem is not None
    assert outcome.problem["status"] == 503
    after = await rest(world, "admin", Asked(OPERATIONS["deals.read"], id=FLEET))
    assert (after.data["stage_id"], after.data["status"]) == (PROPOSAL, before.data["status"])


async def _someone_waits(sql: Sql) -> None:
    for _ in range(100):
        if (await sql.fetch(_waiting(), {}))[0]["waiting"]:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


def _of(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(*(table.c[name] == sa.bindparam(name, type_=types.text()) for name in ("business_id", "id")))


@shaped
def _deleted(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(_of(table))


@shaped
def _touched(table: sa.Table) -> sa.Update:
    return sa.update(table).where(_of(table)).values(revision=table.c.revision + sa.literal_column("0"))


@shaped
def _held(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table.c.id).where(_of(table)).with_for_update()


@shaped
def _waiting() -> sa.TextualSelect:
    return sa.text("SELECT count(*) AS waiting FROM pg_locks WHERE NOT granted").columns(
        sa.column("waiting", sa.Integer)
    )


@shaped
def _nothing() -> sa.Select[Any]:
    return sa.select(idempotency.idempotency.c.fingerprint).where(sa.false())
