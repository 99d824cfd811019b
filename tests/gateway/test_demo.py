"""The demonstration is whole, the same everywhere and every time, and never put beside anyone else's data."""

from typing import Any

import pytest
import pytest_asyncio

from crm.access.roles import BUILT_IN
from crm.activities.model import Activity
from crm.companies.model import Company
from crm.contacts.model import Contact
from crm.deals.model import Deal
from crm.kit.fields import Record
from crm.kit.ids import is_id
from crm.kit.values import wire
from crm.notes.model import Note
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, NOTE, TASK, Resource
from crm.storage.database import Database
from crm.storage.opening import open_database
from crm.storage.tenants import all_businesses, all_custom_fields, all_roles
from crm.tasks.model import Task
from crm.users import repository as users
from gateway.demo.moments import FOUNDED, TODAY
from gateway.demo.seeding import Occupied, is_seeded, seed, stories
from gateway.demo.story import Story
from gateway.demo.work import Work
from tests.conftest import NewDatabase
from tests.fixtures.tenants import tenant

RECORDS: dict[Resource, type[Record]] = {
    COMPANY: Company,
    CONTACT: Contact,
    DEAL: Deal,
    TASK: Task,
    NOTE: Note,
    ACTIVITY: Activity,
}
LINKS = {"contact_id": CONTACT, "company_id": COMPANY, "deal_id": DEAL}


def told(story: Story) -> dict[Resource, list[dict[str, Any]]]:
    records = {COMPANY: list(story.companies()), CONTACT: list(story.contacts()), DEAL: list(story.deals())}
    work = Work(story)
    return records | {TASK: list(work.tasks()), NOTE: list(work.notes()), ACTIVITY: list(work.activities())}


def test_the_story_is_told_the_same_every_time() -> None:
    assert told(stories()[0]) == told(stories()[0])


def test_it_is_of_the_promised_size() -> None:
    assert {resource.plural: len(records) for resource, records in told(stories()[0]).items()} == {
        "companies": 60,
        "contacts": 500,
        "deals": 150,
        "tasks": 400,
        "notes": 300,
        "activities": 800,
    }


@pytest.mark.parametrize("resource", RECORDS, ids=lambda each: each.plural)
def test_every_record_is_one_the_api_could_show(resource: Resource) -> None:
    record = RECORDS[resource]
    for values in told(stories()[0])[resource]:
        whole = {**{name: derive(values) for name, derive in record.derived.items()}, **values}
        assert record.model_validate({name: wire(value) for name, value in whole.items()}).id == values["id"]
        assert is_id(values["id"], resource)
        assert FOUNDED <= values["created_at"] <= values["updated_at"] <= TODAY


@pytest.mark.parametrize("resource", RECORDS, ids=lambda each: each.plural)
def test_ids_are_each_ones_own_and_sort_by_creation(resource: Resource) -> None:
    records = told(stories()[0])[resource]
    assert len({each["id"] for each in records}) == len(records)
    assert sorted(records, key=lambda each: str(each["id"])) == sorted(
        records, key=lambda each: (each["created_at"], str(each["id"]))
    )


def test_a_deal_is_younger_than_its_contact() -> None:
    records = told(stories()[0])
    born = {each["id"]: each["created_at"] for each in records[CONTACT]}
    assert [
        each for each in records[DEAL] if each["contact_id"] and born[each["contact_id"]] > each["created_at"]
    ] == []


@pytest.mark.parametrize("resource", [TASK, NOTE, ACTIVITY], ids=lambda each: each.plural)
def test_what_people_do_is_about_what_was_there_by_then(resource: Resource) -> None:
    records = told(stories()[0])
    born = {each["id"]: each["created_at"] for those in records.values() for each in those}
    for values in records[resource]:
        links = [values[name] for name in LINKS if values[name] is not None]
        assert links or resource is TASK
        assert all(born[each] <= values["created_at"] for each in links)


@pytest.mark.parametrize("story", stories(), ids=lambda each: str(each.cast.number))
def test_a_contact_was_last_contacted_by_its_newest_email_call_or_meeting(story: Story) -> None:
    records = told(story)
    newest: dict[str, Any] = {}
    for each in records[ACTIVITY]:
        if each["type"] in ("email", "call", "meeting") and each["contact_id"] is not None:
            newest[each["contact_id"]] = max(each["occurred_at"], newest.get(each["contact_id"], FOUNDED))
    assert {each["id"]: each["last_contacted_at"] for each in records[CONTACT] if each["last_contacted_at"]} == newest


def test_the_timeline_tells_what_became_of_tasks_and_deals() -> None:
    records = told(stories()[0])
    now = {each["id"]: each for resource in (TASK, DEAL) for each in records[resource]}
    entries = [each for each in records[ACTIVITY] if each["type"] == "system"]
    assert {each["subject"] for each in entries} == {"Task completed", "Deal moved"}
    for each in entries:
        record = now[each["metadata"]["record_id"]]
        for change in each["metadata"]["changes"]:
            assert wire(record[change["field"]]) == change["to"] != change["from"]


def test_there_is_something_of_everything() -> None:
    records = told(stories()[0])
    for resource, those in records.items():
        for name in those[0]:
            seen = {repr(each[name]) for each in those}
            assert len(seen) > 1, f"{resource.singular}.{name} is always {seen}"
    assert {each["status"] for each in records[DEAL]} == {"open", "won", "lost", "abandoned"}
    assert {each["lifecycle_stage"] for each in records[CONTACT]} == {"lead", "qualified", "customer", "other"}


@pytest_asyncio.fixture(scope="module")
async def demo(new_database: NewDatabase) -> Any:
    database = await open_database(new_database())
    await seed(database)
    yield database
    await database.close()


async def test_the_two_tenants_have_their_users_roles_and_fields(demo: Database) -> None:
    northwind, second = await all_businesses(demo)
    assert (northwind["name"], second["name"]) == ("Northwind Demo", "Second Demo")
    roles = {each["email"]: (each["role"], each["team"]) for each in await users.everyone(demo, northwind["id"])}
    assert roles["admin@demo.example"] == ("admin", "Headquarters")
    assert roles["manager@demo.example"] == ("manager", "North")
    assert roles["rep@demo.example"] == ("rep", "North")
    assert roles["viewer@demo.example"] == ("viewer", None)
    assert [each["email"] for each in await users.everyone(demo, second["id"])] == ["admin@second.example"]
    assert len(await all_roles(demo, second["id"])) == len(BUILT_IN)
    assert {each["type"] for each in await all_custom_fields(demo, northwind["id"])} == {
        "string",
        "number",
        "boolean",
        "date",
    }


async def test_it_is_seeded_once(demo: Database) -> None:
    assert await is_seeded(demo)
    with pytest.raises(Occupied, match="holds the demonstration already"):
        await seed(demo)


async def test_it_is_never_put_beside_anyone_else(database: Database) -> None:
    await tenant(database, "A real customer")
    with pytest.raises(Occupied, match="other data"):
        await seed(database)
    assert [each["name"] for each in await all_businesses(database)] == ["A real customer"]


async def test_it_scales(database: Database) -> None:
    await seed(database, contacts=2_300)
    northwind = (await all_businesses(database))[0]
    story = stories(2_300)[0]
    assert northwind["id"] == story.business_id == stories()[0].business_id
    assert story.counts == {COMPANY: 276, CONTACT: 2_300, DEAL: 690}
