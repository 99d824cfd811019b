"""`crm-gateway field`: a tenant's custom fields."""

import re
from typing import Annotated, Literal

import typer

from crm.storage.database import Conflicting, Database
from crm.storage.tenants import add_custom_field, all_custom_fields
from gateway.cli.businesses import Business
from gateway.cli.console import Row, fail, now, one_business, show, within

_SLUG = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)

Carrier = Literal["contact", "company", "deal"]
Type = Literal["string", "number", "boolean", "date"]

app = typer.Typer(no_args_is_help=True, help="A tenant's custom fields.")


@app.command()
def create(
    resource: Annotated[Carrier, typer.Option(help="Which records carry it.")],
    slug: Annotated[str, typer.Option(help="Its name in `custom_fields` and filters: a-z, 0-9 and _.")],
    kind: Annotated[Type, typer.Option("--type", help="What its values are.")],
    label: Annotated[str, typer.Option(help="Its name for people.")],
    business: Business = None,
) -> None:
    """Define a custom field."""
    if not _SLUG.fullmatch(slug):
        fail(f"{slug} is no slug: a-z, 0-9 and _, a letter first, at most 63 characters.")
    if not label.strip() or len(label) > 255:
        fail("A label has 1 to 255 characters.")
    field = {"resource": resource, "slug": slug, "type": kind, "label": label.strip()}

    async def work(database: Database) -> None:
        try:
            await add_custom_field(database, (await one_business(database, business))["id"], field, now())
        except Conflicting:
            fail(f"There is a custom field {slug} of {resource} already.")

    within(work)


@app.command("list")
def listed(business: Business = None) -> None:
    """A tenant's custom fields."""

    async def work(database: Database) -> list[Row]:
        return await all_custom_fields(database, (await one_business(database, business))["id"])

    show(("resource", "slug", "type", "label"), within(work))
