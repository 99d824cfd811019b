"""One database of each kind that all the properties' examples share, each example with tenants of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

import tests.properties.profiles  # noqa: F401  importing it sets the budget
from crm.storage.opening import open_database
from tests.conftest import NewDatabase
from tests.fixtures.faults import Faulty
from tests.fixtures.pair import POINTS, Pair
from tests.fixtures.world import street
from tests.properties.house import House, house_over


@pytest_asyncio.fixture(scope="session")
async def house(new_database: NewDatabase) -> AsyncIterator[House]:
    """One database for all the examples of a session."""
    database = await open_database(new_database())
    yield house_over(database)
    await database.close()


class Themselves(dict[str, str]):
    """Tokens that are named by their own text."""

    def __missing__(self, text: str) -> str:
        return text


@pytest_asyncio.fixture(scope="session")
async def tenants(house: House) -> AsyncIterator[Pair]:
    """The whole application over the database of all examples, once for each executor. Who asks is a token's text."""
    faulty = Faulty(house.database)
    async with (
        street(faulty, Themselves(), max_points=POINTS) as compiled,
        street(faulty, Themselves(), max_points=POINTS, executor="reference") as reference,
    ):
        yield Pair(compiled, reference, faulty)
