"""`crm-gateway client`: OAuth clients, as their operator makes them. Apps may also register themselves."""

from typing import Annotated

import typer

from crm.access.scopes import SCOPES
from crm.storage.database import Database
from crm.storage.oauth import clients, grants
from crm.storage.oauth.clients import Client
from crm.storage.oauth.grants import Grant
from crm.storage.opaque import hashed
from gateway.cli.businesses import Business
from gateway.cli.console import Row, fail, now, one_business, show, within
from gateway.cli.tokens import known_scopes
from gateway.cli.users import one_user
from gateway.oauth import redirect_uris
from gateway.oauth.clients import new_secret

WITH_USERS = ("authorization_code", "refresh_token")
BY_ITSELF = ("client_credentials",)

app = typer.Typer(no_args_is_help=True, help="OAuth clients: apps that act for users, and what they may.")


@app.command()
def create(
    name: Annotated[str, typer.Option(help="The app's name, as users are shown it.")],
    redirect_uri: Annotated[list[str] | None, typer.Option(help="Where answers may go; once for each.")] = None,
    confidential: Annotated[bool, typer.Option("--confidential", help="Give it a secret.")] = False,
    email: Annotated[str | None, typer.Option(help="The user it acts as by itself (client_credentials).")] = None,
    scope: Annotated[list[str] | None, typer.Option(help="The most it may do; once for each, or with commas.")] = None,
    business: Business = None,
) -> None:
    """Make a client; prints its id, and its secret, which is never shown again."""
    if not name.strip() or len(name) > 100:
        fail("A client's name has 1 to 100 characters.")
    if email is not None and not scope:
        fail("Say with --scope what the client may do by itself.")
    for each in redirect_uri or ():
        _check(each)
    if not (redirect_uri or email or confidential):
        fail("Give the client a --redirect-uri, an --email to act as, or make it --confidential.")
    secret = new_secret() if confidential or email is not None else None
    scopes = known_scopes(scope) if scope else None

    async def work(database: Database) -> str:
        user = None if email is None else await one_user(database, email, business)
        tenant = None if business is None else (await one_business(database, business))["id"]
        client = Client(
            name=name.strip(),
            redirect_uris=tuple(redirect_uri or ()),
            grant_types=(*(WITH_USERS if redirect_uri else ()), *(BY_ITSELF if user else ())),
            auth_method="none" if secret is None else "client_secret_basic",
            scopes=scopes,
            business_id=user["business_id"] if user else tenant,
            secret_hash=None if secret is None else hashed(secret),
        )
        async with database.transaction() as sql:
            await clients.add(sql, client, now())
            if user is not None:
                await grants.add(sql, _bound(client, user, scopes or SCOPES), now())
        return client.id

    typer.echo(within(work))
    if secret is not None:
        typer.echo(secret)


@app.command("list")
def listed() -> None:
    """Every client, newest first."""

    async def work(database: Database) -> list[Row]:
        return [_row(each) for each in await clients.all_clients(database)]

    columns = ("id", "name", "kind", "grant_types", "redirect_uris", "business", "created_at", "revoked_at")
    show(columns, within(work))


@app.command()
def revoke(client_id: Annotated[str, typer.Argument(help="The client's id, from `client list`.")]) -> None:
    """Let a client do nothing any more, for anybody; it takes effect within a second."""

    async def work(database: Database) -> bool:
        return await clients.revoke(database, client_id, now())

    if not within(work):
        fail(f"There is no client {client_id} that is not revoked already.")


def _check(uri: str) -> None:
    try:
        redirect_uris.check(uri)
    except ValueError as fault:
        fail(f"{uri} {fault}.")


def _bound(client: Client, user: Row, scopes: tuple[str, ...]) -> Grant:
    return Grant(user["business_id"], user["id"], client.id, "client_credentials", scopes, ())


def _row(client: Client) -> Row:
    kind = "confidential" if client.confidential else "public"
    return {
        "id": client.id,
        "name": client.name,
        "kind": f"{kind}, registered itself" if client.self_registered else kind,
        "grant_types": list(client.grant_types),
        "redirect_uris": list(client.redirect_uris),
        "business": client.business_id,
        "created_at": client.created_at,
        "revoked_at": client.revoked_at,
    }
