"""Whoever writes through either door reaches as far as the rules say (contract §2): what one may not see is not there,
what one may see but not write is refused, and what was refused has changed nothing.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.catalogue import OPERATIONS
from crm.kit.commands import Command
from crm.kit.page import Row
from crm.operation import Operation
from crm.resources import Resource
from tests.fixtures.pair import Pair
from tests.parity.doors import Asked, Door, graphql, rest
from tests.properties.house import House
from tests.properties.profiles import DOORS
from tests.properties.records import id_of
from tests.properties.someone import RESOURCES
from tests.properties.visits import Visit, Visitor, entered, visits

VALUES: Mapping[str, Mapping[str, Any]] = {
    "contacts.update": {"email": "changed@example.com"},
    "contacts.add_tags": {"tags": ["changed"]},
    "contacts.remove_tags": {"tags": ["changed"]},
    "companies.update": {"industry": "changed"},
    "deals.update": {"source": "changed"},
    "deals.set_status": {"status": "won"},
    "tasks.update": {"description": "changed"},
    "notes.update": {"body": "changed"},
    "contacts.create": {"email": "new@example.com"},
    "tasks.create": {"title": "new"},
    "notes.create": {"body": "new"},
    "activities.create": {"type": "call"},
}
LINKING = [
    (operation, name, field.points_to)
    for operation in OPERATIONS.values()
    if operation.kind == "create" and operation.name in VALUES and isinstance(operation.takes, Command)
    for name, field in operation.takes.fields.items()
    if field.points_to in RESOURCES
]
"""Every link a new record may be given, but those of deals, which need a pipeline to begin in."""

every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)


@DOORS
@every_resource
@given(data=st.data())
async def test_what_changes_is_what_the_writer_may_change(
    house: House, tenants: Pair, resource: Resource, data: st.DataObject
) -> None:
    visit = data.draw(visits(resource))
    visitor = await entered(house, tenants, visit)
    before = await visitor.tenant.revisions(resource)
    for operation in _about_one(resource, "update"):
        for record_id, row in visit.rows[resource].items():
            for door in (rest, graphql):
                told = await _told(visitor, door, operation, row)
                assert told == _expected(visit, resource, row, "write"), (operation.name, record_id, door)
    after = await visitor.tenant.revisions(resource)
    own = {row["id"] for row in visit.rows[resource].values() if visit.someone.owns(resource, row, "write")}
    assert {each for each in before if after[each] != before[each]} == (
        own if _about_one(resource, "update") else set()
    )


@DOORS
@every_resource
@given(data=st.data())
async def test_what_goes_is_what_the_writer_may_delete(
    house: House, tenants: Pair, resource: Resource, data: st.DataObject
) -> None:
    visit = data.draw(visits(resource))
    visitor = await entered(house, tenants, visit)
    (delete,) = _about_one(resource, "delete")
    stays = set()
    for record_id, row in visit.rows[resource].items():
        door = data.draw(st.sampled_from([rest, graphql]))
        expected = _expected(visit, resource, row, "delete")
        if expected == 200 and row.get("type") == "system":
            expected = 403
        if expected != 200:
            stays.add(record_id)
        assert await _told(visitor, door, delete, row) == expected
        assert expected != 200 or await _told(visitor, door, delete, row) == 404
    assert (await visitor.tenant.revisions(resource)).keys() == stays


@DOORS
@pytest.mark.parametrize("resource", list(dict.fromkeys(there for *_, there in LINKING)), ids=lambda each: each.plural)
@given(data=st.data())
async def test_a_new_record_hangs_only_on_what_its_writer_may_see(
    house: House, tenants: Pair, resource: Resource, data: st.DataObject
) -> None:
    visit = data.draw(visits(resource))
    visitor = await entered(house, tenants, visit)
    for record_id, row in {**visit.rows[resource], id_of(resource, 999): None}.items():
        for operation, name, there in LINKING:
            if there is not resource:
                continue
            door = data.draw(st.sampled_from([rest, graphql]))
            told = await _asked(visitor, door, Asked(operation, {**VALUES[operation.name], name: record_id}))
            if visit.someone.reach("write", operation.resource) == "none":
                assert told == 403
            else:
                visible = row is not None and visit.someone.sees(resource, row, visit.rows)
                assert told == (200 if visible else 422)


def _about_one(resource: Resource, kind: str) -> list[Operation]:
    """What can be done to one record of a resource."""
    return [each for each in OPERATIONS.values() if each.resource is resource and each.kind == kind and each.targets]


def _expected(visit: Visit, resource: Resource, row: Row, verb: str) -> int:
    """The status of a write about a record."""
    if visit.someone.reach(verb, resource) == "none":
        return 403
    if visit.someone.owns(resource, row, verb):
        return 200
    return 403 if visit.someone.sees(resource, row, visit.rows) else 404


async def _told(visitor: Visitor, door: Door, operation: Operation, row: Row) -> int:
    """What comes of a write about a record. Of one that is not there for the writer no more is told than of none."""
    values = {"stage_id": row["stage_id"]} if operation.name == "deals.move" else VALUES.get(operation.name, {})
    asked = Asked(operation, values, id=row["id"])
    told = await _asked(visitor, door, asked)
    if told == 404:
        absent = id_of(operation.resource, 999)
        outcomes = [
            await door(visitor.at(door), visitor.token, Asked(operation, values, id=each))
            for each in (row["id"], absent)
        ]
        one, other = [{**(each.problem or {}), "instance": None} for each in outcomes]
        assert one == other
    return told


async def _asked(visitor: Visitor, door: Door, asked: Asked) -> int:
    """The status of a write: 200 where it was done."""
    told = await door(visitor.at(door), visitor.token, asked)
    return 200 if told.problem is None else int(told.problem["status"])
