"""The smallest question there is: whether the database answers."""

import sqlalchemy as sa

from crm.storage.database import Sql
from crm.storage.statement import shaped


async def answers(sql: Sql) -> None:
    """Raises Unavailable where it does not."""
    await sql.fetch(_one(), {})


@shaped
def _one() -> sa.Select[tuple[int]]:
    return sa.select(sa.literal_column("1").label("one"))
