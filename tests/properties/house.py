"""A house over one database, and the tenants of one example: rows put there directly, then asked for as anyone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from crm.access.principal import Principal
from crm.access.roles import ADMIN, Role
from crm.access.scopes import SCOPES, expanded
from crm.activities.timeline import tell
from crm.backend import Backend
from crm.call import Call
from crm.catalogue import DETACHES, OPERATIONS, REPOSITORIES
from crm.contracts import NEWEST
from crm.kit import ids
from crm.kit.budget import Budget, MemoryBuckets, Rate
from crm.kit.cursor import CursorKey
from crm.kit.page import Page, Row
from crm.local import Local
from crm.operation import Arguments
from crm.pipelines.table import stages
from crm.resources import BUSINESS, PIPELINE, STAGE, Resource
from crm.storage import types
from crm.storage.database import Database, Sql
from crm.storage.records import inserted, stored
from crm.storage.repository import Repository
from crm.storage.statement import shaped
from crm.storage.tenants import add_business, custom_fields
from tests.properties.records import CUSTOM_TYPES, FIRST, Rows

NOW = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)
PLENTY = Rate(10_000_000, 60)

REPOSITORY: Mapping[Resource, Repository] = {each.record.resource: each for each in REPOSITORIES}


@dataclass(frozen=True)
class House:
    """A database with everything that stands on it."""

    database: Database
    backend: Backend

    async def tenant(self, rows: Rows | None = None) -> "Tenant":
        """A new tenant with these records in it, by resource."""
        async with self.database.transaction() as sql:
            business_id = await add_business(sql, "Example", "USD", NOW, ids.new(BUSINESS))
            await sql.execute_many(inserted(custom_fields), _definitions(business_id))
            tenant = Tenant(self, business_id)
            for resource, records in (rows or {}).items():
                await tenant.put(resource, records.values(), sql)
        return tenant


@dataclass(frozen=True)
class Tenant:
    """A tenant of one example, and what it holds as plain values: what a model of it reads."""

    house: House
    business_id: str
    rows: Rows = field(default_factory=dict)

    async def put(self, resource: Resource, records: Iterable[Row], sql: Sql | None = None) -> None:
        """Insert records, just as they are."""
        if sql is None:
            async with self.house.database.transaction() as own:
                return await self.put(resource, records, own)
        kept = {each["id"]: each for each in records}
        self.rows.setdefault(resource, {}).update(kept)
        if resource is STAGE:
            plain = [{**each, "business_id": self.business_id} for each in kept.values()]
            await sql.execute_many(inserted(stages), plain)
            return None
        there = REPOSITORY[resource]
        columns = [stored(there.record, there.table, self.business_id, _kept(resource, each)) for each in kept.values()]
        await sql.execute_many(inserted(there.table), columns)
        return None

    async def remove(self, resource: Resource, record_id: str) -> None:
        """Take a record away."""
        table = REPOSITORY[resource].table
        async with self.house.database.transaction() as sql:
            assert await sql.execute(_gone(table), {"business_id": self.business_id, "id": record_id}) == 1
        del self.rows[resource][record_id]

    async def change(self, resource: Resource, record: Row) -> None:
        """Put a record in the place of the one with its id."""
        await self.remove(resource, record["id"])
        await self.put(resource, [record])

    async def revisions(self, resource: Resource) -> dict[str, int]:
        """The records there are, and which version of each."""
        found = await self.house.database.fetch(
            _revisions(REPOSITORY[resource].table), {"business_id": self.business_id}
        )
        return {row["id"]: row["revision"] for row in found}

    def call(self, principal: Principal | None = None, now: Callable[[], datetime] = lambda: NOW) -> Call:
        """A request of this tenant's; its admin's unless said otherwise."""
        return Call(
            principal=principal or self.principal(),
            contract=NEWEST,
            backend=self.house.backend,
            sql=self.house.database,
            clock=now,
            budget=Budget(MemoryBuckets(PLENTY), "example", PLENTY),
            trace_id="0" * 16,
        )

    def principal(self, user_id: str = "usr_" + "0" * 24, role: Role = ADMIN, team: Iterable[str] = ()) -> Principal:
        """Someone who acts here, with every scope."""
        return Principal(
            business_id=self.business_id,
            user_id=user_id,
            role=role,
            scopes=expanded(SCOPES),
            team=frozenset({user_id, *team}),
            client="pat",
            bucket="example",
        )

    async def search(self, resource: Resource, call: Call | None = None, **asked: Any) -> Page:
        """One page, as a client asks for it."""
        operation = OPERATIONS[f"{resource.plural}.search"]
        page: Page = await (call or self.call()).run(operation, asked, Arguments())
        return page


def house_over(database: Database) -> House:
    """The house as the street opens it, but for its secret."""
    return House(database, Local(database, CursorKey(b"a secret of sixteen bytes"), DETACHES, tell))


def public(row: Row) -> Row:
    """A record as a client may see it, and its revision: what else the house notes in a row is its own."""
    return {name: value for name, value in row.items() if name == "_revision" or not name.startswith("_")}


def later(call: Call, moment: datetime) -> Call:
    """The same call at another time."""
    return replace(call, clock=lambda: moment)


def _kept(resource: Resource, record: Row) -> Row:
    """A record without what is no column of its own."""
    kept = {name: value for name, value in record.items() if not (resource is PIPELINE and name == "stages")}
    return {**kept, **FIRST.get(resource, {})}


def _definitions(business_id: str) -> list[dict[str, Any]]:
    return [
        {
            "business_id": business_id,
            "resource": resource,
            "slug": slug,
            "type": kind,
            "label": slug,
            "created_at": NOW,
        }
        for resource in ("contact", "company", "deal")
        for slug, kind in CUSTOM_TYPES.items()
    ]


@shaped
def _gone(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(
        table.c.business_id == sa.bindparam("business_id", type_=types.text()),
        table.c.id == sa.bindparam("id", type_=types.text()),
    )


@shaped
def _revisions(table: sa.Table) -> sa.Select[Any]:
    here = table.c.business_id == sa.bindparam("business_id", type_=types.text())
    return sa.select(table.c.id, table.c.revision).where(here)
