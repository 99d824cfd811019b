"""Paging visits every record that was there throughout exactly once, whatever is written between the pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kit.page import Row
from crm.resources import Resource
from tests.properties.house import House, Tenant
from tests.properties.model import in_order
from tests.properties.records import NEEDS, Pool, Rows, pools, records, worlds
from tests.properties.test_filters import RESOURCES, SEARCHES, questions

SORTS = [(resource, by) for resource in RESOURCES for by in SEARCHES[resource].sortable]
PARENTS = {"pipelines"}
"""What others hang on in these worlds; it is not deleted here."""


@dataclass(frozen=True)
class Walk:
    """What one walk has to respect: the order, the page size, and what is written between the pages."""

    order_by: str
    sort_direction: str
    limit: int

    @property
    def body(self) -> dict[str, Any]:
        return {"order_by": self.order_by, "sort_direction": self.sort_direction, "limit": self.limit}


def walks(by: str) -> st.SearchStrategy[Walk]:
    return st.builds(Walk, st.just(by), st.sampled_from(["asc", "desc"]), st.one_of(st.integers(1, 4), st.just(100)))


def worlds_of(resource: Resource, pool: Pool, most: int) -> st.SearchStrategy[Rows]:
    return worlds(pool, {**NEEDS[resource], resource.plural: most})


@pytest.mark.parametrize(("resource", "by"), SORTS, ids=lambda each: each if isinstance(each, str) else each.plural)
@given(data=st.data(), pool=pools)
async def test_every_record_that_stays_is_visited_once(
    house: House, resource: Resource, by: str, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds_of(resource, pool, 12))
    walk = data.draw(walks(by))
    tenant = await house.tenant(rows)
    stayed = dict(rows[resource])
    visited: list[str] = []
    cursor: str | None = None
    while True:
        page = await tenant.search(resource, **walk.body, cursor=cursor)
        assert len(page.rows) <= walk.limit
        visited += [row["id"] for row in page.rows]
        assert page.has_more == (page.next is not None)
        if page.next is None:
            break
        cursor = page.next
        for touched in await disturb(tenant, resource, by, data, pool):
            stayed.pop(touched, None)
    assert [each for each in visited if each in stayed] == in_order(resource, stayed.values(), by, walk.sort_direction)


async def disturb(tenant: Tenant, resource: Resource, by: str, data: st.DataObject, pool: Pool) -> list[str]:
    """Insert, delete and change a little; gives the ids of whatever no walk has to answer for."""
    touched: list[str] = []
    for action in data.draw(st.lists(st.sampled_from([_insert, _delete, _resort, _edit]), max_size=2)):
        touched += await action(tenant, resource, by, lambda drawn: data.draw(drawn), pool)
    return touched


Draw = Callable[[st.SearchStrategy[Any]], Any]


async def _insert(tenant: Tenant, resource: Resource, by: str, draw: Draw, pool: Pool) -> list[str]:
    taken = {int(each.rpartition("_")[2], 16) for each in tenant.rows[resource]}
    number = draw(st.integers(0, 99).filter(lambda each: each not in taken))
    row = draw(records(resource, number, pool, tenant.rows))
    await tenant.put(resource, [row])
    return [row["id"]]


async def _delete(tenant: Tenant, resource: Resource, by: str, draw: Draw, pool: Pool) -> list[str]:
    gone = await _one(tenant, resource, draw)
    if gone is None or resource.plural in PARENTS:
        return []
    await tenant.remove(resource, gone["id"])
    return [gone["id"]]


async def _resort(tenant: Tenant, resource: Resource, by: str, draw: Draw, pool: Pool) -> list[str]:
    """Another sort value: such a record may be met twice, or never."""
    return await _rewritten(tenant, resource, draw, pool, keep=())


async def _edit(tenant: Tenant, resource: Resource, by: str, draw: Draw, pool: Pool) -> list[str]:
    """Everything but the sort value: such a record is met once all the same."""
    await _rewritten(tenant, resource, draw, pool, keep=(by,))
    return []


async def _rewritten(tenant: Tenant, resource: Resource, draw: Draw, pool: Pool, keep: tuple[str, ...]) -> list[str]:
    old = await _one(tenant, resource, draw)
    if old is None:
        return []
    number = int(old["id"].rpartition("_")[2], 16)
    fresh = draw(records(resource, number, pool, tenant.rows))
    kept = {name: old[name] for name in keep}
    if "name" in keep and "first_name" in old:  # a contact's name follows from these
        kept = {name: old[name] for name in ("name", "first_name", "last_name", "email", "phone")}
    await tenant.change(resource, {**fresh, **kept})
    return [old["id"]]


async def _one(tenant: Tenant, resource: Resource, draw: Draw) -> Row | None:
    known = sorted(tenant.rows[resource])
    return tenant.rows[resource][draw(st.sampled_from(known))] if known else None


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_a_cursor_of_any_row_continues_after_it(
    house: House, resource: Resource, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds_of(resource, pool, 8))
    asked = {**data.draw(questions(resource, pool, rows)), "row_cursors": True}
    tenant = await house.tenant(rows)
    whole = await tenant.search(resource, **asked)
    ids = [row["id"] for row in whole.rows]
    assert len(whole.cursors) == len(ids)
    for index, cursor in enumerate(whole.cursors):
        limit = data.draw(st.integers(1, 4))
        rest = await tenant.search(resource, **{**asked, "limit": limit}, cursor=cursor)
        assert [row["id"] for row in rest.rows] == ids[index + 1 : index + 1 + limit]
        assert rest.cursors == whole.cursors[index + 1 : index + 1 + limit]
        assert rest.total == whole.total
        assert rest.has_more == (index + 1 + limit < len(ids))
        assert rest.next == (rest.cursors[-1] if rest.has_more else None)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_only_the_fields_asked_for_come(
    house: House, resource: Resource, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds_of(resource, pool, 4))
    tenant = await house.tenant(rows)
    shown = data.draw(st.lists(st.sampled_from(sorted(next(iter(rows[resource].values()))))))
    page = await tenant.search(resource, fields=shown)
    for row in page.rows:
        public = {name: value for name, value in row.items() if not name.startswith("_")}
        assert public == {name: rows[resource][row["id"]][name] for name in {"id", *shown}}
