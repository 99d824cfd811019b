"""Writes through both doors: the same input makes the same row, or the same problem and nothing at all.

Each case runs in two equal worlds, through one door in each; ids and times of what is made are all that may differ.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from crm.catalogue import OPERATIONS
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, NOTE, PIPELINE, STAGE, TASK, USER
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import (
    ACME,
    ADA,
    ADMIN,
    BOB,
    CYD,
    DAN,
    FLEET,
    HIDDEN,
    LOST,
    NEW,
    NORTHWIND,
    PARTNERS,
    PROPOSAL,
    REP,
    SALES,
    TALKS,
    WON,
    World,
    id_of,
)  # fmt: skip
from tests.parity.doors import Asked, Outcome, alike, anonymous, graphql, rest

EVERYONE = ("admin", "manager", "rep", "viewer", "stranger", "contacts_only", "writer", "scopeless")
ABSENT = {each: id_of(each, 999) for each in (CONTACT, COMPANY, DEAL, PIPELINE, STAGE, USER)}
ABROAD = {each: id_of(each, 101) for each in (CONTACT, COMPANY, DEAL, PIPELINE, STAGE, USER)}

Doors = tuple[World, World]


@pytest_asyncio.fixture(scope="module")
async def worlds(new_database: Callable[[], str]) -> AsyncIterator[Doors]:
    """Two equal worlds: one is written through REST, the other through GraphQL."""
    async with AsyncExitStack() as stack:
        made = [await stack.enter_async_context(seeded_with_work(new_database())) for _ in range(2)]
        yield made[0], made[1]


CONTACT_FIELDS: dict[str, Any] = {
    "first_name": " Zoë ", "last_name": "Müller", "email": "Zoe@Example.COM", "phone": "+1 (415) 555-0199",
    "company_id": NORTHWIND, "job_title": "CTO", "tags": ["A", "b", "a"], "source": "web", "owner_id": REP,
    "address": {"city": "Bern", "country": "ch"}, "website": "https://example.com", "timezone": "europe/zurich",
    "date_of_birth": "1990-02-28", "do_not_contact": True, "lifecycle_stage": "customer",
    "custom_fields": {"tier": "Gold", "score": 4.5, "active": False, "since": "2026-01-31"},
}  # fmt: skip

_NOWHERE = {"company_id": "cmp_" + "0" * 24}
_UNLINKED = dict.fromkeys(("contact_id", "company_id", "deal_id"))
WORK: list[tuple[str, str | None, Mapping[str, Any]]] = [
    ("tasks.create", None, {"title": "Plain"}),
    ("tasks.create", None, {"title": "Whole", "description": " d ", "due_at": "2026-12-31T23:59:59.9+01:00",
                            "priority": "urgent", "type": "call", "assignee_id": REP, "contact_id": ADA,
                            "company_id": NORTHWIND, "deal_id": FLEET, "tags": ["a", "A"]}),
    ("tasks.create", None, {"title": "Nobody's", "assignee_id": None}),
    ("tasks.create", None, {"title": " ", "due_at": "soon", "tags": [""]}),
    ("tasks.create", None, {"title": "x", "contact_id": DAN, "deal_id": ABROAD[DEAL], "assignee_id": ABSENT[USER]}),
    *(("tasks.update", id_of(TASK, number), {"title": f"Task {number}", "due_at": None}) for number in (1, 2, 3, 4)),
    *((f"tasks.{verb}", id_of(TASK, number), {}) for number in (1, 2) for verb in ("complete", "complete", "reopen")),
    ("tasks.complete", id_of(TASK, 999), {}),
    ("tasks.delete", id_of(TASK, 5), {}),
    ("tasks.delete", id_of(TASK, 6), {}),
    ("notes.create", None, {"body": "On Ada", "contact_id": ADA}),
    ("notes.create", None, {"body": " kept ", "company_id": NORTHWIND, "deal_id": FLEET}),
    ("notes.create", None, {"body": "On nothing"}),
    ("notes.create", None, {"body": "", **_NOWHERE}),
    ("notes.create", None, {"body": "x" * 65_537, "contact_id": DAN}),
    ("notes.create", None, {"body": "x", "contact_id": DAN}),
    *(("notes.update", id_of(NOTE, number), {"body": f"Note {number}"}) for number in (1, 2, 3, 4, 5)),
    *(("notes.update", id_of(NOTE, number), _UNLINKED) for number in (1, 2)),
    *((f"notes.{verb}", id_of(NOTE, number), {}) for number in (1, 2, 3) for verb in ("pin", "pin", "unpin")),
    ("notes.delete", id_of(NOTE, 6), {}),
    ("notes.delete", id_of(NOTE, 7), {}),
    ("activities.create", None, {"type": "call", "contact_id": ADA, "occurred_at": "2026-11-30T08:00:00Z"}),
    ("activities.create", None, {"type": "email", "subject": "Hello", "body": "There", "direction": "outbound",
                                 "duration_seconds": 60, "outcome": "Fine", "deal_id": FLEET, "metadata": {"a": [1]}}),
    ("activities.create", None, {"type": "system", "contact_id": ADA}),
    ("activities.create", None, {"type": "sms"}),
    ("activities.create", None, {"type": "other", "metadata": {"a": "x" * 9_000}, **_NOWHERE}),
    ("activities.create", None, {"type": "meeting", "contact_id": DAN, "duration_seconds": -1, "occurred_at": "x"}),
    *(("activities.delete", id_of(ACTIVITY, number), {}) for number in (1, 2, 3, 4, 5, 6)),
]  # fmt: skip

CASES: list[tuple[str, str | None, Mapping[str, Any]]] = [
    *WORK,
    ("contacts.create", None, {"email": "a@example.com"}),
    ("contacts.create", None, CONTACT_FIELDS),
    ("contacts.create", None, {"first_name": "Nobody"}),
    ("contacts.create", None, {"email": "a@example.com", "owner_id": None}),
    ("contacts.create", None, {"email": "no", "phone": "12", "website": "ftp://x", "tags": ["x" * 65]}),
    ("contacts.create", None, {"email": "a@example.com", "company_id": ABSENT[COMPANY], "owner_id": ABROAD[USER]}),
    ("contacts.create", None, {"email": "a@example.com", "company_id": ADA}),
    ("contacts.create", None, {"email": "a@example.com", "first_name": "x" * 256, "date_of_birth": "2026-02-30"}),
    ("contacts.create", None, {"email": "a@example.com", "custom_fields": {"nope": 1, "score": "x", "since": "soon"}}),
    ("contacts.create", None, {"email": "a@example.com", "address": {"country": "ZZ", "city": "y" * 256}}),
    ("contacts.update", ADA, {"first_name": "Augusta", "job_title": None}),
    ("contacts.update", ADA, {"address": {"city": "Basel"}, "custom_fields": {"tier": None, "score": 9}}),
    ("contacts.update", ADA, {"address": None, "custom_fields": None}),
    ("contacts.update", ADA, {}),
    ("contacts.update", BOB, {"email": None}),
    ("contacts.update", CYD, {"tags": ["one"]}),
    ("contacts.update", DAN, {"owner_id": REP}),
    ("contacts.update", ABROAD[CONTACT], {"first_name": "Mine"}),
    ("contacts.update", "con_nonsense", {"first_name": "x"}),
    ("contacts.upsert", None, {"email": "BOB@example.com", "job_title": "Builder"}),
    ("contacts.upsert", None, {"phone": "+14155550123", "first_name": "Cyd"}),
    ("contacts.upsert", None, {"email": "fresh@example.com"}),
    ("contacts.upsert", None, {"id": ADA, "last_name": "King"}),
    ("contacts.upsert", None, {"id": ABSENT[CONTACT], "last_name": "King"}),
    ("contacts.upsert", None, {"first_name": "Nobody"}),
    ("contacts.add_tags", ADA, {"tags": ["vip", "New"]}),
    ("contacts.add_tags", ADA, {"tags": [""]}),
    ("contacts.remove_tags", ADA, {"tags": ["PRESS"]}),
    ("companies.create", None, {"name": "Fresh", "domain": "WWW.Example.", "annual_revenue": 1.5}),
    ("companies.create", None, {"name": " "}),
    ("companies.create", None, {"name": "x", "annual_revenue": 1.005, "employee_count": -1, "domain": "nodot"}),
    ("companies.update", ACME, {"name": "Acme", "annual_revenue": None}),
    ("companies.update", NORTHWIND, {"industry": "Trade"}),
    ("deals.create", None, {"name": "First"}),
    ("deals.create", None, {"name": "There", "stage_id": TALKS, "value": 10.25, "currency": "eur", "contact_id": ADA}),
    ("deals.create", None, {"name": "Won", "stage_id": WON, "expected_close_date": "2026-12-31"}),
    ("deals.create", None, {"name": "Mismatch", "stage_id": TALKS, "pipeline_id": SALES}),
    ("deals.create", None, {"name": "Nowhere", "stage_id": ABROAD[STAGE]}),
    ("deals.create", None, {"name": "Nowhere", "pipeline_id": ABSENT[PIPELINE]}),
    ("deals.create", None, {"name": "Dear", "value": 10**13 + 1, "currency": "XYZ"}),
    ("deals.update", FLEET, {"value": 12.34, "contact_id": None, "tags": []}),
    ("deals.move", FLEET, {"stage_id": WON}),
    ("deals.move", FLEET, {"stage_id": WON}),
    ("deals.move", FLEET, {"stage_id": LOST, "lost_reason": "Price"}),
    ("deals.move", FLEET, {"stage_id": NEW, "lost_reason": "Price"}),
    ("deals.move", FLEET, {"stage_id": TALKS, "pipeline_id": PARTNERS}),
    ("deals.move", HIDDEN, {"stage_id": PROPOSAL}),
    ("deals.move", HIDDEN, {"stage_id": ABSENT[STAGE]}),
    ("deals.set_status", FLEET, {"status": "won"}),
    ("deals.set_status", FLEET, {"status": "lost", "lost_reason": "Time"}),
    ("deals.set_status", FLEET, {"status": "open", "lost_reason": "Time"}),
    ("deals.set_status", FLEET, {"status": "abandoned"}),
    ("deals.set_status", FLEET, {"status": "open"}),
    ("companies.delete", NORTHWIND, {}),
    ("contacts.delete", BOB, {}),
    ("contacts.delete", BOB, {}),
    ("deals.delete", FLEET, {}),
]  # fmt: skip


@pytest.mark.parametrize("who", EVERYONE)
async def test_every_write_does_the_same_through_either_door(worlds: Doors, who: str) -> None:
    for name, record_id, values in CASES:
        asked = Asked(OPERATIONS[name], values, record_id)
        one, other = await rest(worlds[0], who, asked), await graphql(worlds[1], who, asked)
        if _status(one) == 422 and _status(other) == 403:
            # Contract §1 and §2: REST reads the input before it asks the role, GraphQL refuses the document first.
            assert who == "viewer"
            continue
        assert alike(one, asked) == alike(other, asked), (name, record_id, values)
    await _same_rows(worlds)


def _status(outcome: Outcome) -> int | None:
    return outcome.problem["status"] if outcome.problem is not None else None


async def _same_rows(worlds: Doors) -> None:
    """What is in the two worlds now is the same, ids of new records aside."""
    for resource in ("contacts", "companies", "deals", "tasks", "notes", "activities"):
        search = Asked(OPERATIONS[f"{resource}.search"], {"limit": 100, "order_by": "created_at"})
        found = [(await rest(world, "admin", search)).data["data"] for world in worlds]
        one, other = (sorted((anonymous(row) for row in rows), key=repr) for rows in found)
        assert one == other


async def test_if_match_lets_one_version_through_on_either_door(worlds: Doors) -> None:
    record_id = id_of(CONTACT, 20)
    for world, door in zip(worlds, (rest, graphql), strict=True):
        read = await door(world, "admin", Asked(OPERATIONS["contacts.read"], id=record_id))
        update = Asked(OPERATIONS["contacts.update"], {"job_title": "One"}, record_id, if_match=read.etag)
        changed = await door(world, "admin", update)
        assert changed.etag != read.etag
        stale = await door(world, "admin", replace(update, values={"job_title": "Two"}))
        assert stale.problem is not None
        assert stale.problem["status"] == 412
        assert (await door(world, "admin", Asked(OPERATIONS["contacts.read"], id=record_id))).data["job_title"] == "One"


async def test_a_retry_through_the_other_door_replays(worlds: Doors) -> None:
    world = worlds[0]
    for first, second in ((rest, graphql), (graphql, rest)):
        key = f"key of {first.__name__}"
        asked = Asked(OPERATIONS["contacts.create"], {"email": "once@example.com"}, key=key)
        made, again = await first(world, "rep", asked), await second(world, "rep", asked)
        assert not made.replayed
        assert again == replace(made, replayed=True)


async def test_a_key_reused_for_something_else_is_refused_since_november(worlds: Doors) -> None:
    world = worlds[0]
    for door in (rest, graphql):
        asked = Asked(OPERATIONS["contacts.create"], {"email": "one@example.com"}, key=f"reused {door.__name__}")
        made = await door(world, "rep", asked)
        other = replace(asked, values={"email": "two@example.com"})
        refused = await door(world, "rep", replace(other, version="2026-11-01"))
        assert refused.problem is not None
        assert refused.problem["status"] == 422
        assert await door(world, "rep", replace(other, version="2026-06-01")) == replace(made, replayed=True)


async def test_a_refusal_burns_no_key(worlds: Doors) -> None:
    world = worlds[0]
    for door in (rest, graphql):
        asked = Asked(OPERATIONS["contacts.create"], {"first_name": "Nobody"}, key=f"unburnt {door.__name__}")
        assert (await door(world, "rep", asked)).problem is not None
        made = await door(world, "rep", replace(asked, values={"email": "somebody@example.com"}))
        assert made.problem is None
        assert not made.replayed


async def test_a_replay_after_deletion_creates_nothing(worlds: Doors) -> None:
    world = worlds[0]
    asked = Asked(OPERATIONS["companies.create"], {"name": "Gone"}, key="gone")
    made = await rest(world, "admin", asked)
    await rest(world, "admin", Asked(OPERATIONS["companies.delete"], id=made.data["id"]))
    assert await graphql(world, "admin", asked) == replace(made, replayed=True)
    assert (await rest(world, "admin", Asked(OPERATIONS["companies.read"], id=made.data["id"]))).problem is not None


async def test_the_same_key_of_another_is_another_key(worlds: Doors) -> None:
    world = worlds[0]
    asked = Asked(OPERATIONS["companies.create"], {"name": "Mine", "owner_id": None}, key="shared")
    ids = [(await rest(world, who, asked)).data["id"] for who in ("admin", "manager", "stranger")]
    assert len(set(ids)) == 3


async def test_handing_a_record_over_still_returns_it_once(worlds: Doors) -> None:
    made = await rest(
        worlds[0], "rep", Asked(OPERATIONS["contacts.create"], {"email": "x@example.com", "owner_id": ADMIN})
    )
    assert made.data["owner_id"] == ADMIN
    read = await rest(worlds[0], "rep", Asked(OPERATIONS["contacts.read"], id=made.data["id"]))
    assert read.problem is not None
    assert read.problem["status"] == 404
