"""The port every statement goes through, and what its two engines share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

from crm.kit.errors import Unavailable, too_late
from crm.storage.statement import Dialect, Shape

T = TypeVar("T")

Parameters = Mapping[str, Any]

ACQUIRE_SECONDS = 5.0
"""The longest wait for a connection; past it the answer is 503."""

STATEMENT_SECONDS = 30.0
"""The longest a single statement may run."""


class Conflicting(Exception):
    """A unique key, or a row that is gone, refuses a write. Services turn it into what the client is told."""


class Locked(Unavailable):
    """Someone else holds the row, longer than a statement may wait for it."""


class Sql(Protocol):
    """Something that runs statements: a database, or one transaction of it."""

    async def fetch(self, shape: Shape, parameters: Parameters) -> list[dict[str, Any]]:
        """Run a statement; its rows, by column name."""
        ...

    async def execute(self, shape: Shape, parameters: Parameters) -> int:
        """Run a statement that gives no rows; how many it touched."""
        ...

    async def execute_many(self, shape: Shape, rows: Sequence[Parameters]) -> None:
        """Run such a statement once for each of the rows, all or nothing."""
        ...


class Database(Sql, Protocol):
    """One database. Statements outside a transaction are each their own."""

    dialect: Dialect

    def session(self) -> AbstractAsyncContextManager[Sql]:
        """One connection for as long as the block runs: many statements of one caller, one after the other."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Sql]:
        """All or nothing: commits when the block ends, rolls back when it raises."""
        ...

    async def close(self) -> None: ...


class Timed:
    """Statements that must end by `until`, in the event loop's time: one that runs then is cancelled in the database,
    and none begins any more. Raises Refused.
    """

    def __init__(self, sql: Sql, until: float) -> None:
        self._sql = sql
        self._until = until

    async def fetch(self, shape: Shape, parameters: Parameters) -> list[dict[str, Any]]:
        return await self._in_time(self._sql.fetch(shape, parameters))

    async def execute(self, shape: Shape, parameters: Parameters) -> int:
        return await self._in_time(self._sql.execute(shape, parameters))

    async def execute_many(self, shape: Shape, rows: Sequence[Parameters]) -> None:
        await self._in_time(self._sql.execute_many(shape, rows))

    async def _in_time(self, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout_at(self._until):
                return await work
        except TimeoutError:
            raise too_late() from None


_counted: ContextVar[list[str] | None] = ContextVar("counted", default=None)


@asynccontextmanager
async def counting() -> AsyncIterator[list[str]]:
    """The SQL of every statement run inside the block and the tasks it starts."""
    seen: list[str] = []
    token = _counted.set(seen)
    try:
        yield seen
    finally:
        _counted.reset(token)


def note(sql: str) -> None:
    """Tell whoever is counting that a statement runs."""
    seen = _counted.get()
    if seen is not None:
        seen.append(sql)
