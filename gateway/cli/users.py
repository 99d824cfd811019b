"""`crm-gateway user`: the people of a tenant."""

from typing import Annotated, Any

import typer

from crm.kit import passwords
from crm.storage.database import Conflicting, Database
from crm.users import repository
from gateway.cli.businesses import Business
from gateway.cli.console import Row, fail, now, one_business, show, within

MIN_PASSWORD = 8

app = typer.Typer(no_args_is_help=True, help="The people of a tenant.")

Email = Annotated[str, typer.Option(help="The address the user signs in with.")]
Team = Annotated[str | None, typer.Option(help="The team whose records `team` permissions reach.")]
Password = Annotated[str | None, typer.Option(help="Asked for where it is not given.", show_default=False)]


@app.command()
def create(
    email: Email,
    name: Annotated[str, typer.Option(help="Full name.")],
    role: Annotated[str, typer.Option(help="The user's role.")],
    team: Team = None,
    business: Business = None,
) -> None:
    """Make a user; prints its id. Give it a password with `set-password` if it is to sign in."""
    if email.count("@") != 1 or email != email.strip() or len(email) > 255:
        fail(f"{email} is not an e-mail address.")
    if not name.strip() or len(name) > 255:
        fail("A user's name has 1 to 255 characters.")

    async def work(database: Database) -> str:
        business_id = (await one_business(database, business))["id"]
        values = {"name": name.strip(), "email": email, "role": role, "team": team or None}
        try:
            return await repository.add(database, business_id, values, now())
        except Conflicting:
            fail(f"There is a user {email} already, or no role {role}.")

    typer.echo(within(work))


@app.command("list")
def listed(business: Business = None) -> None:
    """A tenant's users, by name."""

    async def work(database: Database) -> list[Row]:
        return await repository.everyone(database, (await one_business(database, business))["id"])

    show(("id", "email", "name", "role", "team"), within(work))


@app.command()
def set_role(
    email: Email, role: Annotated[str, typer.Option(help="The role it is to have.")], business: Business = None
) -> None:
    """Give a user another role; it takes effect within a second."""
    _change(email, business, {"role": role}, f"There is no role {role}.")


@app.command()
def set_team(email: Email, team: Team = None, business: Business = None) -> None:
    """Put a user into a team, or into none."""
    _change(email, business, {"team": team or None})


@app.command()
def set_password(email: Email, password: Password = None, business: Business = None) -> None:
    """Give a user a password to sign in with."""
    chosen = password or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    if len(chosen) < MIN_PASSWORD:
        fail(f"A password has at least {MIN_PASSWORD} characters.")
    try:
        kept = passwords.hashed(chosen)
    except ValueError as fault:
        fail(str(fault))
    _change(email, business, {"password_hash": kept})


def _change(email: str, business: str | None, values: dict[str, Any], refused: str = "Not changed.") -> None:
    async def work(database: Database) -> None:
        try:
            await repository.change(database, await one_user(database, email, business), values, now())
        except Conflicting:
            fail(refused)

    within(work)


async def one_user(database: Database, email: str, business: str | None) -> Row:
    """The user of that address, in whichever tenant has one; the tenant must be named where several have."""
    found = await repository.of_email(database, email)
    if business is not None:
        business_id = (await one_business(database, business))["id"]
        found = [each for each in found if each["business_id"] == business_id]
    if not found:
        fail(f"There is no user {email}.")
    if len(found) > 1:
        fail(f"Several businesses have a user {email}; say which with --business.")
    return found[0]
