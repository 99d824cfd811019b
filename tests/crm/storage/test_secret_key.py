"""The installation has one secret: the configured one, else one that is made once, whoever asks first."""

import asyncio

from crm.storage.database import Database
from crm.storage.secret_key import secret_key


async def test_a_secret_is_made_once(database: Database) -> None:
    first = await asyncio.gather(*(secret_key(database) for _ in range(5)))
    assert len(set(first)) == 1
    assert len(first[0]) == 32
    assert await secret_key(database) == first[0]


async def test_a_configured_secret_goes_first(database: Database) -> None:
    assert await secret_key(database, "a secret of one's own") == b"a secret of one's own"
