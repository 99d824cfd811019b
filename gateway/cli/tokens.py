"""`crm-gateway token`: personal access tokens."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer

from crm.access.scopes import SCOPES
from crm.kit import values
from crm.storage import tokens
from crm.storage.database import Database
from crm.storage.tokens import Grant
from crm.users import repository
from gateway.cli.businesses import Business
from gateway.cli.console import Row, fail, now, one_business, show, within
from gateway.cli.moments import span
from gateway.cli.users import Email, one_user

app = typer.Typer(no_args_is_help=True, help="Personal access tokens.")


@app.command()
def create(
    email: Email,
    scope: Annotated[list[str], typer.Option(help="contact.read, deal.all, …; once for each, or with commas between.")],
    name: Annotated[str, typer.Option(help="What the token is for.")] = "token",
    expires: Annotated[str | None, typer.Option(help="30d, 12h, 2027-01-31 or 2027-01-31T12:00:00Z.")] = None,
    business: Business = None,
) -> None:
    """Make a token that acts for a user. Prints the token alone; it is never shown again."""
    scopes = known_scopes(scope)
    expires_at = None if expires is None else _end(expires)
    if not name.strip() or len(name) > 255:
        fail("A token's name has 1 to 255 characters.")

    async def work(database: Database) -> str:
        user = await one_user(database, email, business)
        grant = Grant(user["id"], name.strip(), scopes, expires_at)
        return await tokens.create(database, user["business_id"], grant, now())

    typer.echo(within(work))


@app.command("list")
def listed(business: Business = None) -> None:
    """A tenant's tokens, newest first."""

    async def work(database: Database) -> list[Row]:
        business_id = (await one_business(database, business))["id"]
        emails = {each["id"]: each["email"] for each in await repository.everyone(database, business_id)}
        kept = await tokens.listed(database, business_id)
        return [{**each, "user": emails[each["user_id"]]} for each in kept]

    columns = ("id", "name", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    show(columns, within(work))


@app.command()
def revoke(
    token_id: Annotated[str, typer.Argument(help="The token's id, from `token list`.")], business: Business = None
) -> None:
    """Make a token worthless; it takes effect within a second."""

    async def work(database: Database) -> bool:
        business_id = (await one_business(database, business))["id"]
        return await tokens.revoke(database, business_id, token_id, now())

    if not within(work):
        fail(f"There is no token {token_id} that is not revoked already.")


def known_scopes(asked: list[str]) -> tuple[str, ...]:
    """The scopes that are asked for; the end of the command where there is none of one."""
    scopes = tuple(dict.fromkeys(part.strip() for each in asked for part in each.split(",") if part.strip()))
    unknown = [each for each in scopes if each not in SCOPES]
    if unknown or not scopes:
        fail(f"No such scope: {', '.join(unknown) or '(none)'}. There are {', '.join(SCOPES)}.")
    return scopes


def _end(text: str) -> datetime:
    """When a token expires: after a span, at the end of a day (UTC), or at a moment."""
    try:
        end = _moment(text)
    except (ValueError, OverflowError):
        fail(f"{text} is no time a token could expire at; write 30d, 12h, 2027-01-31 or 2027-01-31T12:00:00Z.")
    if end <= now():
        fail(f"{text} has passed already.")
    return end


def _moment(text: str) -> datetime:
    ahead = span(text)
    if ahead is not None:
        return now() + ahead
    if len(text) == len("2027-01-31"):
        return datetime.combine(date.fromisoformat(text) + timedelta(days=1), time(), UTC)
    return values.read_timestamp(text)
