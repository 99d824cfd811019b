"""A running process forgets what has expired, beside all requests, whatever goes wrong."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from crm.kit.errors import Unavailable
from crm.storage import idempotency
from crm.storage.database import Database
from crm.storage.idempotency import KEPT, Key
from crm.storage.oauth import sessions
from crm.storage.statement import shaped
from crm.storage.upkeep import forget_expired
from gateway import upkeep
from gateway.upkeep import kept_up
from tests.fixtures.tenants import tenant

NOW = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)


async def keep(database: Database, business_id: str, age: timedelta, count: int) -> None:
    async with database.transaction() as sql:
        for number in range(count):
            key = Key(business_id, "pat", "usr_1", "contacts.create", f"{age} {number}")
            assert await idempotency.claim(sql, key, "fingerprint", NOW - age) is None
            await idempotency.keep(sql, key, {"id": number})


async def kept(database: Database) -> int:
    [row] = await database.fetch(_count(), {})
    count: int = row["kept"]
    return count


async def test_answers_of_more_than_a_day_are_forgotten_whatever_their_number(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "FORGOTTEN_AT_ONCE", 3)
    for name in ("One", "Other"):
        there = await tenant(database, name)
        for age, count in ((KEPT + timedelta(seconds=1), 7), (KEPT, 2), (timedelta(0), 1)):
            await keep(database, there.business_id, age, count)
    assert await forget_expired(database, NOW) == 14
    assert await kept(database) == 6
    assert await forget_expired(database, NOW) == 0


async def test_a_session_whose_time_is_over_is_forgotten(database: Database) -> None:
    there = await tenant(database)
    user = await there.user("ada", "admin")
    for end in (NOW, NOW - timedelta(seconds=1)):
        credential = sessions.SESSION.parse(sessions.SESSION.new(there.business_id))
        assert credential is not None
        await sessions.begin(database, credential, user, "hash", NOW - timedelta(days=1), end)
    assert await forget_expired(database, NOW) == 1


async def test_it_happens_at_the_start_and_again_and_again(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    there = await tenant(database)
    times = 0

    async def forget(sql: Database, now: datetime) -> int:
        nonlocal times
        times += 1
        if times == 1:
            raise Unavailable
        return await forget_expired(sql, now)

    monkeypatch.setattr(upkeep, "forget_expired", forget)
    await keep(database, there.business_id, KEPT * 2, 1)
    async with kept_up(database, lambda: NOW, every=0.05):
        for _ in range(100):
            if times >= 3 and not await kept(database):
                break
            await asyncio.sleep(0.05)
    assert await kept(database) == 0
    assert times >= 3
    ended = times
    await asyncio.sleep(0.1)
    assert times == ended


@shaped
def _count() -> sa.Select[Any]:
    return sa.select(sa.func.count().label("kept")).select_from(idempotency.idempotency)
