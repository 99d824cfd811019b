"""The keys access tokens are signed with: they are the installation's, of no tenant (docs/decisions/0001).

`private` is encrypted under the installation's secret; whoever has only the database cannot sign.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.kit.clock import whole_seconds
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA
from crm.storage.records import inserted
from crm.storage.statement import shaped

keys = sa.Table(
    "oauth_keys",
    METADATA,
    sa.Column("id", types.text(), nullable=False),
    sa.Column("algorithm", types.text(), nullable=False),
    sa.Column("public", types.json(), nullable=False),
    sa.Column("private", types.text(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.Column("retired_at", types.moment()),
    sa.PrimaryKeyConstraint("id"),
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair. A retired one signs nothing more, and is known until the last token it signed has expired."""

    id: str
    algorithm: str
    public: dict[str, Any]
    private: str = field(repr=False)
    created_at: datetime
    retired_at: datetime | None = None


async def add(sql: Sql, key: Key) -> None:
    """Keep a new key. Raises Conflicting where there is one of that id."""
    row = {name: getattr(key, name) for name in key.__dataclass_fields__}
    await sql.execute(inserted(keys), {**row, "created_at": whole_seconds(key.created_at)})


async def retire_all(sql: Sql, now: datetime) -> None:
    """Let every key that still signs sign nothing more."""
    await sql.execute(_retired(), {"now": whole_seconds(now)})


async def forget(sql: Sql, key_id: str) -> bool:
    """Drop a key, and with it every token it signed; whether there was one."""
    return await sql.execute(_forgotten(), {"key_id": key_id}) > 0


async def all_keys(sql: Sql) -> list[Key]:
    """Every key there is, oldest first."""
    return [Key(**row) for row in await sql.fetch(_all(), {})]


@shaped
def _all() -> sa.Select[Any]:
    return sa.select(*keys.columns).order_by(keys.c.created_at, keys.c.id)


@shaped
def _retired() -> sa.Update:
    return (
        sa.update(keys).where(keys.c.retired_at.is_(None)).values(retired_at=sa.bindparam("now", type_=types.moment()))
    )


@shaped
def _forgotten() -> sa.Delete:
    return sa.delete(keys).where(keys.c.id == sa.bindparam("key_id", type_=types.text()))
