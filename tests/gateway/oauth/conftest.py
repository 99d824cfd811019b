"""A scene for each test, on both databases."""

from collections.abc import AsyncIterator

import pytest_asyncio

from crm.storage.database import Database
from tests.gateway.oauth.scene import Scene, staged


@pytest_asyncio.fixture
async def scene(database: Database) -> AsyncIterator[Scene]:
    """An installation of this test's own."""
    async with staged(database) as made:
        yield made
