"""What a database wants now and then: to know how full it is after a great deal has changed, to forget what expired."""

from datetime import datetime

import sqlalchemy as sa

from crm.kit.clock import whole_seconds
from crm.storage import idempotency
from crm.storage.database import Sql
from crm.storage.oauth import expired
from crm.storage.statement import shaped
from crm.storage.tenants import all_businesses


async def count_again(sql: Sql) -> None:
    """Let the planner learn how the tables are filled now, and not when it next finds the time."""
    await sql.execute(_analyze(), {})


async def forget_expired(sql: Sql, now: datetime) -> int:
    """Drop what no one can ask for any more, of every tenant, a little at a time; how many rows that were."""
    moment = whole_seconds(now)
    dropped = await expired.forget_expired(sql, moment)
    for each in await all_businesses(sql):
        dropped += await idempotency.forget_expired(sql, each["id"], moment)
    return dropped


@shaped
def _analyze() -> sa.TextClause:
    return sa.text("ANALYZE")
