"""Notes: they hang on something until it is deleted, are their author's, and are pinned once."""

from typing import Any

import pytest

from crm.kit.errors import Forbidden, NotFound
from tests.fixtures.desk import Desk


async def contact_of(desk: Desk, who: str) -> str:
    made = await desk.do(who, "contacts.create", {"email": f"{who}@example.com"})
    return str(made["id"])


async def test_a_note_is_its_writers_and_kept_as_it_was_written(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    note = await desk.do("rep", "notes.create", {"body": "  two\n spaces ", "contact_id": contact})
    assert note["body"] == "  two\n spaces "
    assert note["author_id"] == desk.people["rep"]
    assert (note["pinned"], note["pinned_at"], note["company_id"], note["deal_id"]) == (False, None, None, None)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"body": "required", "contact_id": "required"}),
        ({"body": "x"}, {"contact_id": "required"}),
        ({"body": "x", "contact_id": None, "deal_id": None}, {"contact_id": "required"}),
        ({"body": "", "company_id": "cmp_" + "0" * 24}, {"body": "too_short"}),
        ({"body": "x" * 65_537, "company_id": "cmp_" + "0" * 24}, {"body": "too_long"}),
        ({"body": None, "company_id": "cmp_" + "0" * 24}, {"body": "type"}),
        ({"body": "x", "company_id": "cmp_" + "0" * 24}, {"company_id": "link"}),
        ({"body": "x", "company_id": "cmp_1", "pinned": True}, {"company_id": "value", "pinned": "read_only"}),
        ({"body": "x\x00", "company_id": "cmp_" + "0" * 24}, {"body": "value"}),
    ],
)
async def test_what_a_note_cannot_be(desk: Desk, values: dict[str, Any], wrong: dict[str, str]) -> None:
    assert await desk.wrong("admin", "notes.create", values) == wrong
    assert await desk.seen("admin", "notes") == []


async def test_the_longest_note_and_the_shortest(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    for body in ("ж" * 65_536, " "):
        note = await desk.do("rep", "notes.create", {"body": body, "contact_id": contact})
        assert (await desk.do("rep", "notes.read", id=note["id"]))["body"] == body


async def test_nobody_notes_on_what_they_may_not_see(desk: Desk) -> None:
    contact = await contact_of(desk, "outsider")
    assert await desk.wrong("rep", "notes.create", {"body": "x", "contact_id": contact}) == {"contact_id": "link"}


async def test_an_update_leaves_a_link(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    company = await desk.do("rep", "companies.create", {"name": "Northwind"})
    both = {"contact_id": contact, "company_id": company["id"]}
    note = await desk.do("rep", "notes.create", {"body": "x", **both})
    assert await desk.wrong("rep", "notes.update", dict.fromkeys(both), note["id"]) == {"contact_id": "required"}
    one = await desk.do("rep", "notes.update", {"contact_id": None}, id=note["id"])
    assert (one["contact_id"], one["company_id"]) == (None, company["id"])
    assert await desk.wrong("rep", "notes.update", {"company_id": None}, note["id"]) == {"contact_id": "required"}
    moved = await desk.do("rep", "notes.update", {"company_id": None, "contact_id": contact}, id=note["id"])
    assert (moved["contact_id"], moved["company_id"]) == (contact, None)


async def test_a_note_outlives_what_it_hung_on_for_its_author_and_for_all(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    note = await desk.do("admin", "notes.create", {"body": "x", "contact_id": contact})
    mine = await desk.do("rep", "notes.create", {"body": "y", "contact_id": contact})
    assert set(await desk.seen("rep", "notes")) == {note["id"], mine["id"]}
    desk.later(minutes=1)
    await desk.do("admin", "contacts.delete", id=contact)
    assert await desk.seen("rep", "notes") == [mine["id"]]
    assert set(await desk.seen("viewer", "notes")) == {note["id"], mine["id"]}
    left = await desk.do("rep", "notes.read", id=mine["id"])
    assert (left["contact_id"], left["updated_at"]) == (None, desk.now)
    assert left["_revision"] > mine["_revision"]
    changed = await desk.do("rep", "notes.update", {"body": "z", "contact_id": None}, id=mine["id"])
    assert changed["body"] == "z"


async def test_pinned_once_and_unpinned_once(desk: Desk) -> None:
    contact = await contact_of(desk, "rep")
    note = await desk.do("rep", "notes.create", {"body": "x", "contact_id": contact})
    at = desk.later(minutes=1)
    pinned = await desk.do("rep", "notes.pin", id=note["id"])
    assert (pinned["pinned"], pinned["pinned_at"], pinned["updated_at"]) == (True, at, at)
    desk.later(minutes=1)
    assert await desk.do("rep", "notes.pin", id=note["id"]) == pinned
    plain = await desk.do("rep", "notes.unpin", id=note["id"])
    assert (plain["pinned"], plain["pinned_at"], plain["updated_at"]) == (False, None, desk.now)
    desk.later(minutes=1)
    assert await desk.do("rep", "notes.unpin", id=note["id"]) == plain
    assert await desk.wrong("rep", "notes.update", {"pinned": True}, note["id"]) == {"pinned": "read_only"}
    assert await desk.timeline() == []


async def test_a_note_is_read_with_what_it_hangs_on_and_written_by_its_author(desk: Desk) -> None:
    contact = await contact_of(desk, "colleague")
    note = await desk.do("admin", "notes.create", {"body": "x", "contact_id": contact})
    assert await desk.seen("colleague", "notes") == [note["id"]]
    assert await desk.seen("rep", "notes") == []
    for operation in ("notes.update", "notes.pin", "notes.delete"):
        with pytest.raises(Forbidden):
            await desk.do("colleague", operation, id=note["id"])
        with pytest.raises(NotFound):
            await desk.do("rep", operation, id=note["id"])
    own = await desk.do("colleague", "notes.create", {"body": "y", "contact_id": contact})
    await desk.do("colleague", "notes.delete", id=own["id"])
    assert await desk.seen("admin", "notes") == [note["id"]]


async def test_whoever_sees_all_companies_reads_what_hangs_on_any(desk: Desk) -> None:
    company = await desk.do("admin", "companies.create", {"name": "Northwind"})
    note = await desk.do("admin", "notes.create", {"body": "Größe matters", "company_id": company["id"]})
    assert await desk.seen("outsider", "notes", search_text="grosse mat") == [note["id"]]
