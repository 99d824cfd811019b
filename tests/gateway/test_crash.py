"""A server that is killed while eight clients create a thousand records: retried, each key has made exactly one."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from crm.contacts.table import contacts
from crm.contracts import NEWEST
from crm.storage.database import Database
from crm.storage.idempotency import idempotency
from crm.storage.journal import audit
from crm.storage.opening import open_database
from crm.storage.statement import shaped
from tests.conftest import NewDatabase
from tests.fixtures.tenants import tenant

ROOT = Path(__file__).parents[2]
CLIENTS = 8
EACH = 125
KILLED_AT = 400
"""After so many acknowledged creates."""

SECONDS_TO_START = 30.0
_SERVE = "from gateway.cli import main; main()"


@dataclass
class Crowd:
    """The clients together: what they were told, by key. `enough` is set once that is time to kill the server."""

    port: int
    token: str
    told: dict[str, str] = field(default_factory=dict)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Every client creates all of its own, again and again where it has been told nothing yet."""
        await asyncio.gather(*(self._client(number) for number in range(CLIENTS)))

    async def _client(self, number: int) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Version": NEWEST.name}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=20) as http:
            for index in range(EACH):
                if not await self._create(http, f"{number}-{index}"):
                    return

    async def _create(self, http: httpx.AsyncClient, key: str) -> bool:
        """Whether the server is still there."""
        body = {"email": f"c{key}@example.com"}
        while True:
            try:
                answer = await http.post("/v1/contacts", json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                return False
            if answer.status_code not in (409, 503):
                break
            await asyncio.sleep(int(answer.headers["retry-after"]))
        assert answer.status_code == 201, answer.text
        known = self.told.setdefault(key, answer.json()["id"])
        assert known == answer.json()["id"], "what was acknowledged is what every retry gets"
        if len(self.told) >= KILLED_AT:
            self.enough.set()
        return True


@asynccontextmanager
async def served(url: str, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server in a process of its own, listening; ended with the block if it still runs."""
    settings = {"GATEWAY_DATABASE_URL": url, "GATEWAY_RATE_LIMIT": "1000000/60s", "GATEWAY_LOG_LEVEL": "error"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _SERVE, "serve", "--port", str(port)), cwd=ROOT, env={**kept, **settings}
    )
    try:
        await _listening(port, process)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _listening(port: int, process: asyncio.subprocess.Process) -> None:
    begun = time.monotonic()
    async with httpx.AsyncClient(timeout=5) as http:
        while process.returncode is None and time.monotonic() < begun + SECONDS_TO_START:
            with contextlib.suppress(httpx.TransportError):
                if (await http.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200:
                    return
            await asyncio.sleep(0.05)
    pytest.fail(f"the server did not come up: {process.returncode}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.mark.timeout(300)
async def test_every_key_makes_one_record_whenever_the_server_dies(new_database: NewDatabase) -> None:
    url, port = new_database(), _free_port()
    database = await open_database(url)
    there = await tenant(database)
    crowd = Crowd(port, await there.token(await there.user("ada", "admin"), "contact.all"))
    await database.close()
    async with served(url, port) as process:
        working = asyncio.create_task(crowd.run())
        await asyncio.wait_for(crowd.enough.wait(), 100)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await working
    assert KILLED_AT <= len(crowd.told) < CLIENTS * EACH, "it died in the middle"
    await _is_whole(url, crowd.told)
    async with served(url, port):
        await asyncio.wait_for(crowd.run(), 100)
    assert len(crowd.told) == CLIENTS * EACH
    assert await _is_whole(url, crowd.told) == CLIENTS * EACH


async def _is_whole(url: str, told: Mapping[str, str]) -> int:
    """Every key with a record and every record with a key, its audit line too; what was acknowledged is among them.
    How many there are.
    """
    database = await open_database(url)
    try:
        records, keys, lines = await _kept(database)
    finally:
        await database.close()
    assert len(records) == len(keys) == len(lines)
    by_email = {each["email"]: each["id"] for each in records}
    assert len(by_email) == len(records)
    assert {f"c{each['key']}@example.com": each["output"]["id"] for each in keys} == by_email
    assert {each["record_id"] for each in lines} == set(by_email.values())
    assert {f"c{key}@example.com": record_id for key, record_id in told.items()}.items() <= by_email.items()
    return len(records)


async def _kept(database: Database) -> list[list[dict[str, Any]]]:
    """Records, keys and lines. What the dead server had begun may end a moment after it: until two looks agree."""
    seen: list[list[dict[str, Any]]] = []
    for _ in range(100):
        now = [await database.fetch(shape, {}) for shape in (_records(), _keys(), _lines())]
        if now == seen:
            return now
        seen = now
        await asyncio.sleep(0.1)
    pytest.fail("something still writes")


@shaped
def _records() -> sa.Select[Any]:
    return sa.select(contacts.c.id, contacts.c.email).order_by(contacts.c.id)


@shaped
def _keys() -> sa.Select[Any]:
    return sa.select(idempotency.c.key, idempotency.c.output).order_by(idempotency.c.key)


@shaped
def _lines() -> sa.Select[Any]:
    return sa.select(audit.c.record_id).order_by(audit.c.id)
