"""Whether steps come along in the rows of others or run by themselves is nobody's business but the database's: the
answer, what it costs, and what its plan tells afterwards are the same.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import event, given
from hypothesis import strategies as st

from schema.build import build
from schema.compiler import carry
from tests.conftest import NewDatabase
from tests.fixtures.documents import Document, queries
from tests.fixtures.pair import POINTS, POOL
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import World, street


@dataclass(frozen=True, slots=True)
class Ways:
    """One database behind two applications; the second is only ever asked while nothing may come along."""

    together: World
    apart: World


@pytest_asyncio.fixture(scope="session")
async def ways(new_database: NewDatabase) -> AsyncIterator[Ways]:
    async with (
        seeded_with_work(new_database()) as world,
        street(world.database, world.tokens, max_points=POINTS) as together,
        street(world.database, world.tokens, max_points=POINTS) as apart,
    ):
        yield Ways(together, apart)


@given(who=st.sampled_from(("admin", "manager", "rep", "viewer")), asked=queries(build(), POOL))
async def test_a_document_costs_and_tells_the_same(ways: Ways, who: str, asked: Document) -> None:
    together = await told(ways.together, who, asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(carry, "MAX_STEPS", 0)
        apart = await told(ways.apart, who, asked)
    assert together == apart
    event(f"{min(len(together.get('plan', ())), 8)} steps")


async def told(world: World, who: str, asked: Document) -> dict[str, Any]:
    """The answer without what differs from run to run."""
    body = {"query": asked.text, "variables": asked.variables}
    answer: dict[str, Any] = (await world.ask(who, "POST", "/graphql", body, headers={"X-Plan": "1"})).json()
    if "data" not in answer:
        return {}
    plan = [unordered(step) for step in answer["extensions"]["plan"]["steps"]]
    return {"data": answer["data"], "actual": answer["extensions"]["cost"]["actual"], "plan": plan}


def unordered(step: dict[str, Any]) -> dict[str, Any]:
    """A step without its time, its requests in an order of their own: parents are met in another one."""
    bodies = []
    for request in step["requests"]:
        body = request["body"] or {}
        filters = [
            {**each, **({"values": sorted(each["values"], key=str)} if "values" in each else {})}
            for each in body.get("filters", ())
        ]
        bodies.append((request["method"], request["path"], str({**body, "filters": filters})))
    kept = {name: value for name, value in step.items() if name not in ("milliseconds", "requests")}
    return {**kept, "requests": sorted(bodies)}
