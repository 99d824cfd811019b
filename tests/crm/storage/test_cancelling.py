"""A statement whose caller goes away ends in the database too, early or late; its connection is free then."""

import asyncio

import pytest

from crm.storage.database import Database
from tests.fixtures.faults import for_ever

PATIENCE = 5.0
"""Far less than a statement may take."""

MOMENTS = [number / 20_000 for number in range(40)]
"""From before the statement begins to when it runs."""


@pytest.mark.parametrize("again", [False, True])
async def test_whoever_goes_away_leaves_nothing_running(database: Database, *, again: bool) -> None:
    async with asyncio.timeout(PATIENCE):
        for moment in MOMENTS:
            async with database.session() as sql:
                running = asyncio.create_task(sql.fetch(for_ever(), {}))
                await asyncio.sleep(moment)
                running.cancel()
                if again:
                    await asyncio.sleep(0)
                    running.cancel()
                await asyncio.wait((running,))
                assert running.cancelled()
