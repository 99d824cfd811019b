"""What the commands share: the settings, the database, one way to fail, one way to show a table."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeVar

import typer

from crm.kit.clock import system
from crm.kit.errors import CrmError
from crm.storage.database import Database
from crm.storage.opening import is_behind, open_database
from crm.storage.tenants import all_businesses
from gateway import settings
from gateway.settings import BadSettings, Settings

T = TypeVar("T")
Row = dict[str, Any]

now = system


def fail(message: str) -> NoReturn:
    """End with a sentence on standard error, and 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def load() -> Settings:
    """The settings, or the end of the command with what is wrong with them."""
    try:
        return settings.load()
    except BadSettings as fault:
        fail("\n".join(fault.faults))


def check_schema(url: str) -> None:
    """End the command where the schema is not what the code expects."""
    try:
        behind = is_behind(url)
    except Exception as fault:  # noqa: BLE001  whatever the driver says, there is nothing to work with
        fail(f"The database cannot be reached: {fault}")
    if behind:
        fail("The database is not at the newest schema. Run `crm-gateway migrate` first.")


def within(work: Callable[[Database], Awaitable[T]]) -> T:
    """Do something with the configured database, which must be at the newest schema."""
    url = load().database_url
    check_schema(url)
    return asyncio.run(_within(url, work))


async def _within(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    try:
        database = await open_database(url)
        try:
            return await work(database)
        finally:
            await database.close()
    except CrmError as fault:
        fail(fault.detail)


async def one_business(database: Database, wanted: str | None) -> Row:
    """The tenant that is meant, by id or name; the only one there is where none is named."""
    there = await all_businesses(database)
    meant = there if wanted is None else [each for each in there if wanted in (each["id"], each["name"])]
    if len(meant) == 1:
        return meant[0]
    if not there:
        fail("There is no business yet. Make one with `crm-gateway business create`.")
    names = "\n".join(f"  {each['id']}  {each['name']}" for each in there)
    fail(f"{'Say which business with --business' if wanted is None else 'There is no such business'}:\n{names}")


def show(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """A plain table: tabs between columns, so that other programs can read it too."""
    typer.echo("\t".join(columns))
    for row in rows:
        typer.echo("\t".join(_cell(row[each]) for each in columns))


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
