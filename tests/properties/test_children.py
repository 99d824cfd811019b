"""An edge followed from many parents at once is one search for each parent, page by page; so are its counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.catalogue import EDGES, OPERATIONS
from crm.edge import ToMany
from crm.kit.page import Page
from tests.properties.house import House, Tenant, public
from tests.properties.profiles import FEW
from tests.properties.records import NEEDS, Pool, id_of, pools, worlds
from tests.properties.test_filters import RESOURCES, SEARCHES, questions

EDGES_TO_MANY = [each for each in EDGES.values() if isinstance(each, ToMany) and each.target in RESOURCES]


@FEW
@pytest.mark.parametrize("edge", EDGES_TO_MANY, ids=lambda each: each.full_name)
@given(data=st.data(), pool=pools)
async def test_children_are_one_search_for_each_parent(
    house: House, edge: ToMany, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[edge.target], edge.target.plural: 9}))
    asked = {**data.draw(questions(edge.target, pool, rows)), "limit": data.draw(st.integers(1, 4))}
    asked["row_cursors"] = data.draw(st.booleans())
    tenant, parents = await house.tenant(rows), [*rows.get(edge.source, {}), id_of(edge.source, 999)]
    call = tenant.call()
    search = await call.read(OPERATIONS[edge.stands_for], asked)
    pages = await call.follow_many(edge, data.draw(st.permutations(parents + parents[:1])), search)
    totals = await call.count_many(edge, parents + parents[:1], search)
    assert set(pages) == set(totals) == set(parents)
    for parent in parents:
        page = pages[parent]
        while True:
            expected = await by_search(tenant, edge, parent, asked)
            assert told(page) == told(expected)
            assert totals[parent] == expected.total
            if page.next is None:
                break
            asked = {**asked, "cursor": page.next}
            page = await edge.continued(call, parent, await call.read(OPERATIONS[edge.stands_for], asked))
        asked = {**asked, "cursor": None}


@FEW
@pytest.mark.parametrize("edge", EDGES_TO_MANY, ids=lambda each: each.full_name)
@given(data=st.data(), pool=pools)
async def test_children_come_in_every_order_a_search_has(
    house: House, edge: ToMany, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[edge.target], edge.target.plural: 9}))
    limit = data.draw(st.integers(1, 4))
    tenant, parents = await house.tenant(rows), [*rows.get(edge.source, {})]
    call = tenant.call()
    for by in SEARCHES[edge.target].sortable:
        for direction in ("asc", "desc"):
            asked: dict[str, Any] = {"order_by": by, "sort_direction": direction, "limit": limit, "filters": []}
            pages = await call.follow_many(edge, parents, await call.read(OPERATIONS[edge.stands_for], asked))
            for parent in parents:
                assert told(pages[parent]) == told(await by_search(tenant, edge, parent, asked)), (by, direction)


def told(page: Page) -> tuple[Any, ...]:
    """What a client is told of a page; totals are asked for apart."""
    return [public(row) for row in page.rows], page.has_more, page.next, page.cursors


async def by_search(tenant: Tenant, edge: ToMany, parent: str, asked: dict[str, Any]) -> Page:
    """The search of the public API that an edge amounts to under one parent."""
    condition = {"field": edge.by, "operator": "eq", "value": parent}
    return await tenant.search(edge.target, **{**asked, "filters": [*asked["filters"], condition]})
