"""Personal access tokens: where they are kept. A token is an opaque secret; its text is shown once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.resources import USER, Resource
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA, link
from crm.storage.opaque import Credential, Kind, hashed
from crm.storage.records import inserted
from crm.storage.statement import shaped

TOKEN = Resource("token", "tokens", "pat")
PREFIX = "pct_"
USE_NOTED_EVERY = timedelta(minutes=1)

_KIND = Kind(PREFIX)

tokens = sa.Table(
    TOKEN.plural,
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("id", types.text(), nullable=False),
    sa.Column("user_id", types.text(), nullable=False),
    sa.Column("name", types.text(), nullable=False),
    sa.Column("hash", types.text(), nullable=False),
    sa.Column("scopes", types.json(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.Column("expires_at", types.moment()),
    sa.Column("last_used_at", types.moment()),
    sa.Column("revoked_at", types.moment()),
    sa.PrimaryKeyConstraint("business_id", "id"),
    sa.UniqueConstraint("business_id", "hash"),
    *link(TOKEN, "user_id", USER),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a new token may do, and until when. `scopes` as granted, `contact.all` included."""

    user_id: str
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime | None = None


def new(business_id: str, seed: bytes | None = None) -> str:
    """The text of a fresh token of a tenant; the same one every time where it grows from a `seed`."""
    return _KIND.new(business_id, seed)


def parse(text: str) -> Credential | None:
    """What a token says of itself, or None where it is no token of ours or was mistyped."""
    return _KIND.parse(text)


async def create(sql: Sql, business_id: str, grant: Grant, now: datetime, text: str | None = None) -> str:
    """Store a new token; its text, which nobody can ask for again. Raises Conflicting where there is one like it."""
    text = text or new(business_id)
    row = {
        "business_id": business_id,
        "id": ids.new(TOKEN),
        "user_id": grant.user_id,
        "name": grant.name,
        "hash": hashed(text),
        "scopes": list(grant.scopes),
        "created_at": whole_seconds(now),
        "expires_at": grant.expires_at and whole_seconds(grant.expires_at),
        "last_used_at": None,
        "revoked_at": None,
    }
    await sql.execute(inserted(tokens), row)
    return text


async def revoke(sql: Sql, business_id: str, token_id: str, now: datetime) -> bool:
    """Whether there was such a token still to be revoked."""
    given = {"token_business_id": business_id, "token_id": token_id, "now": whole_seconds(now)}
    return await sql.execute(_revoked(), given) > 0


async def listed(sql: Sql, business_id: str) -> list[dict[str, Any]]:
    """A tenant's tokens, newest first, without their hashes."""
    return await sql.fetch(_listed(), {"business_id": business_id})


async def used(sql: Sql, business_id: str, token_id: str, now: datetime) -> None:
    """Note that a token was used just now, unless that was noted within the last minute."""
    noted = whole_seconds(now)
    given = {"token_business_id": business_id, "token_id": token_id, "now": noted, "before": noted - USE_NOTED_EVERY}
    await sql.execute(_used(), given)


def _this() -> sa.ColumnElement[bool]:
    return sa.and_(
        tokens.c.business_id == sa.bindparam("token_business_id", type_=types.text()),
        tokens.c.id == sa.bindparam("token_id", type_=types.text()),
    )


def _now() -> sa.BindParameter[Any]:
    return sa.bindparam("now", type_=types.moment())


@shaped
def _revoked() -> sa.Update:
    return sa.update(tokens).where(_this(), tokens.c.revoked_at.is_(None)).values(revoked_at=_now())


@shaped
def _used() -> sa.Update:
    before = sa.bindparam("before", type_=types.moment())
    unnoted = sa.or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at < before)
    return sa.update(tokens).where(_this(), unnoted).values(last_used_at=_now())


@shaped
def _listed() -> sa.Select[Any]:
    return (
        sa.select(*(each for each in tokens.columns if each.name != "hash"))
        .where(tokens.c.business_id == sa.bindparam("business_id", type_=types.text()))
        .order_by(tokens.c.created_at.desc(), tokens.c.id.desc())
    )
