"""What a running process does for its database now and then, beside all requests: forget what has expired."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from crm.kit.clock import Clock
from crm.storage.database import Database
from crm.storage.upkeep import forget_expired
from gateway.logs import logger

log = logger("gateway")

EVERY_SECONDS = 3_600.0


@asynccontextmanager
async def kept_up(database: Database, clock: Clock, every: float = EVERY_SECONDS) -> AsyncIterator[None]:
    """While the block runs: at once, and every so many seconds."""
    task = asyncio.create_task(_keep_up(database, clock, every))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_up(database: Database, clock: Clock, every: float) -> None:
    while True:
        try:
            dropped = await forget_expired(database, clock())
        except Exception as fault:  # noqa: BLE001  whatever it was, the next time comes
            log.warning("expired rows were not forgotten", cause=repr(fault))
        else:
            log.debug("expired rows forgotten", rows=dropped)
        await asyncio.sleep(every)
