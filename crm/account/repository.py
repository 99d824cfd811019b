"""The tenant's own rows."""

from typing import Any

import sqlalchemy as sa

from crm.storage import types
from crm.storage.repository import Asker
from crm.storage.statement import shaped
from crm.storage.tenants import businesses, custom_fields


async def business(asker: Asker) -> dict[str, Any]:
    """The caller's tenant."""
    rows = await asker.sql.fetch(_business(), {"business_id": asker.principal.business_id})
    return rows[0]


async def definitions(asker: Asker) -> list[dict[str, Any]]:
    """The tenant's custom field definitions, by resource and slug."""
    return await asker.sql.fetch(_definitions(), {"business_id": asker.principal.business_id})


@shaped
def _business() -> sa.Select[Any]:
    return sa.select(businesses.c.id, businesses.c.name, businesses.c.currency).where(
        businesses.c.id == sa.bindparam("business_id", type_=types.text())
    )


@shaped
def _definitions() -> sa.Select[Any]:
    table = custom_fields
    return (
        sa.select(table.c.resource, table.c.slug, table.c.type, table.c.label)
        .where(table.c.business_id == sa.bindparam("business_id", type_=types.text()))
        .order_by(table.c.resource, table.c.slug)
    )
