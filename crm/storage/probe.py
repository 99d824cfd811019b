"""The smallest questions there are: whether the database answers, and whether this Python's SQLite would do."""

import sqlite3
from contextlib import closing

import sqlalchemy as sa

from crm.storage.database import Sql
from crm.storage.statement import shaped

OLDEST_SQLITE = (3, 35, 0)


async def answers(sql: Sql) -> None:
    """Raises Unavailable where it does not."""
    await sql.fetch(_one(), {})


def sqlite_version() -> str:
    """The version of SQLite in this Python. Raises ValueError where it is too old or was built without FTS5."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise ValueError(f"{sqlite3.sqlite_version}; {'.'.join(map(str, OLDEST_SQLITE))} or newer is needed")
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE tried USING fts5(words, content='', detail=none)")
    except sqlite3.OperationalError:
        raise ValueError(f"{sqlite3.sqlite_version} without FTS5; use another build of Python") from None
    return sqlite3.sqlite_version


@shaped
def _one() -> sa.Select[tuple[int]]:
    return sa.select(sa.literal_column("1").label("one"))
