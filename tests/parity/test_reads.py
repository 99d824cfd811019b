"""Reads through both doors: the same records, pages, cursors, problems and refusals, for everyone."""

from typing import Any

import pytest

from crm.catalogue import OPERATIONS
from crm.kit.page import Searchable
from crm.operation import Operation
from crm.resources import COMPANY, CONTACT, DEAL, PIPELINE, USER
from tests.fixtures.world import ADA, CYD, FLEET, NORTHWIND, REP, SALES, World, id_of
from tests.parity.doors import Asked, graphql, rest

EVERYONE = ("admin", "manager", "rep", "colleague", "outsider", "viewer", "stranger", "contacts_only", "scopeless")
SEARCHES = [each for each in OPERATIONS.values() if isinstance(each.takes, Searchable)]
READS = [each for each in OPERATIONS.values() if each.kind == "read" and each.targets]
IDS = {CONTACT: (ADA, CYD), COMPANY: (NORTHWIND,), DEAL: (FLEET,), PIPELINE: (SALES,), USER: (REP,)}


def _named(operation: Operation) -> str:
    return operation.name


async def _agree(world: World, who: str, asked: Asked) -> Any:
    """Both doors say the same; what they say."""
    one, other = await rest(world, who, asked), await graphql(world, who, asked)
    assert other == one
    return one


@pytest.mark.parametrize("who", EVERYONE)
@pytest.mark.parametrize("operation", SEARCHES, ids=_named)
async def test_a_search_finds_the_same_through_either_door(world: World, operation: Operation, who: str) -> None:
    await _agree(world, who, Asked(operation, {"limit": 7}))


@pytest.mark.parametrize("who", EVERYONE)
@pytest.mark.parametrize("operation", READS, ids=_named)
async def test_a_record_reads_the_same_through_either_door(world: World, operation: Operation, who: str) -> None:
    known = IDS.get(operation.resource, ())
    for record_id in (*known, id_of(operation.resource, 101), id_of(operation.resource, 999), "con_nonsense"):
        await _agree(world, who, Asked(operation, id=record_id))


@pytest.mark.parametrize("operation", SEARCHES, ids=_named)
async def test_every_sort_pages_alike_and_each_door_continues_the_other(world: World, operation: Operation) -> None:
    takes = operation.takes
    assert isinstance(takes, Searchable)
    for by in takes.sortable:
        for direction in ("asc", "desc"):
            asked: dict[str, Any] = {"order_by": by, "sort_direction": direction, "limit": 3}
            first = await _agree(world, "admin", Asked(operation, asked))
            following = first.data["meta"]["cursor"]["next"]
            if following is not None:
                await _agree(world, "admin", Asked(operation, {**asked, "cursor": following}))


CONDITIONS: list[tuple[str, list[dict[str, Any]]]] = [
    ("contacts", [{"field": "lead_score", "operator": "gte", "value": 10}]),
    ("contacts", [{"field": "lead_score", "operator": "between", "value": 1, "value_to": 50}]),
    ("contacts", [{"field": "email", "operator": "eq", "value": "DAN@example.COM"}]),
    ("contacts", [{"field": "name", "operator": "contains", "value": "LOVE"}]),
    ("contacts", [{"field": "tags", "operator": "contains", "value": "vip"}]),
    ("contacts", [{"field": "tags", "operator": "not_exists"}]),
    ("contacts", [{"field": "lifecycle_stage", "operator": "in", "values": ["lead", "other"]}]),
    ("contacts", [{"field": "company_id", "operator": "not_in", "values": [NORTHWIND]}]),
    ("contacts", [{"field": "created_at", "operator": "lt", "value": "2026-06-17T16:30:00+02:00"}]),
    ("contacts", [{"field": "date_of_birth", "operator": "exists"}]),
    ("contacts", [{"field": "do_not_contact", "operator": "eq", "value": True}]),
    ("contacts", [{"field": "custom_fields.tier", "operator": "eq", "value": "gold"}]),
    ("contacts", [{"field": "custom_fields.score", "operator": "between", "value": 1, "value_to": 5}]),
    ("contacts", [{"field": "custom_fields.nope", "operator": "eq", "value": "x"}]),
    ("contacts", [{"field": "created_at", "operator": "gt", "value": "yesterday"}]),
    ("contacts", [{"field": "company_id", "operator": "eq", "value": ADA}]),
    ("contacts", [{"field": "lead_score", "operator": "eq", "value": 1}] * 26),
    ("deals", [{"field": "value", "operator": "gt", "value": 0.005}]),
    (
        "deals",
        [
            {"field": "value", "operator": "lte", "value": 18500.5},
            {"field": "status", "operator": "neq", "value": "won"},
        ],
    ),
    ("pipelines", [{"field": "stage_id", "operator": "in", "values": ["stg_000000000000000000000002"]}]),
]


@pytest.mark.parametrize("who", ["admin", "rep"])
@pytest.mark.parametrize(("resource", "conditions"), CONDITIONS)
async def test_filters_and_their_mistakes_are_the_same(
    world: World, resource: str, conditions: list[dict[str, Any]], who: str
) -> None:
    await _agree(world, who, Asked(OPERATIONS[f"{resource}.search"], {"filters": conditions, "limit": 5}))


@pytest.mark.parametrize(
    "values",
    [{"limit": 0}, {"limit": 101}, {"search_text": "x" * 256}, {"cursor": "edited"}, {"search_text": "ada lov"}],
    ids=str,
)
async def test_other_questions_get_the_same_answer(world: World, values: dict[str, Any]) -> None:
    await _agree(world, "admin", Asked(OPERATIONS["contacts.search"], values))


@pytest.mark.parametrize("who", ["admin", "rep", "scopeless"])
@pytest.mark.parametrize("name", ["me.read"])
async def test_the_caller_is_told_the_same_of_itself(world: World, name: str, who: str) -> None:
    await _agree(world, who, Asked(OPERATIONS[name]))
