"""Everyone sees exactly what the rules say (contract §2), however few or many that is, and however it is looked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.access.principal import Principal
from crm.access.roles import REACHES, Permission, Role
from crm.access.scopes import VERBS
from crm.call import Call
from crm.catalogue import EDGES, OPERATIONS
from crm.edge import ToMany, ToOne
from crm.kit.errors import Forbidden, NotFound
from crm.kit.page import Row
from crm.operation import Arguments
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, NOTE, SCOPED, TASK, USER, Resource
from crm.storage import sight, writes
from tests.properties.house import REPOSITORY, House, Tenant
from tests.properties.model import finds, in_order, meets
from tests.properties.profiles import FEW
from tests.properties.records import NEEDS, Rows, pools, worlds
from tests.properties.test_filters import questions

OWNED_BY: Mapping[Resource, tuple[str, ...]] = {
    CONTACT: ("owner_id",),
    COMPANY: ("owner_id",),
    DEAL: ("owner_id",),
    TASK: ("assignee_id", "created_by_id"),
    NOTE: ("author_id",),
    ACTIVITY: ("author_id",),
}
HANG_ON = {"contact_id": CONTACT, "company_id": COMPANY, "deal_id": DEAL}
WIDENED = (TASK, NOTE, ACTIVITY)
"""What may be read by whoever may see what it hangs on."""

RESOURCES = tuple(OWNED_BY)
WHOLE: Mapping[str, Any] = {"limit": 100}


@dataclass(frozen=True)
class Someone:
    """A user with a role and a team; `team` holds the user too."""

    user_id: str
    team: frozenset[str]
    reaches: Mapping[Permission, str]

    def reach(self, verb: Any, resource: Resource) -> str:
        return self.reaches[Permission(verb, resource)]

    def owns(self, resource: Resource, row: Row, verb: Any) -> bool:
        """Whether the reach of a verb covers a record by whose it is."""
        whose = {"all": None, "team": self.team, "own": {self.user_id}, "none": set()}[self.reach(verb, resource)]
        return whose is None or any(row[column] in whose for column in OWNED_BY[resource])

    def sees(self, resource: Resource, row: Row, rows: Rows) -> bool:
        """Whether they may read a record: their own, or one that hangs on what they may see."""
        if self.owns(resource, row, "read"):
            return True
        if resource not in WIDENED or self.reach("read", resource) == "none":
            return False
        links = [(there, row[column]) for column, there in HANG_ON.items() if row[column] is not None]
        return any(self.sees(there, rows[there][linked], rows) for there, linked in links)

    def principal(self, tenant: Tenant) -> Principal:
        role = Role("drawn", MappingProxyType(dict(self.reaches)))  # type: ignore[arg-type]  # drawn from REACHES
        return tenant.principal(self.user_id, role, self.team)


@dataclass(frozen=True)
class Case:
    """Records, someone who asks, and how far they look before they gather from far."""

    rows: Rows
    someone: Someone
    near: int


_LIKELY = ("own", "own", "own", "team", *REACHES)
_NEAR = (0, 0, 2, 1_000, 1_000)


@st.composite
def cases(draw: st.DrawFn, resource: Resource) -> Case:
    counts = {"users": 4, "companies": 3, "contacts": 4, "deals": 3, "pipelines": 1, "stages": 1}
    needed = {name: counts[name] for name in NEEDS[resource]}
    rows = draw(worlds(draw(pools), {**needed, "users": 4, resource.plural: 9}))
    users = sorted(rows[USER])
    someone = draw(st.sampled_from(users))
    team = draw(st.sets(st.sampled_from(users)))
    reaches = {Permission(verb, each): draw(st.sampled_from(REACHES)) for each in SCOPED for verb in VERBS}
    reaches[Permission("read", resource)] = draw(st.sampled_from(_LIKELY))
    return Case(rows, Someone(someone, frozenset({someone, *team}), reaches), draw(st.sampled_from(_NEAR)))


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
    call = tenant.call(case.someone.principal(tenant))
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
    call = tenant.call(case.someone.principal(tenant))
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
    call = tenant.call(case.someone.principal(tenant))
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
