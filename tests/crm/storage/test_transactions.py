"""A transaction is whole or nothing however it ends, and leaves its connection fit for the next one."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from crm.kit import ids
from crm.resources import BUSINESS
from crm.storage import sqlite
from crm.storage.database import Database, Sql
from crm.storage.records import inserted
from crm.storage.statement import Dialect, shaped, spoken
from crm.storage.tenants import all_businesses, businesses

NOW = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)


async def add(sql: Sql) -> None:
    row = {"id": ids.new(BUSINESS), "name": "Northwind", "currency": "USD", "created_at": NOW}
    await sql.execute(inserted(businesses), row)


async def still_works(database: Database) -> None:
    """One more transaction commits."""
    before = len(await all_businesses(database))
    async with database.transaction() as sql:
        await add(sql)
    assert len(await all_businesses(database)) == before + 1


async def test_a_write_that_is_given_up_leaves_nothing(database: Database) -> None:
    async def work() -> None:
        async with database.transaction() as sql:
            await add(sql)
            await sql.execute(_endless(), {})

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(work(), 0.3)
    assert await all_businesses(database) == []
    await still_works(database)


async def test_giving_up_at_the_commit_ends_the_transaction_one_way_or_the_other(database: Database) -> None:
    async def work() -> None:
        async with database.transaction() as sql:
            await add(sql)
            asyncio.get_running_loop().call_soon(task.cancel)

    for _ in range(10):
        task = asyncio.create_task(work())
        with pytest.raises(asyncio.CancelledError):
            await task
        await still_works(database)


async def test_giving_up_at_the_beginning_begins_nothing(database: Database) -> None:
    async def work() -> None:
        async with database.transaction() as sql:
            await add(sql)

    for _ in range(10):
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await still_works(database)


async def test_every_commit_is_on_the_disk_before_it_is_acknowledged(database: Database) -> None:
    """As far as it is ours to ask: a PostgreSQL server's own setting stands."""
    if database.dialect.name == "sqlite":
        async with database.transaction() as sql:
            assert await sql.fetch(_synchronous(), {}) == [{"synchronous": FULL}]
        assert await database.fetch(_synchronous(), {}) == [{"synchronous": FULL}]
    else:
        async with database.transaction() as sql:
            [setting] = await sql.fetch(_commits(), {})
        assert setting["value"] == setting["reset_val"]
        assert setting["source"] not in ("client", "session")


FULL = 2


def test_whoever_opens_a_file_asks_for_full_syncs(tmp_path: Path) -> None:
    connection = sqlite.connect(tmp_path / "x.db")
    assert connection.execute("PRAGMA synchronous").fetchone() == (FULL,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
    connection.close()


@spoken
def _endless(dialect: Dialect) -> sa.TextClause:
    """A statement that writes for longer than anyone waits."""
    numbers = {
        "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000000)",
        "postgresql": "WITH numbers AS (SELECT n FROM generate_series(1, 1000000000) AS n)",
    }
    return sa.text(
        f"{numbers[dialect.name]} INSERT INTO businesses (id, name, currency, created_at) "  # noqa: S608  of ours alone
        "SELECT 'biz_' || n, 'x', 'USD', created_at FROM numbers, businesses"
    )


@shaped
def _synchronous() -> sa.Select[Any]:
    pragma = sa.text("SELECT synchronous FROM pragma_synchronous").columns(sa.column("synchronous", sa.Integer))
    return sa.select(pragma.subquery())


@shaped
def _commits() -> sa.Select[Any]:
    names = ("name", "setting", "source", "reset_val")
    settings = sa.table("pg_settings", *(sa.column(name, sa.Text) for name in names))
    shown = sa.select(settings.c.setting.label("value"), settings.c.source, settings.c.reset_val)
    return shown.where(settings.c.name == sa.literal("synchronous_commit", sa.Text))
