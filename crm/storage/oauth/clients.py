"""OAuth clients. A client registers before any tenant has heard of it, so it belongs to none (docs/decisions/0001).

One that an operator made for a tenant carries that tenant's id, and serves nobody else.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.resources import Resource
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA
from crm.storage.records import inserted
from crm.storage.statement import shaped

CLIENT = Resource("client", "clients", "app")
REFERENCE = f"{CLIENT.prefix}_{1:024x}"
"""The client that the reference page signs in as. A migration puts it there."""

_ID = re.compile(rf"{CLIENT.prefix}_[0-9a-f]{{24}}", re.ASCII)

clients = sa.Table(
    "oauth_clients",
    METADATA,
    sa.Column("id", types.text(), nullable=False),
    sa.Column("business_id", types.text()),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("uri", types.text()),
    sa.Column("redirect_uris", types.json(), nullable=False),
    sa.Column("grant_types", types.json(), nullable=False),
    sa.Column("scopes", types.json()),
    sa.Column("auth_method", types.text(), nullable=False),
    sa.Column("secret_hash", types.text()),
    sa.Column("self_registered", types.flag(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.Column("revoked_at", types.moment()),
    sa.PrimaryKeyConstraint("id"),
)


@dataclass(frozen=True, slots=True)
class Client:
    """`scopes` is the most it may ever ask for, None for anything; `business_id` the only tenant it serves, if any.

    A redirect address that is a path alone is a page of the installation's own; nobody can register one.
    """

    name: str
    redirect_uris: tuple[str, ...]
    grant_types: tuple[str, ...]
    auth_method: str = "none"
    scopes: tuple[str, ...] | None = None
    business_id: str | None = None
    uri: str | None = None
    self_registered: bool = False
    secret_hash: str | None = field(default=None, repr=False)
    id: str = field(default_factory=lambda: ids.new(CLIENT))
    created_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def confidential(self) -> bool:
        return self.secret_hash is not None


async def add(sql: Sql, client: Client, now: datetime) -> None:
    """Keep a new client."""
    row = {name: getattr(client, name) for name in client.__dataclass_fields__}
    await sql.execute(inserted(clients), {**row, "created_at": whole_seconds(now)})


async def find(sql: Sql, client_id: str) -> Client | None:
    """The client of that id, revoked or not; None where there never was one."""
    if not _ID.fullmatch(client_id):
        return None
    rows = await sql.fetch(_one(), {"id": client_id})
    return _client(rows[0]) if rows else None


async def all_clients(sql: Sql) -> list[Client]:
    """Every client of the installation, newest first."""
    return [_client(row) for row in await sql.fetch(_all(), {})]


async def revoke(sql: Sql, client_id: str, now: datetime) -> bool:
    """Whether there was such a client still to be revoked. All it was granted is worth nothing from then on."""
    return await sql.execute(_revoked(), {"client_id": client_id, "now": whole_seconds(now)}) > 0


def _client(row: dict[str, Any]) -> Client:
    lists = {name: tuple(row[name]) for name in ("redirect_uris", "grant_types")}
    return Client(**{**row, **lists, "scopes": None if row["scopes"] is None else tuple(row["scopes"])})


@shaped
def _one() -> sa.Select[Any]:
    return sa.select(*clients.columns).where(clients.c.id == sa.bindparam("id", type_=types.text()))


@shaped
def _all() -> sa.Select[Any]:
    return sa.select(*clients.columns).order_by(clients.c.id.desc())


@shaped
def _revoked() -> sa.Update:
    here = sa.and_(clients.c.id == sa.bindparam("client_id", type_=types.text()), clients.c.revoked_at.is_(None))
    return sa.update(clients).where(here).values(revoked_at=sa.bindparam("now", type_=types.moment()))
