"""Tasks: whose they are, who may do what with them, that they are done once and told of."""

from typing import Any

import pytest

from crm.kit.errors import CrmError, Forbidden, NotFound
from crm.kit.values import wire
from tests.fixtures.desk import Desk

PLAIN: dict[str, Any] = {
    "description": None,
    "due_at": None,
    "priority": "medium",
    "type": "todo",
    "completed": False,
    "completed_at": None,
    "contact_id": None,
    "company_id": None,
    "deal_id": None,
    "tags": [],
}
RANKED = ("low", "medium", "high", "urgent")


async def test_a_new_task_is_its_writers_and_otherwise_empty(desk: Desk) -> None:
    task = await desk.do("rep", "tasks.create", {"title": "  Call back "})
    assert {name: task[name] for name in PLAIN} == PLAIN
    assert task["title"] == "Call back"
    assert task["assignee_id"] == task["created_by_id"] == desk.people["rep"]
    assert task["created_at"] == task["updated_at"] == desk.now


@pytest.mark.parametrize("assignee", ["colleague", None])
async def test_who_is_named_is_assigned_and_nobody_is_somebody_to_name(desk: Desk, assignee: str | None) -> None:
    wanted = desk.people[assignee] if assignee else None
    task = await desk.do("rep", "tasks.create", {"title": "x", "assignee_id": wanted})
    assert (task["assignee_id"], task["created_by_id"]) == (wanted, desk.people["rep"])


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, {"title": "required"}),
        ({"title": " "}, {"title": "too_short"}),
        ({"title": "x" * 256}, {"title": "too_long"}),
        ({"title": "x", "priority": "asap", "type": "note"}, {"priority": "choice", "type": "choice"}),
        ({"title": "x", "due_at": "tomorrow"}, {"due_at": "value"}),
        ({"title": "x", "completed": True}, {"completed": "read_only"}),
        ({"title": "x", "created_by_id": "usr_" + "0" * 24}, {"created_by_id": "read_only"}),
        ({"title": "x", "contact_id": "con_" + "0" * 24}, {"contact_id": "link"}),
        ({"title": "x", "assignee_id": "con_" + "0" * 24}, {"assignee_id": "value"}),
    ],
)
async def test_what_a_task_cannot_be(desk: Desk, values: dict[str, Any], wrong: dict[str, str]) -> None:
    assert await desk.wrong("admin", "tasks.create", values) == wrong
    assert await desk.seen("admin", "tasks") == []


@pytest.mark.parametrize("values", [{"completed": True}, {"completed_at": "2026-06-17T14:30:00Z"}])
async def test_a_task_is_done_by_an_action_only(desk: Desk, values: dict[str, Any]) -> None:
    task = await desk.do("admin", "tasks.create", {"title": "x"})
    assert await desk.wrong("admin", "tasks.update", values, task["id"]) == dict.fromkeys(values, "read_only")


async def test_done_once_and_open_once(desk: Desk) -> None:
    task = await desk.do("rep", "tasks.create", {"title": "x"})
    at = desk.later(minutes=5)
    done = await desk.do("rep", "tasks.complete", id=task["id"])
    assert (done["completed"], done["completed_at"], done["updated_at"]) == (True, at, at)
    desk.later(minutes=5)
    assert await desk.do("rep", "tasks.complete", id=task["id"]) == done
    again = await desk.do("rep", "tasks.reopen", id=task["id"])
    assert (again["completed"], again["completed_at"], again["updated_at"]) == (False, None, desk.now)
    desk.later(minutes=5)
    assert await desk.do("rep", "tasks.reopen", id=task["id"]) == again


async def test_the_timeline_tells_of_each_turn_once(desk: Desk) -> None:
    contact = await desk.do("rep", "contacts.create", {"email": "ada@example.com"})
    task = await desk.do("rep", "tasks.create", {"title": "x", "contact_id": contact["id"]})
    for action in ("complete", "complete", "reopen", "reopen"):
        desk.later(minutes=1)
        await desk.do("rep", f"tasks.{action}", id=task["id"])
    reopened, completed = await desk.timeline(contact_id=contact["id"])
    assert [each["subject"] for each in (completed, reopened)] == ["Task completed", "Task reopened"]
    assert completed["author_id"] == desk.people["rep"]
    at = wire(completed["occurred_at"])
    assert completed["metadata"] == {
        "record_id": task["id"],
        "changes": [
            {"field": "completed", "from": False, "to": True},
            {"field": "completed_at", "from": None, "to": at},
        ],
    }
    assert reopened["metadata"]["changes"][1] == {"field": "completed_at", "from": at, "to": None}


async def test_a_task_about_nothing_has_no_timeline_to_be_told_in(desk: Desk) -> None:
    task = await desk.do("rep", "tasks.create", {"title": "x"})
    await desk.do("rep", "tasks.complete", id=task["id"])
    assert await desk.timeline() == []


@pytest.mark.parametrize(
    ("who", "write", "delete"),
    [
        ("admin", None, None),
        ("manager", None, None),
        ("rep", None, None),
        ("colleague", None, None),
        ("outsider", NotFound, NotFound),
        ("viewer", Forbidden, Forbidden),
    ],
)
async def test_a_task_is_its_assignees_and_its_makers(
    desk: Desk, who: str, write: type[CrmError] | None, delete: type[CrmError] | None
) -> None:
    task = await desk.do("rep", "tasks.create", {"title": "x", "assignee_id": desk.people["colleague"]})
    assert (await desk.seen(who, "tasks") == [task["id"]]) == (who != "outsider")
    for operation, values, refused in (
        ("tasks.update", {"title": "y"}, write),
        ("tasks.complete", {}, write),
        ("tasks.delete", {}, delete),
    ):
        if refused is None:
            assert (await desk.do(who, operation, values, id=task["id"]))["id"] == task["id"]
        else:
            with pytest.raises(refused):
                await desk.do(who, operation, values, id=task["id"])


async def test_a_task_may_be_read_by_whom_its_contact_is_and_written_no_wider(desk: Desk) -> None:
    contact = await desk.do("outsider", "contacts.create", {"email": "ada@example.com"})
    task = await desk.do("admin", "tasks.create", {"title": "x", "contact_id": contact["id"]})
    assert await desk.seen("outsider", "tasks") == [task["id"]]
    assert await desk.seen("rep", "tasks") == []
    for operation in ("tasks.update", "tasks.reopen", "tasks.delete"):
        with pytest.raises(Forbidden):
            await desk.do("outsider", operation, id=task["id"])


async def test_handing_a_task_on_still_returns_it(desk: Desk) -> None:
    made = await desk.do("admin", "tasks.create", {"title": "x", "assignee_id": desk.people["rep"]})
    task = await desk.do("rep", "tasks.update", {"assignee_id": desk.people["outsider"]}, id=made["id"])
    assert task["assignee_id"] == desk.people["outsider"]
    with pytest.raises(NotFound):
        await desk.do("rep", "tasks.read", id=task["id"])


@pytest.mark.parametrize("direction", ["asc", "desc"])
async def test_priority_sorts_by_its_rank_and_compares_by_its_word(desk: Desk, direction: str) -> None:
    made = {
        priority: (await desk.do("admin", "tasks.create", {"title": priority, "priority": priority}))["id"]
        for priority in ("urgent", "low", "high", "medium")
    }
    ranked = [made[each] for each in RANKED]
    asked = {"order_by": "priority", "sort_direction": direction}
    assert await desk.seen("admin", "tasks", **asked) == (ranked if direction == "asc" else ranked[::-1])
    first = await desk.do("admin", "tasks.search", {**asked, "limit": 3})
    rest = await desk.do("admin", "tasks.search", {**asked, "limit": 3, "cursor": first.next})
    assert [row["id"] for row in (*first.rows, *rest.rows)] == (ranked if direction == "asc" else ranked[::-1])
    filters = [{"field": "priority", "operator": "in", "values": ["low", "URGENT"]}]
    assert set(await desk.seen("admin", "tasks", filters=filters)) == {made["low"], made["urgent"]}


async def test_words_are_looked_for_in_title_and_description(desk: Desk) -> None:
    one = await desk.do("admin", "tasks.create", {"title": "Ring Zoë", "description": "About the Größe", "tags": ["t"]})
    for text, found in (("zoe", True), ("gross ring", True), ("t", True), ("tagged", False)):
        assert (await desk.seen("admin", "tasks", search_text=text) == [one["id"]]) == found
