"""What the compiler answers is what graphql-core answers: the same data in the same order, the same errors.

Every document is asked twice as the same caller: once compiled, once through the reference executor.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from hypothesis import event, given
from hypothesis import strategies as st

from schema.build import build
from tests.conftest import NewDatabase
from tests.fixtures.documents import Document, queries
from tests.fixtures.pair import POOL, Pair, paired

WHO = (
    "admin", "manager", "rep", "rep", "colleague", "outsider", "viewer", "contacts_only", "scopeless", "stranger",
)  # fmt: skip


@pytest_asyncio.fixture(scope="session")
async def pair(new_database: NewDatabase) -> AsyncIterator[Pair]:
    """One database behind both executors."""
    async with paired(new_database()) as made:
        yield made


@given(who=st.sampled_from(WHO), asked=queries(build(), POOL))
async def test_a_query_is_answered_alike(pair: Pair, who: str, asked: Document) -> None:
    answer = await pair.ask(who, asked.text, asked.variables)
    found = {name: cursor for name, path in asked.cursors.items() if (cursor := at(answer.get("data"), path))}
    if found:
        event("continued after a cursor")
        await pair.ask(who, asked.text, {**asked.variables, **found})


def at(data: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path of a response; None where it ends before."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data
