"""The local backend: services over the database. A read runs as it is; a write runs whole or not at all.

One transaction holds a write's rows, its audit line, its timeline and, where it was keyed, its idempotency row.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import orjson

from crm.call import Call
from crm.contracts import KEY_REUSE_REFUSED
from crm.journal import Entry, Journal
from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.kit.cursor import CursorKey
from crm.kit.errors import Conflict, CrmError, Invalid
from crm.kit.problems import Violation
from crm.operation import Arguments, Custom, Operation
from crm.resources import Resource
from crm.storage import idempotency, writes
from crm.storage.custom_fields import CustomFields
from crm.storage.database import Database, Locked, Sql
from crm.storage.idempotency import Key
from crm.storage.journal import write_audit
from crm.storage.writes import Detach

log = logging.getLogger(__name__)

IN_FLIGHT_SECONDS = 2.0
"""How long a retry waits for the request it repeats, before it is told to come again."""

NOTE_SECONDS = 0.5
"""How long a refusal waits for its line in the audit."""

Detaches = Mapping[Resource, Sequence[Detach]]
Tell = Callable[[Call, Sequence[Entry]], Awaitable[None]]
"""Writes timeline entries, in the transaction of the call."""


class Local:
    """Runs operations over one database. `detaches` say what lets go of a record when it is deleted, `tell` how the
    timeline is written: both come from rooms above this one.
    """

    def __init__(self, database: Database, cursors: CursorKey, detaches: Detaches, tell: Tell) -> None:
        self.sql: Sql = database
        self.cursors = cursors
        self._database = database
        self._detaches = detaches
        self._tell = tell
        self._custom = CustomFields(database)
        self._in_flight: dict[Key, asyncio.Event] = {}
        self._notes: set[asyncio.Task[None]] = set()

    def session(self) -> AbstractAsyncContextManager[Sql]:
        return self._database.session()

    async def custom_fields(self, business_id: str, resource: Resource) -> Custom:
        return await self._custom.of(business_id, resource)

    async def run(self, call: Call, operation: Operation, arguments: Arguments) -> Any:
        if operation.kind == "read":
            return await operation.run(call, arguments)
        if not operation.keyed or arguments.idempotency_key is None:
            async with self._database.transaction() as sql:
                return await self._write(replace(call, sql=sql, journal=Journal()), operation, arguments)
        principal = call.principal
        key = Key(principal.business_id, principal.client, principal.user_id, operation.name, arguments.idempotency_key)
        async with self._alone(key), self._database.transaction() as sql:
            return await self._once(replace(call, sql=sql, journal=Journal()), operation, arguments, key)

    async def detach(self, call: Call, resource: Resource, record_id: str) -> None:
        now = whole_seconds(call.clock())
        for each in self._detaches.get(resource, ()):
            await writes.detach(call.sql, each, call.principal.business_id, record_id, now)

    async def refused(self, call: Call, operation: Operation, record_id: str | None, fault: CrmError) -> None:
        """Where the database is busy the answer does not wait for its line, which follows when it can."""
        note = asyncio.create_task(_noted(replace(call, journal=Journal(record_id)), operation, fault.kind.slug))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)
        await asyncio.wait((note,), timeout=NOTE_SECONDS)

    async def settle(self) -> None:
        """Wait for what is still being noted."""
        await asyncio.gather(*self._notes)

    async def _write(self, call: Call, operation: Operation, arguments: Arguments) -> Any:
        output = await operation.run(call, arguments)
        if call.journal.entries:
            await self._tell(call, call.journal.entries)
        await _audit(call, operation, "ok")
        return output

    async def _once(self, call: Call, operation: Operation, arguments: Arguments, key: Key) -> Any:
        """Run a keyed write, or give what it answered the first time."""
        fingerprint = _fingerprint(arguments)
        try:
            kept = await idempotency.claim(call.sql, key, fingerprint, whole_seconds(call.clock()))
        except Locked:  # another process has it
            raise in_flight() from None
        if kept is None:
            output = await self._write(call, operation, arguments)
            await idempotency.keep(call.sql, key, output)
            return output
        if kept.fingerprint != fingerprint and call.contract.has(KEY_REUSE_REFUSED):
            message = "`Idempotency-Key` was used before with a different input."
            raise Invalid([Violation("Idempotency-Key", "key_reused", message)])
        return {**kept.output, "_replayed": True}

    @asynccontextmanager
    async def _alone(self, key: Key) -> AsyncIterator[None]:
        """One request at a time for a key. Raises Conflict where the other takes longer than 2 s."""
        deadline = asyncio.get_running_loop().time() + IN_FLIGHT_SECONDS
        while (other := self._in_flight.get(key)) is not None:
            try:
                async with asyncio.timeout_at(deadline):
                    await other.wait()
            except TimeoutError:
                raise in_flight() from None
        done = self._in_flight[key] = asyncio.Event()
        try:
            yield
        finally:
            del self._in_flight[key]
            done.set()


def in_flight() -> Conflict:
    """What a retry is told while the request it repeats still runs."""
    return Conflict("A request with this `Idempotency-Key` is still running.", retry_after=1)


def _fingerprint(arguments: Arguments) -> str:
    """The normalised input, whichever door it came through, as a digest."""
    said = orjson.dumps([arguments.id, arguments.input], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()


async def _noted(call: Call, operation: Operation, outcome: str) -> None:
    try:
        await _audit(call, operation, outcome)
    except CrmError:
        log.warning("a refused write could not be noted", extra={"operation": operation.name})


async def _audit(call: Call, operation: Operation, outcome: str) -> None:
    await write_audit(
        call.sql,
        {
            "business_id": call.principal.business_id,
            "id": ids.sortable(),
            "at": whole_seconds(call.clock()),
            "user_id": call.principal.user_id,
            "client": call.principal.client,
            "trace_id": call.trace_id,
            "operation": operation.name,
            "record_id": call.journal.record_id,
            "outcome": outcome,
            "changes": [each.told() for each in call.journal.changes],
        },
    )
