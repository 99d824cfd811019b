"""Every edge of the catalogue through both doors: the same records for everyone, and the same refusals."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from crm.catalogue import EDGES
from crm.edge import Edge
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import World
from tests.parity.edges import graphql, rest

EVERYONE = ("admin", "rep", "outsider", "viewer", "stranger", "contacts_only")


@pytest_asyncio.fixture(scope="module")
async def peopled(new_database: Callable[[], str]) -> AsyncIterator[World]:
    """A world with tasks, notes and activities; nothing here writes to it."""
    async with seeded_with_work(new_database()) as world:
        yield world


@pytest.mark.parametrize("who", EVERYONE)
@pytest.mark.parametrize("edge", EDGES.values(), ids=lambda edge: edge.full_name)
async def test_an_edge_leads_to_the_same_through_either_door(peopled: World, edge: Edge, who: str) -> None:
    assert await graphql(peopled, who, edge) == await rest(peopled, who, edge)


@pytest.mark.parametrize("edge", EDGES.values(), ids=lambda edge: edge.full_name)
async def test_every_edge_leads_somewhere_in_this_world(peopled: World, edge: Edge) -> None:
    found = await rest(peopled, "admin", edge)
    assert not isinstance(found, str)
    assert any(found.values())
