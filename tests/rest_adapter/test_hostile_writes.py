"""Whatever a client writes is written, or answered with a clear problem: never with a 500."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.operation import Operation
from rest_adapter.request import describe
from tests.fixtures.hostile import COMMANDS, inputs
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import World, id_of
from tests.properties.profiles import CHOSEN, PROFILES

BUDGET = settings(PROFILES[CHOSEN], max_examples=25, suppress_health_check=list(HealthCheck))


@pytest_asyncio.fixture(scope="module")
async def world(new_database: Callable[[], str]) -> AsyncIterator[World]:
    """A world of this module's own, with tasks, notes and activities in it."""
    async with seeded_with_work(new_database()) as made:
        yield made


@pytest.mark.parametrize("operation", COMMANDS, ids=lambda each: each.name)
@BUDGET
@given(data=st.data())
async def test_no_body_whatever_breaks_a_write(world: World, operation: Operation, data: st.DataObject) -> None:
    body = data.draw(inputs(operation))
    request = describe(operation, id=id_of(operation.resource, 2), values=body)
    answer = await world.ask("admin", request.method, request.path, request.body)
    assert answer.status_code in (200, 201, 404, 422), answer.text
    if answer.status_code == 422:
        errors = answer.json()["errors"]
        assert errors
        assert all(each["field"] and each["code"] and each["message"].endswith(".") for each in errors), errors
    elif answer.status_code != 404:
        read = answer.json()
        again = await world.ask("admin", "GET", f"/v1/{operation.resource.plural}/{read.get('data', read).get('id')}")
        assert "tags" in read or again.json() == read.get("data", read)
