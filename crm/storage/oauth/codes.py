"""Authorization codes: what a user consented to, until a client redeems it. Only the hash of a code is kept.

A code that was used stays until long after, so that its second use is noticed whenever it comes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.kit.clock import whole_seconds
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA
from crm.storage.oauth.grants import Grant
from crm.storage.opaque import Credential, Kind
from crm.storage.records import inserted
from crm.storage.statement import shaped

CODE = Kind("pca_")

codes = sa.Table(
    "oauth_codes",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("hash", types.text(), nullable=False),
    sa.Column("grant_id", types.text(), nullable=False),
    sa.Column("user_id", types.text(), nullable=False),
    sa.Column("client_id", types.text(), nullable=False),
    sa.Column("scopes", types.json(), nullable=False),
    sa.Column("resources", types.json(), nullable=False),
    sa.Column("redirect_uri", types.text(), nullable=False),
    sa.Column("challenge", types.text(), nullable=False),
    sa.Column("expires_at", types.moment(), nullable=False),
    sa.Column("used", types.flag(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "hash"),
    sa.ForeignKeyConstraint(
        ["business_id", "user_id"], ["users.business_id", "users.id"], name="fk_oauth_codes_user_id"
    ),
)


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for. The grant is given when it is redeemed, under the id it has here already."""

    grant: Grant
    redirect_uri: str
    challenge: str
    expires_at: datetime
    used: bool = False


async def add(sql: Sql, credential: Credential, code: Code) -> None:
    """Keep a new code under its hash."""
    grant = code.grant
    row = {
        "business_id": credential.business_id,
        "hash": credential.hash,
        "grant_id": grant.id,
        "user_id": grant.user_id,
        "client_id": grant.client_id,
        "scopes": grant.scopes,
        "resources": grant.resources,
        "redirect_uri": code.redirect_uri,
        "challenge": code.challenge,
        "expires_at": whole_seconds(code.expires_at),
        "used": False,
    }
    await sql.execute(inserted(codes), row)


async def find(sql: Sql, credential: Credential) -> Code | None:
    """What a code stands for; None where the tenant never had such a code."""
    rows = await sql.fetch(_one(), {"business_id": credential.business_id, "hash": credential.hash})
    return _code(rows[0]) if rows else None


async def consume(sql: Sql, credential: Credential) -> bool:
    """Use the code up. False where somebody was faster: of any number of callers one gets True."""
    return (
        await sql.execute(_consumed(), {"code_business_id": credential.business_id, "code_hash": credential.hash}) > 0
    )


def _code(row: dict[str, Any]) -> Code:
    grant = Grant(
        business_id=row["business_id"],
        user_id=row["user_id"],
        client_id=row["client_id"],
        kind="authorization_code",
        scopes=tuple(row["scopes"]),
        resources=tuple(row["resources"]),
        id=row["grant_id"],
    )
    return Code(grant, row["redirect_uri"], row["challenge"], row["expires_at"], row["used"])


@shaped
def _one() -> sa.Select[Any]:
    return sa.select(*(each for each in codes.columns if each.name != "hash")).where(
        codes.c.business_id == sa.bindparam("business_id", type_=types.text()),
        codes.c.hash == sa.bindparam("hash", type_=types.text()),
    )


@shaped
def _consumed() -> sa.Update:
    here = sa.and_(
        codes.c.business_id == sa.bindparam("code_business_id", type_=types.text()),
        codes.c.hash == sa.bindparam("code_hash", type_=types.text()),
        codes.c.used == sa.bindparam("unused", value=False, type_=types.flag()),
    )
    return sa.update(codes).where(here).values(used=sa.bindparam("now_used", value=True, type_=types.flag()))
