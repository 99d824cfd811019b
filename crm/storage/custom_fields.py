"""A tenant's custom field definitions, read when a request speaks of them and remembered for a second."""

import time

import sqlalchemy as sa

from crm.kit import fields
from crm.kit.fields import PublicField
from crm.kit.filters import CUSTOM
from crm.resources import Resource
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.statement import shaped
from crm.storage.tenants import custom_fields

TYPES = {
    "string": fields.TEXT,
    "number": fields.NUMBER,
    "boolean": fields.BOOLEAN,
    "date": fields.DATE,
}
MEMORY_SECONDS = 1.0
MAX_REMEMBERED = 1_000

Definitions = dict[str, PublicField]


class CustomFields:
    """The definitions of every tenant, a second old at most."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self._known: dict[tuple[str, str], tuple[float, Definitions]] = {}

    async def of(self, business_id: str, resource: Resource) -> Definitions:
        key = (business_id, resource.singular)
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        definitions = {row["slug"]: _field(row["slug"], row["type"], row["label"]) for row in await self._rows(*key)}
        self._known[key] = (time.monotonic() + MEMORY_SECONDS, definitions)
        return definitions

    async def _rows(self, business_id: str, resource: str) -> list[dict[str, str]]:
        return await self._sql.fetch(_of_resource(), {"business_id": business_id, "resource": resource})


def _field(slug: str, kind: str, label: str) -> PublicField:
    return PublicField(
        name=f"{CUSTOM}{slug}",
        kind=TYPES[kind],
        nullable=True,
        description=label,
        sortable=False,
        read_only=False,
    )


@shaped
def _of_resource() -> sa.Select[tuple[str, str, str]]:
    return sa.select(custom_fields.c.slug, custom_fields.c.type, custom_fields.c.label).where(
        custom_fields.c.business_id == sa.bindparam("business_id", type_=types.text()),
        custom_fields.c.resource == sa.bindparam("resource", type_=types.text()),
    )
