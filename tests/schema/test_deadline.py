"""A document past its time answers with what it has, says where it stopped, and leaves no statement running."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
import sqlalchemy as sa

from crm.storage.statement import Shape
from tests.conftest import NewDatabase
from tests.fixtures.faults import Faulty, reads
from tests.fixtures.world import World, seeded, street

SECONDS = 0.4
QUERY = """{
    me { role }
    contacts(first: 2, orderBy: LEAD_SCORE) {
        totalCount
        nodes { name owner { name } deals(first: 2) { nodes { name } } }
    }
}"""


@dataclass(frozen=True)
class Slow:
    """The world over a database that can be made slow."""

    world: World
    database: Faulty


@pytest_asyncio.fixture(scope="module", params=["compiled", "reference"])
async def slow(request: pytest.FixtureRequest, new_database: NewDatabase) -> AsyncIterator[Slow]:
    async with seeded(new_database()) as world:
        database = Faulty(world.database)
        async with street(database, world.tokens, query_seconds=SECONDS, executor=request.param) as made:
            yield Slow(made, database)


async def test_what_is_there_is_answered_and_what_stopped_is_told(slow: Slow) -> None:
    with slow.database.dragging(reads("deals")):
        begun = time.monotonic()
        response = await slow.world.graphql("admin", QUERY)
    assert time.monotonic() - begun < SECONDS + 1
    answer = response.json()
    assert response.status_code == 200
    assert answer["data"]["me"] == {"role": "admin"}
    first, second = answer["data"]["contacts"]["nodes"]
    assert first["name"] == "Eve"
    assert first["owner"] == {"name": "Admin"}
    assert first["deals"] is None
    assert second["deals"] is None
    assert [each["path"] for each in answer["errors"]] == [["contacts", "nodes", n, "deals"] for n in (0, 1)]
    problem = answer["errors"][0]["extensions"]["problem"]
    assert (problem["type"].rpartition("/")[2], problem["status"]) == ("deadline-exceeded", 504)
    assert answer["errors"][0]["extensions"]["code"] == "DEADLINE_EXCEEDED"


async def test_what_waits_for_the_step_that_stopped_is_not_begun(slow: Slow) -> None:
    with slow.database.dragging(reads("contacts")):
        answer = (await slow.world.graphql("admin", QUERY)).json()
    assert answer["data"] == {"me": {"role": "admin"}, "contacts": None}
    assert [each["path"] for each in answer["errors"]] == [["contacts"]]


async def test_the_database_works_on_nothing_afterwards(slow: Slow) -> None:
    """Whatever a document started is cancelled there: as many as there are connections leave the next one free."""
    with slow.database.dragging(reads("contacts")):
        answers = await asyncio.gather(*(slow.world.graphql("admin", QUERY) for _ in range(12)))
    assert all(each.json()["data"]["contacts"] is None for each in answers)
    if slow.database.dialect.name == "postgresql":
        assert await slow.database.fetch(Shape(_sleeping, ()), {}) == []
    begun = time.monotonic()
    assert "errors" not in (await slow.world.graphql("admin", QUERY)).json()
    assert time.monotonic() - begun < SECONDS


def _sleeping() -> sa.Select[tuple[str]]:
    activity = sa.table("pg_stat_activity", sa.column("query"), sa.column("state"))
    return sa.select(activity.c.query).where(
        activity.c.state == sa.literal_column("'active'"),
        activity.c.query.like(sa.literal_column("'SELECT pg_sleep%'")),
    )
