"""Browser sessions: who is signed in at the pages. A session is an opaque secret in a cookie; only its hash is kept.

A session ends with its time, with signing out, and with the password it was begun with.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.kit.clock import whole_seconds
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA
from crm.storage.opaque import Credential, Kind
from crm.storage.records import inserted
from crm.storage.statement import shaped

SESSION = Kind("pcs_")

sessions = sa.Table(
    "oauth_sessions",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("hash", types.text(), nullable=False),
    sa.Column("user_id", types.text(), nullable=False),
    sa.Column("password_hash", types.text(), nullable=False),
    sa.Column("created_at", types.moment(), nullable=False),
    sa.Column("expires_at", types.moment(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "hash"),
    sa.ForeignKeyConstraint(
        ["business_id", "user_id"], ["users.business_id", "users.id"], name="fk_oauth_sessions_user_id"
    ),
)


async def begin(
    sql: Sql, credential: Credential, user_id: str, password_hash: str, now: datetime, expires_at: datetime
) -> None:
    """Keep a new session under its hash. `password_hash` is what the user's password was checked against."""
    row: dict[str, Any] = {
        "business_id": credential.business_id,
        "hash": credential.hash,
        "user_id": user_id,
        "password_hash": password_hash,
        "created_at": whole_seconds(now),
        "expires_at": whole_seconds(expires_at),
    }
    await sql.execute(inserted(sessions), row)


async def end(sql: Sql, credential: Credential) -> None:
    """Forget a session."""
    await sql.execute(_ended(), {"business_id": credential.business_id, "hash": credential.hash})


@shaped
def _ended() -> sa.Delete:
    return sa.delete(sessions).where(
        sessions.c.business_id == sa.bindparam("business_id", type_=types.text()),
        sessions.c.hash == sa.bindparam("hash", type_=types.text()),
    )
