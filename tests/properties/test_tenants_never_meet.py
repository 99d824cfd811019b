"""Two tenants whose records have the very same ids: each sees its own, whichever way it asks."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.catalogue import EDGES, OPERATIONS
from crm.edge import ToMany, ToOne
from crm.kit.page import Row
from crm.operation import Arguments
from crm.resources import STAGE, Resource
from tests.properties.house import REPOSITORY, House, Tenant
from tests.properties.profiles import FEW
from tests.properties.records import NEEDS, Pool, Rows, pools, worlds
from tests.properties.test_filters import RESOURCES


@FEW
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_each_sees_its_own(house: House, resource: Resource, data: st.DataObject, pool: Pool) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[resource], resource.plural: 5}))
    for tenant in (await house.tenant(rows), await house.tenant(elsewhere(rows))):
        await assert_its_own(tenant, resource)
        await assert_followed_to_its_own(tenant, resource)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each.plural)
@given(data=st.data(), pool=pools)
async def test_what_one_does_the_other_does_not_see(
    house: House, resource: Resource, data: st.DataObject, pool: Pool
) -> None:
    rows = data.draw(worlds(pool, {**NEEDS[resource], resource.plural: 2}))
    here, empty = await house.tenant(rows), await house.tenant()
    for record_id in rows[resource]:
        assert (
            await empty.search(resource, filters=[{"field": "id", "operator": "eq", "value": record_id}])
        ).rows == []
        assert await REPOSITORY[resource].by_ids(empty.call(), [record_id]) == {}
    assert (await here.search(resource)).total == len(rows[resource])


def elsewhere(rows: Rows) -> Rows:
    """The same ids, in records that were changed at another time."""
    return {
        resource: {each: row if resource is STAGE else _changed(row) for each, row in records.items()}
        for resource, records in rows.items()
    }


def _changed(row: Row) -> Row:
    moment: datetime = row["updated_at"]
    return {**row, "updated_at": moment + timedelta(days=1 if moment.year < 9999 else -1)}


def told(rows: Any) -> dict[str, datetime]:
    """When each record changed: what tells it from the other tenant's."""
    return {row["id"]: row["updated_at"] for row in rows}


async def assert_its_own(tenant: Tenant, resource: Resource) -> None:
    own, call = tenant.rows[resource], tenant.call()
    page = await tenant.search(resource, limit=100)
    assert (told(page.rows), page.total) == (told(own.values()), len(own))
    assert told((await REPOSITORY[resource].by_ids(call, [*own, *own])).values()) == told(own.values())
    for record_id, row in own.items():
        read = await call.run(OPERATIONS[f"{resource.plural}.read"], {}, Arguments(id=record_id))
        assert read["updated_at"] == row["updated_at"]


async def assert_followed_to_its_own(tenant: Tenant, resource: Resource) -> None:
    own, call = tenant.rows[resource], tenant.call()
    for edge in EDGES.values():
        if edge.target is not resource or edge.source not in tenant.rows:
            continue
        keys = sorted({row[edge.key] for row in tenant.rows[edge.source].values() if row.get(edge.key)})
        if isinstance(edge, ToOne):
            assert told((await call.follow_one(edge, keys)).values()) == {
                each: own[each]["updated_at"] for each in keys
            }
        elif isinstance(edge, ToMany):
            search = await call.read(OPERATIONS[edge.stands_for], {"limit": 100})
            for key, page in (await call.follow_many(edge, keys, search)).items():
                assert told(page.rows) == told(row for row in own.values() if row[edge.by] == key)
