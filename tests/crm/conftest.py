"""What tests of the house share."""

import pytest_asyncio

from crm.storage.database import Database
from tests.fixtures.desk import Desk, desk_over


@pytest_asyncio.fixture
async def desk(database: Database) -> Desk:
    """A small tenant in a database of its own."""
    return await desk_over(database)
