"""The installation's secret, under which cursors are signed: made once and kept beside the data it serves."""

import secrets
from contextlib import suppress

import sqlalchemy as sa

from crm.storage import types
from crm.storage.database import Conflicting, Database
from crm.storage.records import inserted
from crm.storage.statement import shaped
from crm.storage.tenants import secrets as kept

NAME = "secret_key"
_BYTES = 32


async def secret_key(database: Database, configured: str | None = None) -> bytes:
    """The configured secret, else the database's own, which is made where there is none yet."""
    if configured is not None:
        return configured.encode()
    found = await _found(database)
    if found is None:
        with suppress(Conflicting):  # another process has just made it
            await database.execute(inserted(kept), {"name": NAME, "value": secrets.token_hex(_BYTES)})
        found = await _found(database)
    return bytes.fromhex(str(found))


async def _found(database: Database) -> str | None:
    rows = await database.fetch(_value(), {"name": NAME})
    return str(rows[0]["value"]) if rows else None


@shaped
def _value() -> sa.Select[tuple[str]]:
    return sa.select(kept.c.value).where(kept.c.name == sa.bindparam("name", type_=types.text()))
