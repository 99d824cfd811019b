"""`crm-gateway migrate` and `seed`: the schema, and the demonstration."""

from typing import Annotated

import typer

from crm.storage import opening
from crm.storage.database import Database
from gateway.cli.console import fail, load, within
from gateway.demo import seeding
from gateway.demo.seeding import CONTACTS_OF_NORTHWIND, Occupied


def migrate(
    revision: Annotated[str, typer.Option(help="A revision to go up to.")] = "head",
    down_to: Annotated[str | None, typer.Option(help="A revision to go back to, or `base`. Data is lost.")] = None,
) -> None:
    """Bring the database to the newest schema; makes an SQLite file where there is none."""
    url = load().database_url
    try:
        if down_to is None:
            opening.migrate(url, revision)
        else:
            opening.downgrade(url, down_to)
        typer.echo(f"The database is at {opening.revision(url) or 'no revision'}.")
    except Exception as fault:  # noqa: BLE001  Alembic and the drivers raise of every kind; nothing was half done
        fail(f"The database was not migrated: {fault}")


def seed(
    contacts: Annotated[int, typer.Option(min=1, max=5_000_000, help="How many contacts Northwind has.")] = (
        CONTACTS_OF_NORTHWIND
    ),
) -> None:
    """Fill an empty database with the demonstration's two tenants."""

    async def work(database: Database) -> None:
        try:
            await seeding.seed(database, contacts)
        except Occupied as fault:
            fail(str(fault))

    within(work)
    typer.echo(f"Seeded {contacts:,} contacts and what belongs to them.")
