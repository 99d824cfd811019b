"""Opening the house: the database, its secret, the tokens, the budgets; and closing them in turn."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from crm.activities.timeline import tell
from crm.catalogue import DETACHES
from crm.kit.budget import Buckets, MemoryBuckets, Rate
from crm.kit.clock import Clock, system
from crm.kit.cursor import CursorKey
from crm.local import Local
from crm.storage.database import Database
from crm.storage.opening import open_database
from crm.storage.secret_key import secret_key
from gateway.buckets import RedisBuckets
from gateway.house import House
from gateway.oauth.keys import Ticks
from gateway.oauth.opening import authority
from gateway.settings import Settings
from gateway.upkeep import kept_up


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The house that the settings describe. Raises Unavailable where its database does not answer."""
    database = await open_database(settings.database_url)
    try:
        async with over(database, settings) as house:
            yield house
    finally:
        await database.close()


@asynccontextmanager
async def over(
    database: Database, settings: Settings, clock: Clock = system, ticks: Ticks = time.monotonic
) -> AsyncIterator[House]:
    """The same over a database that is open already, and stays so."""
    async with AsyncExitStack() as closing:
        secret = await secret_key(database, settings.secret_key)
        tokens = await closing.enter_async_context(
            authority(database, secret, clock, ticks, issuer=settings.public_url, store=settings.redis_url)
        )
        backend = Local(database, CursorKey(secret), DETACHES, tell)
        closing.push_async_callback(backend.settle)
        await closing.enter_async_context(kept_up(database, clock))
        yield House(
            database=database,
            backend=backend,
            principal=tokens.principal,
            authority=tokens,
            buckets=_buckets(settings.redis_url, settings.rate_limit, closing),
            rate=settings.rate_limit,
            clock=clock,
        )


def _buckets(url: str | None, rate: Rate, closing: AsyncExitStack) -> Buckets:
    """Shared ones where there is a store for them."""
    if url is None:
        return MemoryBuckets(rate)
    shared = RedisBuckets(url, rate)
    closing.push_async_callback(shared.close)
    return shared
