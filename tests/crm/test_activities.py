"""Activities: logged once, never changed, on a timeline that is the house's; and what contacts owe to them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from crm.catalogue import OPERATIONS
from crm.kit.errors import Forbidden, NotFound
from crm.kit.values import wire
from tests.fixtures.desk import START, Desk


async def contact_of(desk: Desk, who: str) -> str:
    made = await desk.do(who, "contacts.create", {"email": f"{who}@example.com"})
    return str(made["id"])


def test_they_are_logged_read_and_deleted_and_nothing_else() -> None:
    known = {name for name in OPERATIONS if name.startswith("activities.")}
    assert known == {"activities.create", "activities.read", "activities.search", "activities.delete"}


async def test_what_is_logged_happened_now_and_is_the_writers(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    at = desk.later(minutes=1)
    logged = await desk.do("rep", "activities.create", {"type": "other", "contact_id": contact})
    assert (logged["occurred_at"], logged["author_id"], logged["metadata"]) == (at, desk.people["rep"], {})
    empty = ("subject", "body", "direction", "duration_seconds", "outcome", "company_id", "deal_id")
    assert [logged[name] for name in empty] == [None] * len(empty)


async def test_everything_that_may_be_told(desk: Desk) -> None:
    told = {
        "type": "call",
        "subject": "Intro",
        "body": " as it was\n",
        "direction": "inbound",
        "occurred_at": "2026-01-31T23:30:00+02:00",
        "duration_seconds": 0,
        "outcome": "Interested",
        "contact_id": await contact_of(desk, "rep"),
        "metadata": {"deep": [{"er": [1, 2.5, None, True, "ünï"]}]},
    }
    logged = await desk.do("rep", "activities.create", told)
    read = await desk.do("rep", "activities.read", id=logged["id"])
    assert read == logged
    assert {name: wire(read[name]) for name in told} == {**told, "occurred_at": "2026-01-31T21:30:00Z"}


SOMEWHERE = {"company_id": "cmp_" + "0" * 24}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"type": "required", "contact_id": "required"}),
        ({"type": "call"}, {"contact_id": "required"}),
        ({"type": "call", **SOMEWHERE}, {"company_id": "link"}),
        ({"type": "system", **SOMEWHERE}, {"type": "choice"}),
        ({"type": "system"}, {"type": "choice", "contact_id": "required"}),
        ({"type": "fax", **SOMEWHERE}, {"type": "choice"}),
        ({"type": "call", "direction": "up", **SOMEWHERE}, {"direction": "choice"}),
        ({"type": "call", "duration_seconds": -1, **SOMEWHERE}, {"duration_seconds": "out_of_range"}),
        ({"type": "call", "duration_seconds": 1.5, **SOMEWHERE}, {"duration_seconds": "type"}),
        ({"type": "call", "occurred_at": None, **SOMEWHERE}, {"occurred_at": "value"}),
        ({"type": "call", "author_id": None, **SOMEWHERE}, {"author_id": "read_only"}),
        ({"type": "call", "metadata": None, **SOMEWHERE}, {"metadata": "type"}),
        ({"type": "call", "metadata": [1], **SOMEWHERE}, {"metadata": "type"}),
        ({"type": "call", "metadata": {"a": "x" * 8_192}, **SOMEWHERE}, {"metadata": "value"}),
        ({"type": "call", "metadata": {"a": 2**64}, **SOMEWHERE}, {"metadata": "value"}),
        ({"type": "call", "metadata": {"a": ["\x00"]}, **SOMEWHERE}, {"metadata": "value"}),
        ({"type": "call", "metadata": {"\x00": 1}, **SOMEWHERE}, {"metadata": "value"}),
        ({"type": "call", "metadata": {"a": "\ud800"}, **SOMEWHERE}, {"metadata": "value"}),
        ({"type": "call", "metadata": {"a": float("inf")}, **SOMEWHERE}, {"metadata": "value"}),
    ],
)
async def test_what_an_activity_cannot_be(desk: Desk, values: dict[str, Any], wrong: dict[str, str]) -> None:
    assert await desk.wrong("admin", "activities.create", values) == wrong
    assert await desk.seen("admin", "activities") == []


async def test_metadata_may_be_eight_kilobytes(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    most = {"a": "x" * (8_192 - len('{"a":""}'))}
    logged = await desk.do("rep", "activities.create", {"type": "sms", "contact_id": contact, "metadata": most})
    assert logged["metadata"] == most


async def test_the_timelines_own_entries_stay(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    task = await desk.do("rep", "tasks.create", {"title": "x", "contact_id": contact})
    await desk.do("rep", "tasks.complete", id=task["id"])
    (entry,) = await desk.timeline(contact_id=contact)
    for who in ("rep", "admin"):
        with pytest.raises(Forbidden, match="timeline's own"):
            await desk.do(who, "activities.delete", id=entry["id"])
    assert await desk.timeline(contact_id=contact) == [entry]


async def test_they_come_by_when_they_happened(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    made = {}
    for hours in (2, 5, 1):
        desk.later(minutes=1)
        told = {"type": "sms", "contact_id": contact, "occurred_at": wire(START - timedelta(hours=hours))}
        made[hours] = (await desk.do("rep", "activities.create", told))["id"]
    assert await desk.seen("rep", "activities") == [made[1], made[2], made[5]]
    assert await desk.seen("rep", "activities", order_by="created_at") == [made[1], made[5], made[2]]
    assert await desk.wrong("rep", "activities.search", {"order_by": "updated_at"}) == {"order_by": "unknown_field"}


async def test_an_activity_is_read_with_what_it_hangs_on_and_deleted_by_its_author(desk: Desk) -> None:
    contact = await contact_of(desk, "colleague")
    logged = await desk.do("admin", "activities.create", {"type": "sms", "contact_id": contact})
    assert await desk.seen("colleague", "activities") == [logged["id"]]
    assert await desk.seen("rep", "activities") == []
    with pytest.raises(Forbidden):
        await desk.do("colleague", "activities.delete", id=logged["id"])
    with pytest.raises(NotFound):
        await desk.do("rep", "activities.delete", id=logged["id"])


# When a contact was last contacted.


async def contacted(desk: Desk, contact: str) -> Any:
    return (await desk.do("admin", "contacts.read", id=contact))["last_contacted_at"]


async def log(desk: Desk, contact: str | None, kind: str, hours: int, **more: Any) -> str:
    told = {"type": kind, "contact_id": contact, "occurred_at": wire(START + timedelta(hours=hours)), **more}
    return str((await desk.do("rep", "activities.create", told))["id"])


async def test_a_contact_was_last_contacted_by_its_newest_email_call_or_meeting(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    assert await contacted(desk, contact) is None
    for kind, hours, newest in (
        ("sms", 9, None),
        ("other", 9, None),
        ("call", 1, 1),
        ("email", 3, 3),
        ("meeting", 2, 3),
        ("meeting", 4, 4),
    ):
        await log(desk, contact, kind, hours)
        expected = None if newest is None else START + timedelta(hours=newest)
        assert await contacted(desk, contact) == expected


async def test_it_follows_when_one_goes(desk: Desk) -> None:
    contact, other = await contact_of(desk, "rep"), await contact_of(desk, "colleague")
    ids = {hours: await log(desk, contact, "call", hours) for hours in (1, 3, 2)}
    sms = await log(desk, contact, "sms", 8)
    for gone, newest in ((sms, 3), (ids[3], 2), (ids[1], 2), (ids[2], None)):
        await desk.do("rep", "activities.delete", id=gone)
        assert await contacted(desk, contact) == (None if newest is None else START + timedelta(hours=newest))
    assert await contacted(desk, other) is None


async def test_it_moves_neither_the_contacts_version_nor_its_time(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    before = await desk.do("rep", "contacts.read", id=contact)
    desk.later(minutes=1)
    activity = await log(desk, contact, "call", 1)
    after = await desk.do("rep", "contacts.read", id=contact)
    assert after == {**before, "last_contacted_at": START + timedelta(hours=1)}
    await desk.do("rep", "activities.delete", id=activity)
    assert await desk.do("rep", "contacts.read", id=contact) == before


async def test_what_hangs_on_a_company_alone_contacts_nobody(desk: Desk) -> None:
    company = await desk.do("rep", "companies.create", {"name": "Northwind"})
    contact = await contact_of(desk, "rep")
    activity = await log(desk, None, "call", 1, company_id=company["id"])
    await desk.do("rep", "activities.delete", id=activity)
    assert await contacted(desk, contact) is None


async def test_a_deleted_contact_leaves_its_activities_and_their_deletion_is_no_trouble(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    activity = await log(desk, contact, "call", 1)
    await desk.do("rep", "contacts.delete", id=contact)
    left = await desk.do("rep", "activities.read", id=activity)
    assert left["contact_id"] is None
    await desk.do("rep", "activities.delete", id=activity)
    assert await desk.seen("admin", "activities") == []


async def test_calls_logged_at_once_leave_the_newest(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    hours = (3, 7, 1, 5, 8, 2, 6, 4)
    await asyncio.gather(*(log(desk, contact, "call", each) for each in hours))
    assert await contacted(desk, contact) == START + timedelta(hours=8)
    assert len(await desk.seen("rep", "activities")) == len(hours)


async def test_calls_and_changes_at_once_wait_for_each_other_and_never_for_ever(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")

    async def change(number: int) -> None:
        await desk.do("rep", "contacts.update", {"job_title": f"Job {number}"}, id=contact)

    for hours in range(1, 17, 4):
        logs = [log(desk, contact, "call", hours + each) for each in range(4)]
        await asyncio.gather(*(each for pair in zip(logs, map(change, range(4)), strict=True) for each in pair))
    assert await contacted(desk, contact) == START + timedelta(hours=16)
