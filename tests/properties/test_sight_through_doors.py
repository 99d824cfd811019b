"""Whoever comes through either door sees exactly what the rules say (contract §2): in lists, by id and along edges."""

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.catalogue import EDGES, OPERATIONS
from crm.edge import ToMany, ToOne
from crm.resources import ACTIVITY, STAGE, Resource
from crm.storage import sight
from rest_adapter.openapi.schemas import INCLUDES
from schema.names import camel
from tests.fixtures.pair import Pair
from tests.parity.doors import Asked, root_field
from tests.properties.house import House
from tests.properties.model import finds, in_order, meets
from tests.properties.profiles import DOORS
from tests.properties.records import id_of
from tests.properties.someone import RESOURCES
from tests.properties.test_filters import questions
from tests.properties.visits import Visit, Visitor, entered, visits

every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)


@DOORS
@every_resource
@given(data=st.data())
async def test_a_list_shows_what_its_reader_may_see(
    house: House, tenants: Pair, resource: Resource, data: st.DataObject
) -> None:
    visit = data.draw(visits(resource))
    asked = data.draw(questions(resource, visit.pool, visit.rows))
    visitor = await entered(house, tenants, visit)
    plain = {"order_by": asked["order_by"], "sort_direction": asked["sort_direction"]}
    found = [
        row
        for row in visit.seen(resource)
        if finds(resource, row, asked["search_text"] or "")
        and all(meets(resource, row, each) for each in asked["filters"])
    ]
    with patch.object(sight, "how_far", lambda _: visit.near):
        for question, rows in ((plain, visit.seen(resource)), (asked, found)):
            told = await visitor.walked(resource, question, data.draw(st.integers(1, 4)))
            expected = in_order(resource, rows, *plain.values())
            assert told == (expected if visit.someone.may_look(resource) else 403)


@DOORS
@every_resource
@given(data=st.data())
async def test_a_record_is_there_for_whom_it_is_visible(
    house: House, tenants: Pair, resource: Resource, data: st.DataObject
) -> None:
    visit = data.draw(visits(resource))
    visitor = await entered(house, tenants, visit)
    reading = OPERATIONS[f"{resource.plural}.read"]
    absent = (await visitor.both(Asked(reading, id=id_of(resource, 999)))).problem
    assert absent is not None
    for record_id, row in visit.rows[resource].items():
        told = await visitor.both(Asked(reading, id=record_id))
        if visit.someone.sees(resource, row, visit.rows):
            assert told.data["id"] == record_id
        else:
            assert told.problem == {**absent, "instance": f"/v1/{resource.plural}/{record_id}"}
    assert absent["status"] == (404 if visit.someone.may_look(resource) else 403)
    await _by_node(visitor, visit, resource)


async def _by_node(visitor: Visitor, visit: Visit, resource: Resource) -> None:
    """`node` and `nodes` give what is visible, and of the rest nothing, without an error."""
    known = [*sorted(visit.rows[resource]), id_of(resource, 999)]
    shown = {row["id"] for row in visit.seen(resource)}
    expected = [{"id": each} if each in shown else None for each in known]
    many = await visitor.query("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=known)
    ones = [await visitor.query("query($id: ID!) { node(id: $id) { id } }", id=each) for each in known]
    if visit.someone.may_look(resource):
        assert [many, *ones] == [{"nodes": expected}, *({"node": each} for each in expected)]
    else:
        assert [many, *ones] == ["FORBIDDEN"] * (len(known) + 1)


@DOORS
@every_resource
@given(data=st.data())
async def test_a_link_leads_to_what_its_follower_may_see(
    house: House, tenants: Pair, resource: Resource, data: st.DataObject
) -> None:
    visit = data.draw(visits(resource))
    visitor = await entered(house, tenants, visit)
    edges = [each for each in EDGES.values() if isinstance(each, ToOne) and each.source is resource]
    allowed = [each for each in edges if visit.someone.may_look(each.target)]
    denied = [each for each in edges if each not in allowed]
    if not visit.someone.may_look(resource):
        denied = edges
    for each in denied:
        await _refused(visitor, visit, each)
    if visit.someone.may_look(resource):
        expected = {
            row["id"]: {each.name: visit.beyond(each.target, row[each.key]) for each in allowed}
            for row in visit.seen(resource)
        }
        await _included(visitor, resource, allowed, expected)
        await _followed(visitor, resource, allowed, expected)


async def _refused(visitor: Visitor, visit: Visit, edge: ToOne) -> None:
    """A role that may not look there at all is told so, and nothing else."""
    root, _, _ = root_field(OPERATIONS[f"{edge.source.plural}.search"])
    told = await visitor.query(f"{{ {root} {{ nodes {{ id {camel(edge.name)} {{ id }} }} }} }}")
    assert told == "FORBIDDEN"
    if edge in INCLUDES[edge.source]:
        status, body = await visitor.post(f"/{edge.source.plural}/search", {"include": [edge.name]})
        assert (status, body["title"]) == (403, "Forbidden")


async def _included(visitor: Visitor, resource: Resource, edges: list[ToOne], expected: dict[str, Any]) -> None:
    """Along `include`, of a list and of one record."""
    names = [each.name for each in edges if each in INCLUDES[resource]]
    status, body = await visitor.post(f"/{resource.plural}/search", {"include": names, "fields": ["id"], "limit": 100})
    assert status == 200
    by_id = {row["id"]: row for row in body["data"]}
    assert by_id.keys() == expected.keys()
    for record_id, row in by_id.items():
        shown = {name: row[name] and {"id": row[name]["id"]} for name in names}
        assert shown == {name: expected[record_id][name] for name in names}
        status, one = await visitor.get(f"/{resource.plural}/{record_id}?fields=id&include={','.join(names)}")
        assert (status, one) == (200, row)


async def _followed(visitor: Visitor, resource: Resource, edges: list[ToOne], expected: dict[str, Any]) -> None:
    """Along the fields of a connection's records, and of one that is named."""
    inner = "id " + " ".join(f"{each.name}: {camel(each.name)} {{ id }}" for each in edges)
    root, _, _ = root_field(OPERATIONS[f"{resource.plural}.search"])
    told = await visitor.query(f"{{ {root}(first: 100) {{ nodes {{ {inner} }} }} }}")
    assert {row.pop("id"): row for row in told[root]["nodes"]} == expected
    one, _, _ = root_field(OPERATIONS[f"{resource.plural}.read"])
    for record_id, leads in list(expected.items())[:2]:
        told = await visitor.query(f"query($id: ID!) {{ {one}(id: $id) {{ {inner} }} }}", id=record_id)
        assert told == {one: {"id": record_id, **leads}}


@DOORS
@every_resource
@given(data=st.data())
async def test_a_record_is_surrounded_by_what_its_reader_may_see(
    house: House, tenants: Pair, resource: Resource, data: st.DataObject
) -> None:
    visit = data.draw(visits(resource))
    visitor = await entered(house, tenants, visit)
    first = data.draw(st.integers(1, 4))
    for edge in EDGES.values():
        if isinstance(edge, ToMany) and edge.target is resource and edge.source in visit.rows:
            with patch.object(sight, "how_far", lambda _: visit.near):
                await _surrounded(visitor, visit, edge, first)


async def _surrounded(visitor: Visitor, visit: Visit, edge: ToMany, first: int) -> None:
    """The first few under every parent, how many there are, and the same by REST's filter."""
    name = camel(edge.name)
    inner = f"id {name}(first: {first}) {{ nodes {{ id }} totalCount pageInfo {{ hasNextPage }} }}"
    if edge.source is STAGE:
        inner = f"stages {{ {inner} }}"
    near = "pipelines" if edge.source is STAGE else edge.source.plural
    root, _, _ = root_field(OPERATIONS[f"{near}.search"])
    told = await visitor.query(f"{{ {root}(first: 100) {{ nodes {{ {inner} }} }} }}")
    if not (visit.someone.may_look(edge.source) and visit.someone.may_look(edge.target)):
        assert told == "FORBIDDEN"
        return
    parents = told[root]["nodes"]
    if edge.source is STAGE:
        parents = [stage for each in parents for stage in each["stages"]]
    assert {each["id"] for each in parents} == {row["id"] for row in visit.seen(edge.source)}
    for parent in parents:
        under = _under(visit, edge, parent["id"])
        shown = {"nodes": [{"id": each} for each in under[:first]], "totalCount": len(under)}
        assert parent[name] == {**shown, "pageInfo": {"hasNextPage": len(under) > first}}
        condition = {"field": edge.by, "operator": "eq", "value": parent["id"]}
        status, page = await visitor.post(f"/{edge.target.plural}/search", {"filters": [condition], "limit": 100})
        assert (status, [row["id"] for row in page["data"]]) == (200, under)


def _under(visit: Visit, edge: ToMany, parent_id: str) -> list[str]:
    children = [row for row in visit.seen(edge.target) if row[edge.by] == parent_id]
    by = "occurred_at" if edge.target is ACTIVITY else "created_at"
    return in_order(edge.target, children, by, "desc")
