"""`crm-gateway audit`: who wrote what, and what came of it."""

from datetime import UTC, date, datetime, time
from typing import Annotated

import orjson
import typer

from crm.kit import values
from crm.storage.database import Database
from crm.storage.journal import read_audit
from crm.users import repository
from gateway.cli.businesses import Business
from gateway.cli.console import Row, fail, now, one_business, show, within
from gateway.cli.moments import span

COLUMNS = ("at", "user", "client", "operation", "record_id", "outcome", "trace_id", "changes")


def audit(
    business: Business = None,
    record: Annotated[str | None, typer.Option(help="Only what was written to the record of this id.")] = None,
    since: Annotated[str | None, typer.Option(help="7d, 12h, 2026-06-17 or 2026-06-17T14:30:00Z.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many lines.")] = 100,
) -> None:
    """A tenant's writes, refused ones too, newest first: who, what, how it ended, what changed from what to what."""
    begin = None if since is None else _begin(since)

    async def work(database: Database) -> list[Row]:
        business_id = (await one_business(database, business))["id"]
        emails = {each["id"]: each["email"] for each in await repository.everyone(database, business_id)}
        lines = await read_audit(database, business_id, record_id=record, since=begin, limit=limit)
        return [_shown(each, emails) for each in lines]

    show(COLUMNS, within(work))


def _shown(line: Row, emails: dict[str, str]) -> Row:
    """Changes as JSON: it has no tabs and no line ends in it."""
    user = emails.get(line["user_id"], line["user_id"])
    return {**line, "at": values.wire(line["at"]), "user": user, "changes": orjson.dumps(line["changes"]).decode()}


def _begin(text: str) -> datetime:
    """Since when: so long ago, the beginning of a day (UTC), or a moment."""
    try:
        return _moment(text)
    except (ValueError, OverflowError):
        fail(f"{text} is no time to begin at; write 7d, 12h, 2026-06-17 or 2026-06-17T14:30:00Z.")


def _moment(text: str) -> datetime:
    ago = span(text)
    if ago is not None:
        return now() - ago
    if len(text) == len("2026-06-17"):
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    return values.read_timestamp(text)
