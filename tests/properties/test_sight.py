"""Everyone sees exactly what the rules say (contract §2), however few or many that is, and however it is looked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.access.principal import Principal
from crm.access.roles import Permission
from crm.call import Call
from crm.catalogue import EDGES, OPERATIONS
from crm.edge import ToMany, ToOne
from crm.kit.errors import Forbidden, NotFound
from crm.operation import Arguments
from crm.resources import ACTIVITY, USER, Resource
from crm.storage import sight, writes
from tests.properties.house import REPOSITORY, House, Tenant
from tests.properties.model import finds, in_order, meets
from tests.properties.profiles import FEW
from tests.properties.records import Rows, pools
from tests.properties.someone import RESOURCES, Someone, populations, reaches
from tests.properties.test_filters import questions

WHOLE: Mapping[str, Any] = {"limit": 100}


@dataclass(frozen=True)
class Case:
    """Records, someone who asks, and how far they look before they gather from far."""

    rows: Rows
    someone: Someone
    near: int

    def principal(self, tenant: Tenant) -> Principal:
        return tenant.principal(self.someone.user_id, self.someone.role, self.someone.team)


NEAR = (0, 0, 2, 1_000, 1_000)


@st.composite
def cases(draw: st.DrawFn, resource: Resource) -> Case:
    rows = draw(populations(resource, draw(pools)))
    users = sorted(rows[USER])
    someone = draw(st.sampled_from(users))
    team = draw(st.sets(st.sampled_from(users)))
    known = Someone(someone, frozenset({someone, *team}), draw(reaches(resource)))
    return Case(rows, known, draw(st.sampled_from(NEAR)))


async def walked(tenant: Tenant, call: Call, resource: Resource, asked: Mapping[str, Any], limit: int) -> list[str]:
    """Every page of a search; each tells the same total."""
    found: list[str] = []
    cursor, totals = None, set()
    while True:
        page = await tenant.search(resource, call, **{**asked, "limit": limit}, cursor=cursor)
        found += [row["id"] for row in page.rows]
        totals.add(page.total)
        if page.next is None:
            assert totals == {len(found)}
            return found
        cursor = page.next


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data())
async def test_a_list_shows_what_its_reader_may_see(house: House, resource: Resource, data: st.DataObject) -> None:
    case = data.draw(cases(resource))
    asked = data.draw(questions(resource, data.draw(pools), case.rows))
    tenant = await house.tenant(case.rows)
    call = tenant.call(case.principal(tenant))
    if case.someone.reach("read", resource) == "none":
        with pytest.raises(Forbidden):
            await tenant.search(resource, call, **asked)
        return
    visible = [row for row in case.rows[resource].values() if case.someone.sees(resource, row, case.rows)]
    with patch.object(sight, "how_far", lambda _: case.near):
        plain = {"order_by": asked["order_by"], "sort_direction": asked["sort_direction"]}
        limit = data.draw(st.integers(1, 4))
        assert await walked(tenant, call, resource, plain, limit) == in_order(resource, visible, *plain.values())
        found = [
            row
            for row in visible
            if finds(resource, row, asked["search_text"] or "")
            and all(meets(resource, row, each) for each in asked["filters"])
        ]
        assert await walked(tenant, call, resource, asked, limit) == in_order(resource, found, *plain.values())


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data())
async def test_reading_and_writing_one_record_reach_as_far_as_the_rules(
    house: House, resource: Resource, data: st.DataObject
) -> None:
    case = data.draw(cases(resource))
    tenant = await house.tenant(case.rows)
    call = tenant.call(case.principal(tenant))
    for record_id, row in case.rows[resource].items():
        for verb in ("write", "delete"):
            held = await writes.lock(call, REPOSITORY[resource], record_id, Permission(verb, resource))
            assert (held is not None) == case.someone.owns(resource, row, verb)
        try:
            read = await call.run(OPERATIONS[f"{resource.plural}.read"], {}, Arguments(id=record_id))
        except (Forbidden, NotFound):
            read = None
        assert (read is not None) == case.someone.sees(resource, row, case.rows)


@FEW
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data())
async def test_edges_lead_to_what_their_reader_may_see(house: House, resource: Resource, data: st.DataObject) -> None:
    case = data.draw(cases(resource))
    tenant = await house.tenant(case.rows)
    call = tenant.call(case.principal(tenant))
    for edge in EDGES.values():
        if (
            edge.target is not resource
            or edge.source not in case.rows
            or case.someone.reach("read", resource) == "none"
        ):
            continue
        if isinstance(edge, ToMany):
            await _leads_to_many(call, edge, case)
        elif isinstance(edge, ToOne):
            known = sorted(case.rows[resource])
            expected = {each for each in known if case.someone.sees(resource, case.rows[resource][each], case.rows)}
            assert set(await call.follow_one(edge, known)) == expected


async def _leads_to_many(call: Call, edge: ToMany, case: Case) -> None:
    parents = sorted(case.rows[edge.source])
    children = case.rows[edge.target].values()
    search = await call.read(OPERATIONS[edge.stands_for], WHOLE)
    pages = await call.follow_many(edge, parents, search)
    totals = await call.count_many(edge, parents, search)
    for parent in parents:
        under = [row for row in children if row[edge.by] == parent and case.someone.sees(edge.target, row, case.rows)]
        assert [row["id"] for row in pages[parent].rows] == in_order(edge.target, under, *_default(edge))
        assert totals[parent] == len(under)


def _default(edge: ToMany) -> tuple[str, str]:
    return ("occurred_at", "desc") if edge.target is ACTIVITY else ("created_at", "desc")
