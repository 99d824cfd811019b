"""PostgreSQL through asyncpg's pool: text and a tuple, every wait with a limit."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from crm.kit.errors import Unavailable
from crm.storage.database import ACQUIRE_SECONDS, STATEMENT_SECONDS, Conflicting, Locked, Parameters, note
from crm.storage.statement import POSTGRES, Shape, Statements

T = TypeVar("T")

POOL = 10
KEPT_STATEMENTS = 256
"""How many statements a connection keeps prepared. Measured, the database holds some 160 KB for one of W1's kind."""

LOCK_WAIT = "5s"
"""The longest a statement waits for a row that another transaction holds."""
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    OSError,
    TimeoutError,
)
_FAULTS = (asyncpg.IntegrityConstraintViolationError, asyncpg.LockNotAvailableError, *_GONE)


class _Connection(asyncpg.Connection):
    """Given back as it was taken: no statement of ours leaves a setting behind, so there is nothing to reset."""

    def get_reset_query(self) -> str:
        return ""


class PostgresDatabase:
    """One database behind a pool. Open it with `await PostgresDatabase.open(url)`."""

    dialect = POSTGRES

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._statements = Statements(POSTGRES)

    @classmethod
    async def open(cls, url: str, *, size: int = POOL) -> "PostgresDatabase":
        """Raises Unavailable where the server does not answer. `url` is `postgresql://…`."""
        pool = asyncpg.create_pool(
            url,
            min_size=0,
            max_size=size,
            connection_class=_Connection,
            timeout=ACQUIRE_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            max_cached_statement_lifetime=0,
            statement_cache_size=KEPT_STATEMENTS,
            server_settings={
                "application_name": "crm-gateway",
                "timezone": "UTC",
                "datestyle": "ISO",
                "jit": "off",
                "lock_timeout": LOCK_WAIT,
            },
        )
        try:
            await pool
        except _FAULTS as fault:
            raise _told(fault) from fault
        return cls(pool)

    async def fetch(self, shape: Shape, parameters: Parameters) -> list[dict[str, Any]]:
        async with self.session() as sql:
            return await sql.fetch(shape, parameters)

    async def execute(self, shape: Shape, parameters: Parameters) -> int:
        async with self.session() as sql:
            return await sql.execute(shape, parameters)

    async def execute_many(self, shape: Shape, rows: Sequence[Parameters]) -> None:
        async with self.session() as sql:
            await sql.execute_many(shape, rows)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["_Session"]:
        async with self.session() as session, session.transaction():
            yield session

    def session(self) -> "_Lease":
        return _Lease(self._pool, self._statements)

    async def close(self) -> None:
        try:
            await asyncio.wait_for(self._pool.close(), ACQUIRE_SECONDS)
        except TimeoutError:
            self._pool.terminate()


class _Lease:
    """A connection of the pool for as long as a block runs. Giving it back goes on even where the caller is cancelled:
    asyncpg shields that itself.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", statements: Statements) -> None:
        self._pool = pool
        self._statements = statements

    async def __aenter__(self) -> "_Session":
        try:
            self._connection = await self._pool.acquire(timeout=ACQUIRE_SECONDS)
        except _FAULTS as fault:
            raise _told(fault) from fault
        return _Session(self._connection, self._statements)

    async def __aexit__(self, *_: object) -> None:
        await self._pool.release(self._connection, timeout=ACQUIRE_SECONDS)


class _Session:
    """One connection while someone has it."""

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    async def fetch(self, shape: Shape, parameters: Parameters) -> list[dict[str, Any]]:
        statement = self._statements.of(shape)
        note(statement.sql)
        try:
            records = await self._connection.fetch(statement.sql, *statement.arguments(parameters))
        except _FAULTS as fault:
            raise _told(fault) from fault
        # Measured: a record's values are walked in C, its items are not.
        rows = [dict(zip(statement.columns, record, strict=True)) for record in records]
        return [statement.read(row) for row in rows] if statement.readers else rows

    async def execute(self, shape: Shape, parameters: Parameters) -> int:
        statement = self._statements.of(shape)
        note(statement.sql)
        try:
            tag = await self._connection.execute(statement.sql, *statement.arguments(parameters))
        except _FAULTS as fault:
            raise _told(fault) from fault
        return int(tag.rpartition(" ")[2]) if tag[-1:].isdigit() else 0

    async def execute_many(self, shape: Shape, rows: Sequence[Parameters]) -> None:
        statement = self._statements.of(shape)
        note(statement.sql)
        try:
            await self._connection.executemany(statement.sql, [statement.arguments(row) for row in rows])
        except _FAULTS as fault:
            raise _told(fault) from fault

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        transaction = self._connection.transaction()
        try:
            await transaction.start()
        except _FAULTS as fault:
            raise _told(fault) from fault
        try:
            yield
        except BaseException:
            await _seen_through(_settled(transaction.rollback()))
            raise
        try:
            await _seen_through(transaction.commit())
        except _FAULTS as fault:
            raise _told(fault) from fault


async def _seen_through(work: Awaitable[None]) -> None:
    """Wait for the end of it even when cancelled: the connection must be free when it is given back."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()
        raise


async def _settled(work: Awaitable[T]) -> None:
    """A rollback on a connection that is gone has nothing left to undo."""
    try:
        await work
    except _GONE:
        return


def _told(fault: Exception) -> Exception:
    """A driver's error as the house's own: gone is Unavailable, a broken key is Conflicting.

    What the driver says of a wrong argument is our own mistake and stays as it is.
    """
    if isinstance(fault, asyncpg.IntegrityConstraintViolationError):
        return Conflicting(fault.constraint_name or "")
    if isinstance(fault, asyncpg.LockNotAvailableError):
        return Locked()
    return fault if isinstance(fault, ValueError) else Unavailable()
