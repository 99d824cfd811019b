"""The tenant's own rows."""

from typing import Any

import sqlalchemy as sa

from crm.kit.errors import Unauthenticated
from crm.kit.page import Row
from crm.storage import types
from crm.storage.repository import Asker, shown
from crm.storage.statement import shaped
from crm.storage.tenants import businesses, custom_fields
from crm.users.repository import USERS
from crm.users.table import users

_TENANT = "business_"


async def caller(asker: Asker) -> tuple[dict[str, Any], Row]:
    """The caller's tenant and its acting user, in one statement."""
    principal = asker.principal
    rows = await asker.sql.fetch(_caller(), {"business_id": principal.business_id, "user_id": principal.user_id})
    if not rows:  # gone since the token was looked up
        raise Unauthenticated("The token is unknown, expired or revoked.", token_sent=True)
    business = {name.removeprefix(_TENANT): value for name, value in rows[0].items() if name.startswith(_TENANT)}
    return business, {name: value for name, value in rows[0].items() if not name.startswith(_TENANT)}


async def definitions(asker: Asker) -> list[dict[str, Any]]:
    """The tenant's custom field definitions, by resource and slug."""
    return await asker.sql.fetch(_definitions(), {"business_id": asker.principal.business_id})


@shaped
def _caller() -> sa.Select[Any]:
    tenant = (
        each.label(f"{_TENANT}{each.name}") for each in (businesses.c.id, businesses.c.name, businesses.c.currency)
    )
    return (
        sa.select(*tenant, *shown(USERS, USERS.whole))
        .select_from(businesses.join(users, users.c.business_id == businesses.c.id))
        .where(
            businesses.c.id == sa.bindparam("business_id", type_=types.text()),
            users.c.id == sa.bindparam("user_id", type_=types.text()),
        )
    )


@shaped
def _definitions() -> sa.Select[Any]:
    table = custom_fields
    return (
        sa.select(table.c.resource, table.c.slug, table.c.type, table.c.label)
        .where(table.c.business_id == sa.bindparam("business_id", type_=types.text()))
        .order_by(table.c.resource, table.c.slug)
    )
