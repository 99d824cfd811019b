"""`crm-gateway role`: what the users of a tenant may do."""

from typing import Annotated

import typer

from crm.access.roles import REACHES, Role, role_from
from crm.access.scopes import VERBS
from crm.resources import SCOPED
from crm.storage.database import Database
from crm.storage.tenants import all_roles, set_role
from gateway.cli.businesses import Business
from gateway.cli.console import Row, fail, one_business, show, within

app = typer.Typer(no_args_is_help=True, help="What the users of a tenant may do.")

Name = Annotated[str, typer.Argument(help="The role's name.")]
Changes = Annotated[list[str], typer.Argument(help="contact.read=team deal.delete=none …; what is not named stays.")]


@app.command("list")
def listed(business: Business = None) -> None:
    """A tenant's roles."""
    show(("name",), within(lambda database: _kept(database, business)))


@app.command("show")
def shown(name: Name, business: Business = None) -> None:
    """How far a role reaches, by resource and verb."""
    role = _one(within(lambda database: _kept(database, business)), name)
    if role is None:
        fail(f"There is no role {name}.")
    table = role.table()
    show(("resource", *VERBS), ({"resource": each.singular, **table[each.singular]} for each in SCOPED))


@app.command("set")
def changed(name: Name, changes: Changes, business: Business = None) -> None:
    """Change how far a role reaches, or make a new one that reaches nothing else; it takes effect within a second."""
    asked = [_read(each) for each in changes]

    async def work(database: Database) -> None:
        role = _one(await _kept(database, business), name) or Role(name, {})
        table = role.table()
        for resource, verb, reach in asked:
            table[resource][verb] = reach
        await set_role(database, (await one_business(database, business))["id"], role_from(name, table))

    if not name.strip() or len(name) > 255:
        fail("A role's name has 1 to 255 characters.")
    within(work)


async def _kept(database: Database, business: str | None) -> list[Row]:
    return await all_roles(database, (await one_business(database, business))["id"])


def _one(kept: list[Row], name: str) -> Role | None:
    return next((role_from(name, each["permissions"]) for each in kept if each["name"] == name), None)


def _read(change: str) -> tuple[str, str, str]:
    permission, _, reach = change.partition("=")
    resource, _, verb = permission.partition(".")
    if resource not in {each.singular for each in SCOPED} or verb not in VERBS or reach not in REACHES:
        fail(f"{change} is no permission; write contact.read=team, with {', '.join(REACHES)} after the sign.")
    return resource, verb, reach
