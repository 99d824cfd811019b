"""Tenants: businesses, their roles and their custom field definitions, and what their operator does with them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.access.roles import BUILT_IN, Role
from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.resources import BUSINESS
from crm.storage import types
from crm.storage.database import Database, Sql
from crm.storage.metadata import METADATA
from crm.storage.records import inserted
from crm.storage.statement import shaped

businesses = sa.Table(
    "businesses",
    METADATA,
    sa.Column("id", types.text(), primary_key=True),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("currency", types.text(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
)

roles = sa.Table(
    "roles",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("permissions", types.json(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "name"),
    sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_roles_business"),
)

custom_fields = sa.Table(
    "custom_fields",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("resource", types.text(), nullable=False),
    sa.Column("slug", types.text(), nullable=False),
    sa.Column("type", types.text(), nullable=False),
    sa.Column("label", types.text(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "resource", "slug"),
    sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_custom_fields_business"),
)

secrets = sa.Table(
    "secrets",
    METADATA,
    sa.Column("name", types.text(), primary_key=True),
    sa.Column("value", types.text(), nullable=False),
)


async def add_business(sql: Sql, name: str, currency: str, now: datetime, business_id: str | None = None) -> str:
    """A new tenant with the built-in roles; its id. To be run in a transaction. An id may be fixed, for the demo."""
    business_id = business_id or ids.new(BUSINESS)
    row = {"id": business_id, "name": name, "currency": currency, "created_at": whole_seconds(now)}
    await sql.execute(inserted(businesses), row)
    await sql.execute_many(inserted(roles), [_role_row(business_id, role) for role in BUILT_IN])
    return business_id


async def all_businesses(sql: Sql) -> list[dict[str, Any]]:
    """Every tenant of the installation, oldest first."""
    return await sql.fetch(_businesses(), {})


async def set_role(database: Database, business_id: str, role: Role) -> None:
    """Give a tenant a role, or change the one of that name."""
    row = _role_row(business_id, role)
    async with database.transaction() as sql:
        if not await sql.execute(
            _role_changed(), {"role_business_id": business_id, "role_name": role.name, "new_permissions": role.table()}
        ):
            await sql.execute(inserted(roles), row)


async def all_roles(sql: Sql, business_id: str) -> list[dict[str, Any]]:
    """A tenant's roles by name, each with its `permissions` as `role_from` reads them."""
    return await sql.fetch(_roles(), {"business_id": business_id})


async def add_custom_field(sql: Sql, business_id: str, field: dict[str, str], now: datetime) -> None:
    """Define a custom field: `resource`, `slug`, `type` and `label`. Raises Conflicting where the slug is taken."""
    await sql.execute(inserted(custom_fields), {**field, "business_id": business_id, "created_at": whole_seconds(now)})


async def all_custom_fields(sql: Sql, business_id: str) -> list[dict[str, Any]]:
    """A tenant's custom field definitions, by resource and slug."""
    return await sql.fetch(_custom_fields(), {"business_id": business_id})


def _role_row(business_id: str, role: Role) -> dict[str, Any]:
    return {"business_id": business_id, "name": role.name, "permissions": role.table()}


def _of_tenant(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.business_id == sa.bindparam("business_id", type_=types.text())


@shaped
def _businesses() -> sa.Select[Any]:
    return sa.select(*businesses.columns).order_by(businesses.c.created_at, businesses.c.id)


@shaped
def _role_changed() -> sa.Update:
    here = sa.and_(
        roles.c.business_id == sa.bindparam("role_business_id", type_=types.text()),
        roles.c.name == sa.bindparam("role_name", type_=types.text()),
    )
    return sa.update(roles).where(here).values(permissions=sa.bindparam("new_permissions", type_=types.json()))


@shaped
def _roles() -> sa.Select[Any]:
    return sa.select(roles.c.name, roles.c.permissions).where(_of_tenant(roles)).order_by(roles.c.name)


@shaped
def _custom_fields() -> sa.Select[Any]:
    table = custom_fields
    return (
        sa.select(table.c.resource, table.c.slug, table.c.type, table.c.label)
        .where(_of_tenant(table))
        .order_by(table.c.resource, table.c.slug)
    )


async def business_currency(sql: Sql, business_id: str) -> str:
    """The currency of deals that name none."""
    rows = await sql.fetch(_currency(), {"business_id": business_id})
    return str(rows[0]["currency"])


@shaped
def _currency() -> sa.Select[tuple[str]]:
    return sa.select(businesses.c.currency).where(businesses.c.id == sa.bindparam("business_id", type_=types.text()))
