"""Putting the demonstration into a database: all of it or nothing, and never beside anyone else's data."""

from collections.abc import Iterable, Iterator
from itertools import islice

from crm.activities.repository import ACTIVITIES
from crm.companies.repository import COMPANIES
from crm.contacts.repository import CONTACTS
from crm.deals.repository import DEALS
from crm.kit import passwords
from crm.notes.repository import NOTES
from crm.pipelines.repository import PIPELINES
from crm.pipelines.table import stages
from crm.storage.database import Conflicting, Database, Sql
from crm.storage.records import inserted, stored
from crm.storage.repository import Repository
from crm.storage.tenants import add_business, add_custom_field, all_businesses
from crm.storage.upkeep import count_again
from crm.tasks.repository import TASKS
from crm.users.repository import USERS
from gateway.demo import trade
from gateway.demo.cast import NORTHWIND, PASSWORD, SECOND
from gateway.demo.moments import FOUNDED
from gateway.demo.story import Story, Values
from gateway.demo.work import Work

CONTACTS_OF_NORTHWIND = 500
CONTACTS_OF_SECOND = 25
BATCH = 1_000


class Occupied(Exception):
    """The database holds someone else's data, or the demonstration already."""


def stories(contacts: int = CONTACTS_OF_NORTHWIND) -> tuple[Story, Story]:
    """The two tenants."""
    return Story(NORTHWIND, contacts), Story(SECOND, CONTACTS_OF_SECOND)


async def is_seeded(database: Database) -> bool:
    """Whether the demonstration is there already. Raises Occupied where anyone else is."""
    there = {each["id"] for each in await all_businesses(database)}
    ours = {story.business_id for story in stories()}
    if there - ours:
        raise Occupied("The database holds other data than the demonstration's; seed an empty one.")
    return bool(there)


async def seed(database: Database, contacts: int = CONTACTS_OF_NORTHWIND) -> None:
    """Fill an empty database. Raises Occupied where it is not empty."""
    if await is_seeded(database):
        raise Occupied("The database holds the demonstration already; seed an empty one.")
    try:
        async with database.transaction() as sql:
            for story in stories(contacts):
                await _tell(sql, story)
    except Conflicting:
        raise Occupied("Someone else was seeding the database at the same time.") from None
    await count_again(database)


async def _tell(sql: Sql, story: Story) -> None:
    cast = story.cast
    await add_business(sql, cast.name, cast.currency, FOUNDED, story.business_id)
    for definition in trade.DEFINITIONS:
        await add_custom_field(sql, story.business_id, definition, FOUNDED)
    await _keep(sql, story, USERS, _with_passwords(story))
    await _keep(sql, story, PIPELINES, story.pipelines())
    await sql.execute_many(inserted(stages), list(story.stages()))
    await _keep(sql, story, COMPANIES, story.companies())
    await _keep(sql, story, CONTACTS, story.contacts())
    await _keep(sql, story, DEALS, story.deals())
    work = Work(story)
    await _keep(sql, story, TASKS, work.tasks())
    await _keep(sql, story, NOTES, work.notes())
    await _keep(sql, story, ACTIVITIES, work.activities())


def _with_passwords(story: Story) -> Iterator[Values]:
    kept = passwords.hashed(PASSWORD)
    for person, values in zip(story.cast.people, story.users(), strict=True):
        yield values | {"password_hash": kept if person.signs_in else None}


async def _keep(sql: Sql, story: Story, repository: Repository, records: Iterable[Values]) -> None:
    """Store records a batch at a time, so that a large demonstration never stands in memory whole."""
    record, table = repository.record, repository.table
    rows = (stored(record, table, story.business_id, values) for values in records)
    while batch := list(islice(rows, BATCH)):
        await sql.execute_many(inserted(table), batch)
