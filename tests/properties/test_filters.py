"""Filters, order and totals are what the model says, for every field, operator and value, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.catalogue import OPERATIONS
from crm.kit.fields import PublicField
from crm.kit.page import Searchable
from crm.kit.values import wire
from crm.resources import COMPANY, Resource
from tests.properties.house import House
from tests.properties.model import finds, in_order, kind_of, meets
from tests.properties.profiles import FEW
from tests.properties.records import (
    CUSTOM_OWNERS,
    CUSTOM_TYPES,
    NEEDS,
    Pool,
    Rows,
    company,
    id_of,
    pools,
    worlds,
)
from tests.properties.texts import AWKWARD, LONG, spellings, texts

SEARCHES = {each.resource: each.takes for each in OPERATIONS.values() if isinstance(each.takes, Searchable)}
RESOURCES = [each for each in NEEDS if each in SEARCHES]

OPERATORS = {
    "text": "eq neq gt gte lt lte between in not_in contains not_contains starts_with exists not_exists",
    "ordered": "eq neq gt gte lt lte between in not_in exists not_exists",
    "enum": "eq neq in not_in exists not_exists",
    "id": "eq neq in not_in exists not_exists",
    "boolean": "eq neq exists not_exists",
    "tags": "contains not_contains exists not_exists",
    "member": "eq in",
}
"""Which operators each kind of value has (contract §3)."""

Condition = dict[str, Any]


def operators_of(kind: str) -> list[str]:
    return OPERATORS.get({"string": "text"}.get(kind, kind), OPERATORS["ordered"]).split()


def filterable(resource: Resource) -> Iterator[str]:
    """Everything a filter may name."""
    yield from SEARCHES[resource].filterable
    if resource in CUSTOM_OWNERS:
        yield from (f"custom_fields.{slug}" for slug in CUSTOM_TYPES)


def operands(resource: Resource, name: str, pool: Pool, rows: Rows) -> list[Any]:
    """Values to ask for, as JSON has them: those the records have, spelled in other ways, and others."""
    kind = kind_of(resource, name)
    if kind in ("text", "string", "tags"):
        return [each for text in [*pool.texts, *pool.phones] for each in spellings(text)]
    if kind in ("id", "member"):
        field = SEARCHES[resource].filterable[name]
        assert field.points_to is not None
        return [*sorted(rows.get(field.points_to, {})), id_of(field.points_to, 999)]
    if kind == "enum":
        choices = SEARCHES[resource].filterable[name].choices
        return [*choices, *(each.upper() for each in choices)]
    plain: dict[str, list[Any]] = {
        "integer": list(pool.integers),
        "money": list(pool.amounts),
        "number": list(pool.numbers),
        "boolean": [True, False],
        "date": [each.isoformat() for each in pool.days],
        "timestamp": [each for moment in pool.moments for each in _offsets(wire(moment))],
    }
    return plain[kind]


def _offsets(moment: str) -> list[str]:
    """One moment in more than one spelling."""
    spelled = [moment, moment.replace("Z", "+00:00"), moment.replace("Z", ".999Z").replace("T", "t")]
    if moment[:4] not in ("0001", "9999"):
        hour = (int(moment[11:13]) + 2) % 24
        if hour >= 2:
            spelled.append(f"{moment[:11]}{hour:02d}{moment[13:-1]}+02:00")
    return spelled


def conditions(name: str, operator: str, values: list[Any], turn: int) -> Iterator[Condition]:
    """Conditions of one field and operator, over some of the values; `turn` says which."""
    picked = [values[(turn + step * 7) % len(values)] for step in range(3)]
    asked: Condition = {"field": name, "operator": operator}
    if operator in ("exists", "not_exists"):
        yield asked
    elif operator == "between":
        yield {**asked, "value": picked[0], "value_to": picked[1]}
        yield {**asked, "value": picked[:2]}
    elif operator in ("in", "not_in"):
        yield {**asked, "values": picked}
        yield {**asked, "value": picked[:1]}
    else:
        yield from ({**asked, "value": each} for each in picked[:2])


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@FEW
@given(data=st.data(), pool=pools)
async def test_every_field_and_operator(house: House, resource: Resource, data: st.DataObject, pool: Pool) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[resource], resource.plural: 8}))
    turn = data.draw(st.integers(0, 100))
    tenant = await house.tenant(rows)
    for name in filterable(resource):
        values = operands(resource, name, pool, rows)
        for operator in operators_of(kind_of(resource, name)):
            for condition in conditions(name, operator, values, turn):
                turn += 1
                page = await tenant.search(resource, filters=[condition], limit=100)
                expected = [row for row in rows[resource].values() if meets(resource, row, condition)]
                assert {row["id"] for row in page.rows} == {row["id"] for row in expected}, condition
                assert page.total == len(expected)


@pytest.mark.parametrize("operator", ["eq", "contains", "not_contains", "starts_with", "gte"])
async def test_no_character_means_more_than_itself(house: House, operator: str) -> None:
    names = [*AWKWARD, "axb", "a%b", "abab", *(each[:255] for each in LONG)]
    rows = {id_of(COMPANY, number): company(number, name) for number, name in enumerate(names)}
    tenant = await house.tenant({COMPANY: rows})
    for asked in names:
        condition = {"field": "name", "operator": operator, "value": asked}
        page = await tenant.search(COMPANY, filters=[condition], limit=100, fields=["id"])
        expected = {row["id"] for row in rows.values() if meets(COMPANY, row, condition)}
        assert page.total == len(expected), asked
        assert {row["id"] for row in page.rows} <= expected


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
def test_every_kind_has_the_operators_the_contract_names(resource: Resource) -> None:
    known: dict[str, PublicField] = SEARCHES[resource].filterable
    assert {name: list(each.kind.operators) for name, each in known.items()} == {
        name: _in_order(operators_of(kind_of(resource, name)), known[name]) for name in known
    }


def _in_order(operators: list[str], field: PublicField) -> list[str]:
    return sorted(operators, key=field.kind.operators.index)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_conditions_words_and_order_together(
    house: House, resource: Resource, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[resource], resource.plural: 8}))
    tenant = await house.tenant(rows)
    for _ in range(3):
        asked = data.draw(questions(resource, pool, rows))
        page = await tenant.search(resource, **asked)
        expected = [
            row
            for row in rows[resource].values()
            if finds(resource, row, asked["search_text"] or "")
            and all(meets(resource, row, each) for each in asked["filters"])
        ]
        by, direction = asked["order_by"], asked["sort_direction"]
        assert [row["id"] for row in page.rows] == in_order(resource, expected, by, direction)
        assert page.total == len(expected)


@st.composite
def questions(draw: st.DrawFn, resource: Resource, pool: Pool, rows: Rows) -> dict[str, Any]:
    """A search body with up to three conditions."""
    names = st.sampled_from(sorted(filterable(resource)))
    filters: list[Condition] = []
    for _ in range(draw(st.integers(0, 3))):
        name = draw(names)
        operator = draw(st.sampled_from(operators_of(kind_of(resource, name))))
        made = list(conditions(name, operator, operands(resource, name, pool, rows), draw(st.integers(0, 100))))
        filters.append(draw(st.sampled_from(made)))
    return {
        "filters": filters,
        "search_text": draw(st.one_of(st.none(), st.sampled_from(pool.texts).map(lambda text: text[:255]), texts)),
        "order_by": draw(st.sampled_from(SEARCHES[resource].sortable)),
        "sort_direction": draw(st.sampled_from(["asc", "desc"])),
        "limit": 100,
    }
