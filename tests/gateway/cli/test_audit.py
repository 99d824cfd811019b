"""An operator reads who wrote what, and what came of it."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crm.kit import ids
from crm.resources import CONTACT
from crm.storage.journal import write_audit
from crm.storage.opening import open_database
from tests.fixtures.postgres import apart

Done = Callable[..., str]
NOW = datetime.now(UTC).replace(microsecond=0)
ADA, BOB = f"{CONTACT.prefix}_{1:024x}", f"{CONTACT.prefix}_{2:024x}"
CHANGES = [{"field": "job_title", "from": None, "to": "a\ttab\nand a line"}]


@pytest.fixture
def business(done: Done, database_url: str) -> str:
    """A tenant with a user and three lines: a create 3 days ago, an update 2 hours ago, a refusal now."""
    business_id = done("business", "create", "--name", "Northwind")
    user = done("user", "create", "--email", "ada@x.example", "--name", "Ada", "--role", "rep")
    lines: list[dict[str, Any]] = [
        {"at": NOW - timedelta(days=3), "operation": "contacts.create", "record_id": ADA, "outcome": "ok"},
        {"at": NOW - timedelta(hours=2), "operation": "contacts.update", "record_id": ADA, "outcome": "ok"},
        {"at": NOW, "operation": "contacts.delete", "record_id": BOB, "outcome": "not-found"},
    ]

    async def write() -> None:
        database = await open_database(database_url)
        for number, line in enumerate(lines):
            by = {"business_id": business_id, "user_id": user, "client": "pat", "trace_id": f"{number:016x}"}
            changes = CHANGES if line["operation"] == "contacts.update" else []
            await write_audit(database, {"id": ids.sortable(), **by, **line, "changes": changes})
        await database.close()

    apart(lambda: asyncio.run(write()))
    return business_id


def table(text: str) -> list[dict[str, str]]:
    head, *rows = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def operations(text: str) -> list[str]:
    return [row["operation"] for row in table(text)]


def test_every_line_says_who_did_what_and_how_it_ended(done: Done, business: str) -> None:
    refused, updated, created = table(done("audit"))
    assert (refused["user"], refused["client"], refused["outcome"]) == ("ada@x.example", "pat", "not-found")
    assert (refused["record_id"], refused["trace_id"], refused["changes"]) == (BOB, f"{2:016x}", "[]")
    assert created["at"] == f"{(NOW - timedelta(days=3)).replace(tzinfo=None).isoformat()}Z"
    assert json.loads(updated["changes"]) == CHANGES


def test_lines_can_be_narrowed(done: Done, business: str) -> None:
    assert operations(done("audit", "--record", ADA)) == ["contacts.update", "contacts.create"]
    assert operations(done("audit", "--since", "12h")) == ["contacts.delete", "contacts.update"]
    assert operations(done("audit", "--since", "2d", "--record", ADA)) == ["contacts.update"]
    assert len(operations(done("audit", "--since", "2020-01-31"))) == 3
    assert operations(done("audit", "--since", f"{(NOW - timedelta(hours=3)).isoformat()}", "--limit", "1")) == [
        "contacts.delete"
    ]
    assert operations(done("audit", "--since", "2099-01-31")) == []


def test_a_tenants_lines_are_its_own(done: Done, business: str) -> None:
    other = done("business", "create", "--name", "Other")
    assert operations(done("audit", "--business", other)) == []
    assert len(operations(done("audit", "--business", "Northwind"))) == 3


@pytest.mark.parametrize("since", ["soon", "0d", "2026-02-30", "2026-06-17T14:30:00"])
def test_a_time_that_is_none_is_refused(refused: Done, business: str, since: str) -> None:
    assert f"{since} is no time to begin at" in refused("audit", "--since", since)
