"""Idempotency keys: what a keyed create answered, kept in the create's own transaction (contract §6).

A claim is a row inserted before the operation runs; whoever comes second with the same key waits for it in the
database, and finds either the kept answer or, where the first was refused, the key free again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.storage import types
from crm.storage.database import Locked, Sql
from crm.storage.metadata import METADATA
from crm.storage.statement import Dialect, shaped, spoken

KEPT = timedelta(hours=24)
FORGOTTEN_AT_ONCE = 500

idempotency = sa.Table(
    "idempotency",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("client", types.text(), nullable=False),
    sa.Column("user_id", types.text(), nullable=False),
    sa.Column("operation", types.text(), nullable=False),
    sa.Column("key", types.text(), nullable=False),
    sa.Column("fingerprint", types.text(), nullable=False),
    sa.Column("output", types.json()),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "client", "user_id", "operation", "key"),
    sa.ForeignKeyConstraint(["business_id"], ["businesses.id"], name="fk_idempotency_business"),
    sa.Index("ix_idempotency_created_at", "business_id", "created_at"),
)


@dataclass(frozen=True, slots=True)
class Key:
    """Whose key it is, and for what: the same text means something else to every other tenant, client and user."""

    business_id: str
    client: str
    user_id: str
    operation: str
    key: str

    def parameters(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier request with the key left: the fingerprint of its input, and its answer."""

    fingerprint: str
    output: Any


async def claim(sql: Sql, key: Key, fingerprint: str, now: datetime) -> Kept | None:
    """Take the key for this transaction (None), or what it answered before. Waits for another that has it.

    Raises Locked where that takes longer than 2 s.
    """
    given: Mapping[str, Any] = {
        **key.parameters(),
        "fingerprint": fingerprint,
        "output": None,
        "created_at": now,
        "expired": now - KEPT,
    }
    await sql.fetch(_patience(), {})
    await sql.execute(_forget(), given)
    if await sql.execute(_claim(), given):
        return None
    rows = await sql.fetch(_kept(), given)
    if not rows:  # forgotten in between: the retry that is asked for will find the key free
        raise Locked
    return Kept(rows[0]["fingerprint"], rows[0]["output"])


async def keep(sql: Sql, key: Key, output: Any) -> None:
    """Remember the answer under a key this transaction has claimed."""
    await sql.execute(_keep(), {**key.parameters(), "answer": output})


async def forget_expired(sql: Sql, business_id: str, now: datetime) -> int:
    """Drop a tenant's answers that are over 24 hours old, a few at a time so that nobody waits for long; how many."""
    given = {"business_id": business_id, "expired": now - KEPT}
    dropped = last = await sql.execute(_forget_some(FORGOTTEN_AT_ONCE), given)
    while last == FORGOTTEN_AT_ONCE:
        last = await sql.execute(_forget_some(FORGOTTEN_AT_ONCE), given)
        dropped += last
    return dropped


@spoken
def _patience(dialect: Dialect) -> sa.Select[Any]:
    """A retry waits 2 s for the request it repeats. SQLite's writers wait for their turn before they begin."""
    if dialect.name == "postgresql":
        return sa.select(sa.func.set_config("lock_timeout", "2s", sa.true()).label("patience"))
    return sa.select(sa.literal_column("1").label("patience"))


def _is_key() -> sa.ColumnElement[bool]:
    names = ("business_id", "client", "user_id", "operation", "key")
    return sa.and_(*(idempotency.c[name] == sa.bindparam(name, type_=types.text()) for name in names))


def _is_expired() -> sa.ColumnElement[bool]:
    return idempotency.c.created_at < sa.bindparam("expired", type_=types.moment())


@spoken
def _claim(dialect: Dialect) -> sa.Insert:
    if dialect.name == "postgresql":
        return postgresql.insert(idempotency).on_conflict_do_nothing()
    return sqlite.insert(idempotency).on_conflict_do_nothing()


@shaped
def _kept() -> sa.Select[Any]:
    return sa.select(idempotency.c.fingerprint, idempotency.c.output).where(_is_key())


@shaped
def _keep() -> sa.Update:
    return sa.update(idempotency).where(_is_key()).values(output=sa.bindparam("answer", type_=types.json()))


@shaped
def _forget() -> sa.Delete:
    return sa.delete(idempotency).where(_is_key(), _is_expired())


@shaped
def _forget_some(most: int) -> sa.Delete:
    """Those that another process is forgetting just now are left to it."""
    tenants = idempotency.c.business_id == sa.bindparam("business_id", type_=types.text())
    key = idempotency.primary_key.columns
    some = sa.select(*key).where(tenants, _is_expired()).limit(sa.literal_column(str(most)))
    return sa.delete(idempotency).where(tenants, sa.tuple_(*key).in_(some.with_for_update(skip_locked=True)))
