"""Forgetting what has expired, so that the authorization server's tables hold what is in use."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from crm.kit.clock import whole_seconds
from crm.storage import types
from crm.storage.database import Sql
from crm.storage.oauth.codes import codes
from crm.storage.oauth.refresh_tokens import refresh_tokens
from crm.storage.oauth.revoked_tokens import revoked_tokens
from crm.storage.oauth.sessions import sessions
from crm.storage.statement import shaped

KEPT = {
    codes: timedelta(days=30),  # as long as what a replayed code gave may still be refreshed
    refresh_tokens: timedelta(days=30),
    revoked_tokens: timedelta(0),
    sessions: timedelta(0),
}
"""How long after its time each thing stays. Used codes and tokens must be known when they come a second time."""


async def forget_expired(sql: Sql, now: datetime) -> int:
    """Drop every tenant's rows whose time is long over; how many there were."""
    return sum([await sql.execute(_expired(table), {"end": whole_seconds(now) - kept}) for table, kept in KEPT.items()])


@shaped
def _expired(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(table.c.expires_at < sa.bindparam("end", type_=types.moment()))
