"""`crm-gateway business`: the tenants of the installation."""

from typing import Annotated

import typer

from crm.storage.database import Database
from crm.storage.tenants import add_business, all_businesses
from gateway.cli.console import Row, fail, now, show, within

app = typer.Typer(no_args_is_help=True, help="The tenants of the installation.")

Business = Annotated[
    str | None, typer.Option("--business", help="The tenant, by id or name; needed where several are.")
]


@app.command()
def create(
    name: Annotated[str, typer.Option(help="The tenant's name.")],
    currency: Annotated[str, typer.Option(help="The currency of deals that name none (ISO 4217).")] = "USD",
) -> None:
    """Make a tenant with the built-in roles; prints its id."""
    if not name.strip() or len(name) > 255:
        fail("A business's name has 1 to 255 characters.")
    if not (currency.isascii() and currency.isalpha() and len(currency) == 3):
        fail("A currency is three letters, such as USD.")

    async def work(database: Database) -> str:
        async with database.transaction() as sql:
            return await add_business(sql, name.strip(), currency.upper(), now())

    typer.echo(within(work))


@app.command("list")
def listed() -> None:
    """All tenants, oldest first."""

    async def work(database: Database) -> list[Row]:
        return await all_businesses(database)

    show(("id", "name", "currency", "created_at"), within(work))
