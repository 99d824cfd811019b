"""Grants: what a user let a client do. A grant is the family of every token that came of one consent, and its budget.

`kind` is the grant type it came by. A `client_credentials` grant stands by itself: an operator made it for a client
that acts for one user without asking anybody.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.resources import USER, Resource
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA, link
from crm.storage.oauth.clients import clients
from crm.storage.records import inserted
from crm.storage.statement import shaped

GRANT = Resource("grant", "oauth_grants", "gra")
USE_NOTED_EVERY = timedelta(minutes=1)

Kind = Literal["authorization_code", "client_credentials"]
Reason = Literal["user", "client", "operator", "code_replayed", "refresh_token_reused"]

grants = sa.Table(
    GRANT.plural,
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("id", types.text(), nullable=False),
    sa.Column("user_id", types.text(), nullable=False),
    sa.Column("client_id", types.text(), nullable=False),
    sa.Column("kind", types.text(), nullable=False),
    sa.Column("scopes", types.json(), nullable=False),
    sa.Column("resources", types.json(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.Column("last_used_at", types.moment()),
    sa.Column("revoked_at", types.moment()),
    sa.Column("revoked_for", types.text()),
    sa.PrimaryKeyConstraint("business_id", "id"),
    sa.Index("ix_oauth_grants_client_id", "business_id", "client_id"),
    *link(GRANT, "user_id", USER),
)


@dataclass(frozen=True, slots=True)
class Grant:
    """`scopes` as granted, `contact.all` included; `resources` are the audiences its tokens may have."""

    business_id: str
    user_id: str
    client_id: str
    kind: Kind
    scopes: tuple[str, ...]
    resources: tuple[str, ...]
    id: str = field(default_factory=lambda: new_id())


def new_id() -> str:
    """The id a grant will have, before it is given."""
    return ids.new(GRANT)


async def add(sql: Sql, grant: Grant, now: datetime) -> None:
    """Keep a new grant. Raises Conflicting where there is no such user."""
    row = {name: getattr(grant, name) for name in grant.__dataclass_fields__}
    unset = {"last_used_at": None, "revoked_at": None, "revoked_for": None}
    await sql.execute(inserted(grants), {**row, **unset, "created_at": whole_seconds(now)})


async def revoke(sql: Sql, business_id: str, grant_id: str, reason: Reason, now: datetime) -> bool:
    """Whether there was such a grant still to be revoked. Every token of it is worth nothing from then on."""
    return await sql.execute(_revoked(), _given(business_id, now, reason) | {"grant_id": grant_id}) > 0


async def revoke_of_client(sql: Sql, business_id: str, user_id: str, client_id: str, now: datetime) -> int:
    """Revoke all a user ever granted a client; how many grants that were."""
    given = _given(business_id, now, "user") | {"grant_user_id": user_id, "grant_client_id": client_id}
    return await sql.execute(_revoked_of_client(), given)


async def of_user(sql: Sql, business_id: str, user_id: str) -> list[dict[str, Any]]:
    """What a user has granted and not revoked, newest first, with each client's `client_name`, `client_uri`."""
    return await sql.fetch(_of_user(), {"business_id": business_id, "user_id": user_id})


async def standing(sql: Sql, business_id: str, client_id: str) -> dict[str, Any] | None:
    """The client_credentials grant of a client; None where it has none, or none any more."""
    rows = await sql.fetch(_standing(), {"business_id": business_id, "client_id": client_id})
    return rows[0] if rows else None


async def used(sql: Sql, business_id: str, grant_id: str, now: datetime) -> None:
    """Note that a token of the grant was used just now, unless that was noted within the last minute."""
    noted = whole_seconds(now)
    given = {"grant_business_id": business_id, "grant_id": grant_id, "now": noted, "before": noted - USE_NOTED_EVERY}
    await sql.execute(_used(), given)


def _given(business_id: str, now: datetime, reason: Reason) -> dict[str, Any]:
    return {"grant_business_id": business_id, "now": whole_seconds(now), "reason": reason}


def _is(**parameters: str) -> sa.ColumnElement[bool]:
    """The columns named, equal to the parameters named for them."""
    return sa.and_(
        *(grants.c[column] == sa.bindparam(parameter, type_=types.text()) for column, parameter in parameters.items())
    )


def _revocation(here: sa.ColumnElement[bool]) -> sa.Update:
    return (
        sa.update(grants)
        .where(here, grants.c.revoked_at.is_(None))
        .values(
            revoked_at=sa.bindparam("now", type_=types.moment()),
            revoked_for=sa.bindparam("reason", type_=types.text()),
        )
    )


@shaped
def _revoked() -> sa.Update:
    return _revocation(_is(business_id="grant_business_id", id="grant_id"))


@shaped
def _revoked_of_client() -> sa.Update:
    return _revocation(_is(business_id="grant_business_id", user_id="grant_user_id", client_id="grant_client_id"))


@shaped
def _used() -> sa.Update:
    before = sa.bindparam("before", type_=types.moment())
    unnoted = sa.or_(grants.c.last_used_at.is_(None), grants.c.last_used_at < before)
    here = sa.and_(_is(business_id="grant_business_id", id="grant_id"), unnoted)
    return sa.update(grants).where(here).values(last_used_at=sa.bindparam("now", type_=types.moment()))


@shaped
def _of_user() -> sa.Select[Any]:
    return (
        sa.select(
            *(grants.c.id, grants.c.client_id, grants.c.kind, grants.c.scopes, grants.c.created_at),
            *(grants.c.last_used_at, clients.c.name.label("client_name"), clients.c.uri.label("client_uri")),
        )
        .select_from(grants.join(clients, clients.c.id == grants.c.client_id))
        .where(
            _is(business_id="business_id", user_id="user_id"),
            grants.c.revoked_at.is_(None),
            clients.c.revoked_at.is_(None),
        )
        .order_by(grants.c.created_at.desc(), grants.c.id.desc())
    )


@shaped
def _standing() -> sa.Select[Any]:
    return (
        sa.select(grants.c.id, grants.c.user_id, grants.c.scopes, grants.c.resources)
        .where(
            _is(business_id="business_id", client_id="client_id"),
            grants.c.kind == sa.literal_column("'client_credentials'"),
            grants.c.revoked_at.is_(None),
        )
        .order_by(grants.c.id.desc())
        .limit(sa.literal_column("1"))
    )
