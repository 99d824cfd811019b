"""Refresh tokens: each is good for one use, which gives the next one of its family. Only hashes are kept.

A used one stays until it would have expired, so that its reuse is noticed and ends the family.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.kit.clock import whole_seconds
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA
from crm.storage.oauth.grants import Grant, grants
from crm.storage.opaque import Credential, Kind
from crm.storage.records import inserted
from crm.storage.statement import shaped

REFRESH_TOKEN = Kind("pcr_")

refresh_tokens = sa.Table(
    "oauth_refresh_tokens",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("hash", types.text(), nullable=False),
    sa.Column("grant_id", types.text(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.Column("expires_at", types.moment(), nullable=False),
    sa.Column("used", types.flag(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "hash"),
    sa.ForeignKeyConstraint(
        ["business_id", "grant_id"],
        ["oauth_grants.business_id", "oauth_grants.id"],
        name="fk_oauth_refresh_tokens_grant_id",
    ),
    sa.Index("ix_oauth_refresh_tokens_grant_id", "business_id", "grant_id"),
)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """One token of a family, and the family as it is now."""

    grant: Grant
    created_at: datetime
    expires_at: datetime
    used: bool
    revoked: bool


async def add(sql: Sql, credential: Credential, grant_id: str, now: datetime, expires_at: datetime) -> None:
    """Keep a new token of a family under its hash."""
    row = {
        "business_id": credential.business_id,
        "hash": credential.hash,
        "grant_id": grant_id,
        "created_at": whole_seconds(now),
        "expires_at": whole_seconds(expires_at),
        "used": False,
    }
    await sql.execute(inserted(refresh_tokens), row)


async def find(sql: Sql, credential: Credential) -> RefreshToken | None:
    """The token and its family; None where the tenant never had such a token."""
    rows = await sql.fetch(_one(), {"business_id": credential.business_id, "hash": credential.hash})
    return _token(rows[0]) if rows else None


async def consume(sql: Sql, credential: Credential) -> bool:
    """Use the token up. False where somebody was faster: of any number of callers one gets True."""
    given = {"token_business_id": credential.business_id, "token_hash": credential.hash}
    return await sql.execute(_consumed(), given) > 0


def _token(row: dict[str, Any]) -> RefreshToken:
    grant = Grant(
        business_id=row["business_id"],
        user_id=row["user_id"],
        client_id=row["client_id"],
        kind=row["kind"],
        scopes=tuple(row["scopes"]),
        resources=tuple(row["resources"]),
        id=row["grant_id"],
    )
    return RefreshToken(grant, row["created_at"], row["expires_at"], row["used"], row["revoked_at"] is not None)


@shaped
def _one() -> sa.Select[Any]:
    family = sa.and_(
        grants.c.business_id == refresh_tokens.c.business_id,
        grants.c.id == refresh_tokens.c.grant_id,
    )
    return (
        sa.select(
            *(refresh_tokens.c.business_id, refresh_tokens.c.grant_id, refresh_tokens.c.used),
            *(refresh_tokens.c.created_at, refresh_tokens.c.expires_at),
            *(grants.c.user_id, grants.c.client_id, grants.c.kind, grants.c.scopes, grants.c.resources),
            grants.c.revoked_at,
        )
        .select_from(refresh_tokens.join(grants, family))
        .where(
            refresh_tokens.c.business_id == sa.bindparam("business_id", type_=types.text()),
            refresh_tokens.c.hash == sa.bindparam("hash", type_=types.text()),
        )
    )


@shaped
def _consumed() -> sa.Update:
    here = sa.and_(
        refresh_tokens.c.business_id == sa.bindparam("token_business_id", type_=types.text()),
        refresh_tokens.c.hash == sa.bindparam("token_hash", type_=types.text()),
        refresh_tokens.c.used == sa.bindparam("unused", value=False, type_=types.flag()),
    )
    return sa.update(refresh_tokens).where(here).values(used=sa.bindparam("now_used", value=True, type_=types.flag()))
