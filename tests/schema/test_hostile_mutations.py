"""Whatever variables a mutation is sent, it runs or is refused with a clear problem: never with a 500."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from graphql import get_named_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.kit.problems import KINDS
from crm.operation import Operation
from schema.names import camel
from tests.fixtures.hostile import ANYTHING, COMMANDS, inputs
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import World, id_of, street
from tests.parity.doors import root_field, selection
from tests.properties.profiles import CHOSEN, PROFILES

BUDGET = settings(PROFILES[CHOSEN], max_examples=25, suppress_health_check=list(HealthCheck))
CODES = {kind.code for kind in KINDS} - {"SERVER_ERROR"}
"""What a refusal may be."""


@pytest_asyncio.fixture(scope="module", params=["compiled", "reference"])
async def world(request: pytest.FixtureRequest, new_database: Callable[[], str]) -> AsyncIterator[World]:
    """A world of this module's own under either executor, with tasks, notes and activities in it."""
    async with (
        seeded_with_work(new_database()) as made,
        street(made.database, made.tokens, executor=request.param) as under,
    ):
        yield under


@pytest.mark.parametrize("operation", COMMANDS, ids=lambda each: each.name)
@BUDGET
@given(data=st.data())
async def test_no_variables_whatever_break_a_mutation(world: World, operation: Operation, data: st.DataObject) -> None:
    name, definition, _ = root_field(operation)
    sent = {camel(each): value for each, value in data.draw(inputs(operation)).items()}
    variables: dict[str, Any] = {"input": sent, "id": id_of(operation.resource, 2)}
    variables |= data.draw(st.dictionaries(st.sampled_from([*definition.args, "nonsense"]), ANYTHING, max_size=1))
    declared = ", ".join(f"${each}: {argument.type}" for each, argument in definition.args.items())
    passed = ", ".join(f"{each}: ${each}" for each in definition.args)
    payload = selection(get_named_type(definition.type))
    answer = await world.graphql("admin", f"mutation({declared}) {{ {name}({passed}) {{ {payload} }} }}", variables)
    assert answer.status_code < 500, answer.text
    for error in answer.json().get("errors", ()):
        assert error["extensions"]["code"] in CODES, error
        assert error["extensions"]["problem"]["status"] < 500, error
