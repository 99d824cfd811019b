"""Every operation of the catalogue, however new, does well and is refused alike through both doors.

The cases are made from the registries: what a write is sent is its example in the OpenAPI document, with ids that
exist in this world.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio

from crm.catalogue import OPERATIONS
from crm.kit.commands import Command
from crm.operation import Operation
from crm.resources import ALL, Resource
from rest_adapter.openapi.document import document
from rest_adapter.request import bound
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import LOST, World, id_of
from tests.parity.doors import Asked, alike, graphql, rest

Doors = tuple[World, World]

DOCUMENT = document()
TARGETS = {"delete": 2}
"""Which record of its kind an operation is about: those that go are not the ones the others need."""

_ID = re.compile(r"([a-z]+)_[0-9a-f]{24}")
_RESOURCES = {each.prefix: each for each in ALL}


@pytest_asyncio.fixture(scope="module")
async def worlds(new_database: Callable[[], str]) -> AsyncIterator[Doors]:
    """Two equal worlds: one is asked through REST, the other through GraphQL."""
    async with AsyncExitStack() as stack:
        made = [await stack.enter_async_context(seeded_with_work(new_database())) for _ in range(2)]
        yield made[0], made[1]


def asked(operation: Operation, number: int | None = None, changed: Mapping[str, Any] | None = None) -> Asked:
    """An operation with good input, about the n-th record of its kind."""
    which = number if number is not None else TARGETS.get(operation.kind, 1)
    values = {**_example(operation), **(changed or {})} if isinstance(operation.takes, Command) else {}
    return Asked(operation, values, id_of(operation.resource, which) if operation.targets else None)


def _example(operation: Operation) -> dict[str, Any]:
    """What the document shows as an input, about records of this world."""
    binding = bound(operation)
    described = DOCUMENT["paths"][binding.path][binding.method.lower()]
    shown = described["requestBody"]["content"]["application/json"]["examples"]["sent"]["value"]
    return {name: _known(value) for name, value in shown.items()}


def _known(value: Any) -> Any:
    match = _ID.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    resource = _RESOURCES[match[1]]
    return LOST if resource.singular == "stage" else id_of(resource, 1)


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda each: each.name)
async def test_it_does_the_same_through_either_door(worlds: Doors, operation: Operation) -> None:
    case = asked(operation)
    there = worlds[0] if operation.kind == "read" else worlds[1]  # cursors are signed by their own world
    one, other = await rest(worlds[0], "admin", case), await graphql(there, "admin", case)
    assert one.problem is None
    assert alike(one, case) == alike(other, case)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS.values() if each.may], ids=lambda each: each.name)
async def test_without_its_scope_it_is_refused_alike(worlds: Doors, operation: Operation) -> None:
    case = asked(operation)
    one, other = await rest(worlds[0], "scopeless", case), await graphql(worlds[1], "scopeless", case)
    assert one.problem is not None
    assert (one.problem["status"], one) == (403, other)


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS.values() if each.targets], ids=lambda each: each.name
)
@pytest.mark.parametrize("number", [101, 999], ids=["another tenant's", "nobody's"])
async def test_about_a_record_one_may_not_see_it_is_refused_alike(
    worlds: Doors, operation: Operation, number: int
) -> None:
    case = asked(operation, number)
    one, other = await rest(worlds[0], "admin", case), await graphql(worlds[1], "admin", case)
    assert one.problem is not None
    assert (one.problem["status"], one) == (404, other)


def _links() -> list[Any]:
    """Every field of every command that may name a record."""
    return [
        pytest.param(operation, name, field.points_to, id=f"{operation.name} {name}")
        for operation in OPERATIONS.values()
        if isinstance(operation.takes, Command)
        for name, field in operation.takes.fields.items()
        if field.points_to is not None
    ]


@pytest.mark.parametrize(("operation", "name", "resource"), _links())
async def test_a_link_to_what_one_may_not_see_is_refused_alike(
    worlds: Doors, operation: Operation, name: str, resource: Resource
) -> None:
    case = asked(operation, changed={name: id_of(resource, 101)})
    one, other = await rest(worlds[0], "admin", case), await graphql(worlds[1], "admin", case)
    assert one.problem is not None
    assert (one.problem["status"], one) == (404 if name == "id" else 422, other)


def test_every_operation_has_a_good_and_a_bad_case() -> None:
    """What any token may do without naming a record has no refusal of its own."""
    refused = {each.name for each in OPERATIONS.values() if each.may or each.targets}
    assert set(OPERATIONS) - refused == {"me.read", "custom_fields.list", "users.search"}
