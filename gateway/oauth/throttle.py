"""How often something may be tried: counted in the shared store where there is one, else in this process.

A store that is down does not open the gate: each process counts for itself meanwhile.
"""

import hashlib
import ipaddress
import time
from dataclasses import dataclass

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import BlockingConnectionPool
from starlette.requests import Request

from gateway.logs import logger

SECONDS = 0.25
"""The longest wait for the store."""

POOL = 5
_PREFIX = "crm:throttle"

log = logger("oauth")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds; `name` says of what."""

    name: str
    times: int
    seconds: int


class Throttle:
    """`url` is the shared store's, if there is one."""

    def __init__(self, url: str | None = None) -> None:
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._pool = None if url is None else _pool(url)
        self._shared = None if self._pool is None else FixedWindowRateLimiter(_storage(self._pool))

    async def take(self, limit: Limit, key: str) -> int:
        """Count one more try; 0, or the seconds to wait where it is one too many."""
        if self._shared is not None:
            try:
                return await _taken(self._shared, limit, key)
            except StorageError as fault:
                log.warning("throttle alone: its store does not answer", cause=repr(fault.__cause__))
        return await _taken(self._own, limit, key)

    async def forgive(self, limit: Limit, key: str) -> None:
        """Forget every try so far."""
        for each in (self._shared, self._own):
            if each is not None:
                try:
                    await each.clear(_item(limit), _hidden(key))
                except StorageError:
                    continue

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.aclose()


def address(request: Request) -> str:
    """Whose tries are counted together: an IPv4 address, an IPv6 network of the size one household has."""
    host = request.client.host if request.client else ""
    try:
        known = ipaddress.ip_address(host)
    except ValueError:
        return host
    return host if known.version == 4 else str(ipaddress.ip_network((host, 64), strict=False))


async def _taken(limiter: FixedWindowRateLimiter, limit: Limit, key: str) -> int:
    item, name = _item(limit), _hidden(key)
    if await limiter.hit(item, name):
        return 0
    window = await limiter.get_window_stats(item, name)
    return max(1, round(window.reset_time - time.time()))


def _item(limit: Limit) -> RateLimitItemPerSecond:
    return RateLimitItemPerSecond(limit.times, limit.seconds, namespace=limit.name)


def _hidden(key: str) -> str:
    """Addresses of people and machines are nobody's business in a shared store."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _pool(url: str) -> BlockingConnectionPool:
    return BlockingConnectionPool.from_url(
        url, max_connections=POOL, timeout=SECONDS, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    )


def _storage(pool: BlockingConnectionPool) -> Storage:
    options = {"connection_pool": pool}
    return RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix=_PREFIX,
        **options,  # type: ignore[arg-type]  # limits hands it on to redis, and types it as if it were text
    )
