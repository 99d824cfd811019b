"""`crm-gateway keys`: what access tokens are signed with."""

from typing import Annotated

import typer

from crm.storage.database import Database
from crm.storage.oauth import keys as kept
from crm.storage.secret_key import secret_key
from gateway.cli.console import Row, fail, load, now, show, within
from gateway.oauth.keys import SERVED, rotated

app = typer.Typer(no_args_is_help=True, help="The keys access tokens are signed with.")


@app.command()
def rotate() -> None:
    """Sign with a new key from now on; prints its id. What older keys signed stays good until it expires."""
    configured = load().secret_key

    async def work(database: Database) -> str:
        return await rotated(database, await secret_key(database, configured), now())

    typer.echo(within(work))


@app.command("list")
def listed() -> None:
    """Every key, oldest first; `serves_until` is when the last token of a retired one has expired."""

    async def work(database: Database) -> list[Row]:
        return [
            {
                "id": each.id,
                "algorithm": each.algorithm,
                "created_at": each.created_at,
                "retired_at": each.retired_at,
                "serves_until": each.retired_at and each.retired_at + SERVED,
            }
            for each in await kept.all_keys(database)
        ]

    show(("id", "algorithm", "created_at", "retired_at", "serves_until"), within(work))


@app.command()
def forget(key_id: Annotated[str, typer.Argument(help="The key's id, from `keys list`.")]) -> None:
    """Drop a key that others may know: every token it signed is worthless within seconds."""

    async def work(database: Database) -> bool:
        return await kept.forget(database, key_id)

    if not within(work):
        fail(f"There is no key {key_id}.")
