"""What all tests share: both databases, fresh and migrated.

`database` is an empty one, opened; `database_url` its address; `new_database` makes as many as a test or a module's own
fixture wants. `world` is a seeded one behind the whole application, for tests that only read. A test that uses any of
them runs once on SQLite and once on PostgreSQL.
"""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from crm.storage.database import Database
from crm.storage.opening import migrate, open_database
from tests.fixtures.postgres import PostgresServer, apart, running_postgres
from tests.fixtures.world import world

__all__ = ["world"]  # a fixture too, defined where the rest of it is

NewDatabase = Callable[[], str]
"""Makes an empty, migrated database and gives its address. It stays until the session ends."""


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Which of the two databases."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the session, or for one worker of it."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def new_database(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewDatabase:
    """Migrated once, copied each time."""
    if engine == "sqlite":
        return _sqlite_copies(tmp_path_factory.mktemp("sqlite"))
    return _postgres_copies(request.getfixturevalue("postgres"))


@pytest.fixture
def database_url(new_database: NewDatabase) -> str:
    """The address of an empty, migrated database of this test's own."""
    return new_database()


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty, migrated database of this test's own, opened."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


def _sqlite_copies(folder: Path) -> NewDatabase:
    template = folder / "template.db"
    migrate(f"sqlite:///{template}")
    names = count(1)

    def copy() -> str:
        return f"sqlite:///{shutil.copy(template, folder / f'test_{next(names)}.db')}"

    return copy


def _postgres_copies(server: PostgresServer) -> NewDatabase:
    template = server.create()
    apart(lambda: migrate(server.address(template)))
    return lambda: server.address(server.create(template=template))
