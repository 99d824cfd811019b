"""From a database's address to the database: opening it, and bringing its schema to a revision.

Addresses are `sqlite:///relative/path`, `sqlite:////absolute/path` and `postgresql://…`, the latter as libpq reads it.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

import asyncpg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from crm.storage import sqlite
from crm.storage.database import ACQUIRE_SECONDS, Database
from crm.storage.postgres import POOL, PostgresDatabase
from crm.storage.sqlite import SqliteDatabase

T = TypeVar("T")

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")

# One migration at a time: SQLite's write lock sees to that itself, PostgreSQL is asked for this lock.
_ONE_AT_A_TIME = (
    "SET LOCAL lock_timeout = '60s'",
    "SELECT pg_advisory_xact_lock(7241936)",
)


def sqlite_path(url: str) -> Path | None:
    """The file an address names, or None where it is not SQLite's. Raises ValueError for no address of ours."""
    if url.startswith(_POSTGRES):
        return None
    path = unquote(url.removeprefix(_SQLITE))
    if not url.startswith(_SQLITE) or not path or path == ":memory:":
        raise ValueError("a database's address is sqlite:///path/to/file or postgresql://user@host/name")
    return Path(path)


async def open_database(url: str, *, pool: int = POOL) -> Database:
    """Raises ValueError where `url` is no address, Unavailable where its server does not answer."""
    path = sqlite_path(url)
    return await PostgresDatabase.open(url, size=pool) if path is None else SqliteDatabase(path)


def migrate(url: str, revision: str = "head") -> None:
    """Bring the schema up to `revision`, all or nothing; an SQLite file is made where there is none."""
    path = sqlite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    _within(url, lambda connection: command.upgrade(_config(connection), revision))


def downgrade(url: str, revision: str = "base") -> None:
    """Bring the schema back to `revision`, all or nothing."""
    _within(url, lambda connection: command.downgrade(_config(connection), revision))


def revision(url: str) -> str | None:
    """The revision the schema is at; None where it has none."""
    return _within(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


def is_behind(url: str) -> bool:
    """Whether revisions are waiting to be run. A schema that is newer than this code is not behind."""
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return True
    script = ScriptDirectory.from_config(_config())
    current = revision(url)
    known = {each.revision for each in script.walk_revisions()}
    return current is None or (current in known and current != script.get_current_head())


def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "crm.storage:migrations")
    config.attributes["connection"] = connection
    return config


def _within(url: str, work: Callable[[sa.Connection], T]) -> T:
    """`work` in one transaction over a connection of its own. Not for a thread that runs an event loop."""
    path = sqlite_path(url)
    if path is None:
        return asyncio.run(_within_postgres(url, work))
    with _sqlite_connection(path) as connection, connection.begin():
        return work(connection)


@contextmanager
def _sqlite_connection(path: Path) -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite.connect(path), poolclass=sa.NullPool)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        yield connection


async def _within_postgres(url: str, work: Callable[[sa.Connection], T]) -> T:
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(url, timeout=ACQUIRE_SECONDS),
        poolclass=sa.NullPool,
    )
    async with engine.begin() as connection:
        for statement in _ONE_AT_A_TIME:
            await connection.execute(sa.text(statement))
        return await connection.run_sync(work)
