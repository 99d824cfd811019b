"""Budgets that several processes share, kept in Redis or Valkey: exact, because each change is one script there.

A window begins with its first charge and ends by the store's own clock. A store that is down lets everyone through,
counted and logged: a limiter must not be what takes the service down.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import RedisError

from crm.kit.budget import Rate, Window
from gateway.logs import logger

SECONDS = 0.25
"""The longest wait for the store, for a connection to it and for its answer each."""

QUEUE_SECONDS = 2.0
"""The longest wait for the requests before this one: a crowd is no failure of the store."""

PAUSE_SECONDS = 1.0
"""How long a store that failed is left alone, so that a dead one does not slow every request down."""

POOL = 50
_PREFIX = "crm:budget:"

_OPEN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local bucket = redis.call('HMGET', KEYS[1], 'used', 'reset')
local used, reset = tonumber(bucket[1] or 0), tonumber(bucket[2] or 0)
"""

# Keys: the bucket. Arguments: points, limit, window in ms. Gives used, reset in ms, and whether it was granted.
_CHARGE = (
    _OPEN
    + """
local points, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
if reset <= now then used, reset = 0, now + tonumber(ARGV[3]) end
local granted = used + points <= limit
if granted and points > 0 then
  used = used + points
  redis.call('HSET', KEYS[1], 'used', used, 'reset', string.format('%.0f', reset))
  redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', reset))
end
return {used, reset, granted and 1 or 0}
"""
)

# Keys: the bucket. Arguments: points, the window's reset in ms. Gives used, or -1 where that window is over.
_REFUND = (
    _OPEN
    + """
if reset <= now or reset ~= tonumber(ARGV[2]) then return -1 end
used = math.max(0, used - tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'used', used)
return used
"""
)

log = logger("gateway")


class RedisBuckets:
    """`failures` counts the charges and refunds that the store did not answer."""

    def __init__(self, url: str, rate: Rate, *, seconds: float = SECONDS, now: Callable[[], float] = time.time) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=POOL,
            timeout=seconds,
            socket_timeout=seconds,
            socket_connect_timeout=seconds,
            retry=Retry(NoBackoff(), 1, supported_errors=(NotConnected,)),
        )
        self.failures = 0
        self._redis = Redis(connection_pool=pool)
        self._turns = asyncio.Semaphore(POOL)
        self._charge = self._redis.register_script(_CHARGE)
        self._refund = self._redis.register_script(_REFUND)
        self._rate = rate
        self._now = now
        self._closed_until = 0.0

    async def charge(self, key: str, points: int) -> Window:
        answer = await self._asked(
            lambda: self._charge(keys=[_PREFIX + key], args=[points, self._rate.points, self._rate.seconds * 1000])
        )
        if answer is None:
            return Window(self._rate.points, self._rate.points, self._now() + self._rate.seconds)
        used, reset, granted = answer
        return Window(self._rate.points, max(0, self._rate.points - used), reset / 1000, bool(granted))

    async def refund(self, key: str, points: int, window: Window) -> Window:
        used = await self._asked(lambda: self._refund(keys=[_PREFIX + key], args=[points, round(window.reset * 1000)]))
        if used is None or used < 0:
            return window
        return Window(self._rate.points, max(0, self._rate.points - used), window.reset)

    async def close(self) -> None:
        await self._redis.aclose()
        await self._redis.connection_pool.aclose()

    async def _asked(self, script: Callable[[], Awaitable[Any]]) -> Any:
        """What the script answers; None where the store does not, or failed a moment ago.

        A caller that goes away must not leave an answer behind on a connection others will use: the script runs on.
        """
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                await self._turns.acquire()
        except TimeoutError as fault:
            return self._failed(fault)
        turn = asyncio.ensure_future(self._run(script))
        turn.add_done_callback(lambda _: self._turns.release())
        return await asyncio.shield(turn)

    async def _run(self, script: Callable[[], Awaitable[Any]]) -> Any:
        if self._now() < self._closed_until:
            self.failures += 1
            return None
        try:
            return await script()
        except (RedisError, OSError, TimeoutError) as fault:
            return self._failed(fault)

    def _failed(self, fault: Exception) -> None:
        self.failures += 1
        if self._now() >= self._closed_until:
            self._closed_until = self._now() + PAUSE_SECONDS
            log.warning("rate limiter open: its store does not answer", cause=repr(fault), failures=self.failures)
