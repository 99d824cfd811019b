"""What a database wants after a great deal of it has changed."""

import sqlalchemy as sa

from crm.storage.database import Sql
from crm.storage.statement import shaped


async def count_again(sql: Sql) -> None:
    """Let the planner learn how the tables are filled now, and not when it next finds the time."""
    await sql.execute(_analyze(), {})


@shaped
def _analyze() -> sa.TextClause:
    return sa.text("ANALYZE")
