"""Access tokens that were revoked one by one, by the id they carry, until they would have expired anyway."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crm.kit.clock import whole_seconds
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.metadata import METADATA
from crm.storage.statement import Dialect, spoken

revoked_tokens = sa.Table(
    "oauth_revoked_tokens",
    METADATA,
    sa.Column("business_id", types.text(), nullable=False),
    sa.Column("token_id", types.text(), nullable=False),
    sa.Column("expires_at", types.moment(), nullable=False),
    sa.PrimaryKeyConstraint("business_id", "token_id"),
)


async def revoke(sql: Sql, business_id: str, token_id: str, expires_at: datetime) -> None:
    """Make one access token worthless; a second time changes nothing."""
    row = {"business_id": business_id, "token_id": token_id, "expires_at": whole_seconds(expires_at)}
    await sql.execute(_revoked(), row)


@spoken
def _revoked(dialect: Dialect) -> sa.Insert:
    if dialect.name == "postgresql":
        return postgresql.insert(revoked_tokens).on_conflict_do_nothing()
    return sqlite.insert(revoked_tokens).on_conflict_do_nothing()
