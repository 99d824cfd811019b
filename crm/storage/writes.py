"""Statements that change a resource's rows: insert, lock, update, delete, detach. Each inside a transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.access.roles import Permission
from crm.access.visibility import visibility
from crm.kit.page import Row
from crm.storage import types, where
from crm.storage.database import Sql
from crm.storage.records import stored
from crm.storage.repository import Asker, Repository, selected, shown
from crm.storage.statement import Dialect, shaped, spoken


@dataclass(frozen=True, eq=False)
class Detach:
    """A link that is let go when the record it leads to is deleted."""

    table: sa.Table
    column: str


async def insert(asker: Asker, repository: Repository, values: Mapping[str, Any]) -> Row:
    """A new record from its public values, as it is now."""
    columns = stored(repository.record, repository.table, asker.principal.business_id, values)
    rows = await asker.sql.fetch(_insert(repository), columns)
    return rows[0]


async def lock(asker: Asker, repository: Repository, record_id: str, permission: Permission) -> Row | None:
    """The record, held until the transaction ends; None where the permission does not reach it."""
    reached = visibility(asker.principal, permission, repository.ownership)
    asked, parameters = where.asked(asker.principal, reached, repository.record.resource)
    rows = await asker.sql.fetch(_lock(repository, asked), {**parameters, "id": record_id})
    return rows[0] if rows else None


async def hold(asker: Asker, repository: Repository, record_id: str) -> bool:
    """Whether this principal may see the record, which then stays until the transaction ends: others may change it,
    none may delete it. A deletion under way is waited for.
    """
    asked, parameters = where.asked(asker.principal, repository.seen_by(asker.principal), repository.record.resource)
    return bool(await asker.sql.fetch(_hold(repository, asked), {**parameters, "id": record_id}))


async def update(asker: Asker, repository: Repository, current: Row, changes: Mapping[str, Any]) -> Row:
    """A locked record with its changes made; the same row where nothing changes."""
    record, table, business_id = repository.record, repository.table, asker.principal.business_id
    before = {name: value for name, value in current.items() if not name.startswith("_")}
    earlier = stored(record, table, business_id, before)
    later = stored(record, table, business_id, {**before, **changes})
    changed = {name: value for name, value in later.items() if value != earlier[name]}
    if not changed.keys() - {"updated_at"}:
        return current
    parameters = {f"new_{name}": value for name, value in changed.items()}
    rows = await asker.sql.fetch(
        _update(repository, tuple(sorted(changed))), {**parameters, "business_id": business_id, "id": current["id"]}
    )
    return rows[0]


async def delete(asker: Asker, repository: Repository, record_id: str) -> None:
    """Take a locked record away."""
    await asker.sql.execute(_delete(repository), {"business_id": asker.principal.business_id, "id": record_id})


async def detach(sql: Sql, detach: Detach, business_id: str, record_id: str, now: datetime) -> int:
    """Let go of a record in every row that links to it; how many there were."""
    return await sql.execute(_detach(detach), {"business_id": business_id, "id": record_id, "now": now})


async def take_turns(sql: Sql, name: str) -> None:
    """Wait for every other transaction that takes turns under this name; theirs end before this goes on."""
    await sql.fetch(_turn(), {"name": name})


def _is_record(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.business_id == sa.bindparam("business_id", type_=types.text()),
        table.c.id == sa.bindparam("id", type_=types.text()),
    )


@shaped
def _insert(repository: Repository) -> sa.Insert:
    return sa.insert(repository.table).returning(*shown(repository, repository.whole))


@shaped
def _lock(repository: Repository, asked: where.Where) -> sa.Select[Any]:
    table = repository.table
    found = selected(repository, repository.whole, asked).where(table.c.id == sa.bindparam("id", type_=types.text()))
    return found.with_for_update()


@shaped
def _hold(repository: Repository, asked: where.Where) -> sa.Select[Any]:
    found = selected(repository, ("id",), asked).where(repository.table.c.id == sa.bindparam("id", type_=types.text()))
    return found.with_for_update(read=True, key_share=True)


@shaped
def _update(repository: Repository, columns: tuple[str, ...]) -> sa.Update:
    table = repository.table
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    changed = sa.update(table).where(_is_record(table)).values(**values, revision=table.c.revision + 1)
    return changed.returning(*shown(repository, repository.whole))


@shaped
def _delete(repository: Repository) -> sa.Delete:
    return sa.delete(repository.table).where(_is_record(repository.table))


@shaped
def _detach(detach: Detach) -> sa.Update:
    table = detach.table
    return (
        sa.update(table)
        .where(
            table.c.business_id == sa.bindparam("business_id", type_=types.text()),
            table.c[detach.column] == sa.bindparam("id", type_=types.text()),
        )
        .values(
            {
                detach.column: None,
                "updated_at": sa.bindparam("now", type_=types.moment()),
                "revision": table.c.revision + 1,
            }
        )
    )


@spoken
def _turn(dialect: Dialect) -> sa.Select[Any]:
    if dialect.name == "postgresql":
        name = sa.bindparam("name", type_=sa.Text())
        return sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0)).label("turn"))
    return sa.select(sa.literal_column("1").label("turn"))  # SQLite's writers take turns anyway
