"""SQLite on worker threads: a few readers, one writer, WAL with every commit on disk before it is acknowledged."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from crm.kit.errors import Unavailable
from crm.storage.database import ACQUIRE_SECONDS, STATEMENT_SECONDS, Conflicting, Parameters, note
from crm.storage.statement import SQLITE, Shape, Statement, Statements

T = TypeVar("T")

READERS = 4
_BUSY_MILLISECONDS = 5_000
_RETRY_SECONDS = 0.01
INTERRUPT_AGAIN_SECONDS = 0.01

# FULL: WAL with NORMAL passes every kill test and syncs nothing per commit.
PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
)


def connect(path: Path) -> sqlite3.Connection:
    """A connection as every part of the house opens one; it begins no transaction by itself."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    _write_ahead(connection)
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn to WAL. Where another process is just turning a new file to it SQLite says at once that it is locked,
    whatever the busy timeout: ask again for as long.
    """
    until = time.monotonic() + _BUSY_MILLISECONDS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or time.monotonic() > until:
                raise
            time.sleep(_RETRY_SECONDS)
        else:
            return


class SqliteDatabase:
    """One database file. Reads run on any free reader; writes take turns."""

    dialect = SQLITE

    def __init__(self, path: Path) -> None:
        self._statements = Statements(SQLITE)
        self._readers: asyncio.Queue[_Worker] = asyncio.Queue()
        self._workers = [_Worker(path, self._statements) for _ in range(READERS + 1)]
        for worker in self._workers[1:]:
            self._readers.put_nowait(worker)
        self._writer = self._workers[0]
        self._turn = asyncio.Lock()

    async def fetch(self, shape: Shape, parameters: Parameters) -> list[dict[str, Any]]:
        async with self.session() as worker:
            return await worker.fetch(shape, parameters)

    async def execute(self, shape: Shape, parameters: Parameters) -> int:
        async with self.transaction() as sql:
            return await sql.execute(shape, parameters)

    async def execute_many(self, shape: Shape, rows: Sequence[Parameters]) -> None:
        async with self.transaction() as sql:
            await sql.execute_many(shape, rows)

    @asynccontextmanager
    async def session(self) -> AsyncIterator["_Worker"]:
        try:
            async with asyncio.timeout(ACQUIRE_SECONDS):
                worker = await self._readers.get()
        except TimeoutError:
            raise Unavailable from None
        try:
            yield worker
        finally:
            self._readers.put_nowait(worker)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["_Worker"]:
        try:
            async with asyncio.timeout(ACQUIRE_SECONDS):
                await self._turn.acquire()
        except TimeoutError:
            raise Unavailable from None
        try:
            async with self._writer.transaction():
                yield self._writer
        finally:
            self._turn.release()

    async def close(self) -> None:
        for worker in self._workers:
            await worker.close()


class _Worker:
    """One connection and the one thread that uses it."""

    def __init__(self, path: Path, statements: Statements) -> None:
        self._path = path
        self._statements = statements
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        self._connection: sqlite3.Connection | None = None

    async def fetch(self, shape: Shape, parameters: Parameters) -> list[dict[str, Any]]:
        statement = self._statements.of(shape)
        return await self._run(lambda connection: _fetch(connection, statement, parameters), statement.sql)

    async def execute(self, shape: Shape, parameters: Parameters) -> int:
        statement = self._statements.of(shape)
        return await self._run(
            lambda connection: connection.execute(statement.sql, statement.arguments(parameters)).rowcount,
            statement.sql,
        )

    async def execute_many(self, shape: Shape, rows: Sequence[Parameters]) -> None:
        statement = self._statements.of(shape)
        await self._run(
            lambda connection: connection.executemany(statement.sql, [statement.arguments(row) for row in rows]),
            statement.sql,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        try:
            await self._run(lambda connection: connection.execute("BEGIN IMMEDIATE"))
            yield
            await asyncio.shield(self._run(lambda connection: connection.execute("COMMIT")))
        except BaseException:
            await asyncio.shield(self._run(_undone))
            raise

    async def close(self) -> None:
        if self._connection is not None:
            await self._run(lambda connection: connection.close())
        self._thread.shutdown()

    async def _run(self, work: Callable[[sqlite3.Connection], T], sql: str | None = None) -> T:
        """`work` on the thread. Waits for it even when cancelled: the connection must be free when it is handed on."""
        if sql is not None:
            note(sql)
        job = asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)
        try:
            async with asyncio.timeout(STATEMENT_SECONDS):  # wait_for would lose a cancellation that comes at the end
                return await asyncio.shield(job)
        except (asyncio.CancelledError, TimeoutError) as gone:
            await self._interrupt(job)
            if isinstance(gone, TimeoutError):
                raise Unavailable from None
            raise

    async def _interrupt(self, job: "asyncio.Future[Any]") -> None:
        """Stop what runs, and see it end, whoever else cancels meanwhile. One that has not begun cannot be stopped yet:
        it is told again.
        """
        cancelled = False
        while not job.done():
            if self._connection is not None:
                self._connection.interrupt()
            try:
                await asyncio.wait((job,), timeout=INTERRUPT_AGAIN_SECONDS)
            except asyncio.CancelledError:
                cancelled = True
        if not job.cancelled():
            job.exception()
        if cancelled:
            raise asyncio.CancelledError

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            if self._connection is None:
                self._connection = connect(self._path)
            return work(self._connection)
        except sqlite3.IntegrityError as fault:
            raise Conflicting(str(fault)) from fault
        except sqlite3.OperationalError as fault:
            if _passing(fault):
                raise Unavailable from fault
            raise


def _undone(connection: sqlite3.Connection) -> None:
    """Roll back whatever is still open: SQLite undoes a statement's transaction itself when it is interrupted or the
    disk is full, and one that was cancelled at its end may be committed by now.
    """
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _fetch(connection: sqlite3.Connection, statement: Statement, parameters: Parameters) -> list[dict[str, Any]]:
    cursor = connection.execute(statement.sql, statement.arguments(parameters))
    columns, read = statement.columns, statement.read
    return [read(dict(zip(columns, values, strict=True))) for values in cursor]


def _passing(fault: sqlite3.OperationalError) -> bool:
    """Whether waiting may help: busy, locked, interrupted, disk full or gone; anything else is our own mistake."""
    return any(word in str(fault) for word in ("locked", "busy", "interrupted", "disk", "unable to open"))
