"""A scene for each test, on both databases."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from crm.kit import passwords
from crm.storage.database import Database
from tests.gateway.oauth.live import Live, live
from tests.gateway.oauth.scene import Scene, staged


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords hashed with little effort: people sign in some hundred times here."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest_asyncio.fixture
async def scene(database: Database) -> AsyncIterator[Scene]:
    """An installation of this test's own."""
    async with staged(database) as made:
        yield made


@pytest_asyncio.fixture
async def server(database: Database) -> AsyncIterator[Live]:
    """The same on a real server, for clients of other makers."""
    async with live(database) as running:
        yield running
