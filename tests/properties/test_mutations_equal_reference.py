"""Mutations through both executors leave the same: two databases alike at first, and every mutation done to each."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.kit import ids
from schema.build import build
from tests.conftest import NewDatabase
from tests.fixtures.documents import Document, mutations
from tests.fixtures.pair import POOL, Pair, apart

APART = 1_000
"""How many ids one example may make."""


@pytest_asyncio.fixture(scope="session")
async def twins(new_database: NewDatabase) -> AsyncIterator[Pair]:
    """Two databases, one behind each executor."""
    async with apart(new_database(), new_database()) as made:
        yield made


@pytest.fixture
def numbered(monkeypatch: pytest.MonkeyPatch) -> "Numbers":
    """New ids are numbers, so that both sides make the same."""
    numbers = Numbers()
    monkeypatch.setattr(ids, "sortable", lambda: f"{next(numbers.following):024x}")
    return numbers


class Numbers:
    """Where the next ids come from."""

    def __init__(self) -> None:
        self.first = 0
        self.again()

    def again(self) -> None:
        """Begin anew: what comes now is what came since `forth`."""
        self.following = count(0xFFFF_0000_0000 + self.first)

    def forth(self) -> None:
        self.first += APART
        self.again()


@settings(suppress_health_check=[*HealthCheck])
@given(who=st.sampled_from(("admin", "admin", "manager", "rep", "viewer")), asked=mutations(build(), POOL))
async def test_a_mutation_is_answered_alike(twins: Pair, numbered: Numbers, who: str, asked: Document) -> None:
    numbered.forth()
    await twins.ask(who, asked.text, asked.variables, between=numbered.again)
