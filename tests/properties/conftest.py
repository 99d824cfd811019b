"""One database of each kind that all the properties' examples share, each example with tenants of its own."""

from collections.abc import AsyncIterator

import pytest_asyncio

import tests.properties.profiles  # noqa: F401  importing it sets the budget
from crm.storage.opening import open_database
from tests.conftest import NewDatabase
from tests.properties.house import House, house_over


@pytest_asyncio.fixture(scope="session")
async def house(new_database: NewDatabase) -> AsyncIterator[House]:
    """One database for all the examples of a session."""
    database = await open_database(new_database())
    yield house_over(database)
    await database.close()
