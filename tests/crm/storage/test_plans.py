"""What is asked for by id or by parent is looked up, never looked for among everything a tenant has.

Only SQLite's plans are looked at: PostgreSQL plans by what a table holds, and reads small ones whole, rightly.
"""

import sqlite3
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from crm.access.roles import REP
from crm.call import Call
from crm.catalogue import EDGES, OPERATIONS
from crm.edge import Edge, ToMany, ToOne
from crm.kit.page import Carried, carrying
from crm.operation import Arguments
from crm.resources import STAGE, Resource
from crm.storage.database import counting
from crm.storage.opening import migrate, open_database
from tests.properties.house import REPOSITORY, Tenant, house_over
from tests.properties.records import id_of

SEARCHED = [each for each in REPOSITORY if f"{each.plural}.search" in OPERATIONS and each is not STAGE]


@pytest_asyncio.fixture(scope="module")
async def tenant(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Tenant, sqlite3.Connection]]:
    """A tenant on SQLite, and a connection to ask for plans."""
    path = tmp_path_factory.mktemp("plans") / "plans.db"
    migrate(f"sqlite:///{path}")
    database = await open_database(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    yield await house_over(database).tenant(), connection
    connection.close()
    await database.close()


Asked = tuple[Tenant, sqlite3.Connection]


def call_of(tenant: Tenant, who: str) -> Call:
    return tenant.call() if who == "admin" else tenant.call(tenant.principal(role=REP))


def looked_through(connection: sqlite3.Connection, statements: list[str], table: str) -> list[str]:
    """The steps of some statements' plans that go through all of a tenant's rows of a table, or of an alias of it."""
    steps = []
    for sql in statements:
        found = connection.execute(f"EXPLAIN QUERY PLAN {sql}", (None,) * sql.count("?"))
        steps += [detail for *_, detail in found]
    return [
        each
        for each in steps
        if each.startswith((f"SCAN {table}", f"SEARCH {table} "))
        and (each.endswith("(business_id=?)") or "SCAN" in each)
    ]


@pytest.mark.parametrize("who", ["admin", "rep"])
@pytest.mark.parametrize(
    "edge", [each for each in EDGES.values() if each.target is not STAGE], ids=lambda each: each.full_name
)
async def test_an_edge_is_followed_by_an_index(tenant: Asked, edge: Edge, who: str) -> None:
    there, connection = tenant
    call = call_of(there, who)
    keys = [id_of(edge.source, number) for number in range(3)]
    async with counting() as statements:
        if isinstance(edge, ToOne):
            await call.follow_one(edge, keys)
        elif isinstance(edge, ToMany):
            search = await call.read(OPERATIONS[edge.stands_for], {"limit": 3})
            await call.follow_many(edge, keys, search)
            await call.count_many(edge, keys, search)
    assert statements
    assert looked_through(connection, statements, edge.target.plural) == []


@pytest.mark.parametrize("who", ["admin", "rep"])
@pytest.mark.parametrize(
    "edge",
    [each for each in EDGES.values() if isinstance(each, ToOne | ToMany) and each.source in SEARCHED],
    ids=lambda each: each.full_name,
)
async def test_what_comes_along_is_found_by_an_index(tenant: Asked, edge: ToOne | ToMany, who: str) -> None:
    there, connection = tenant
    call = call_of(there, who)
    seen = edge.seen_by(call.principal)
    search = await call.read(OPERATIONS[f"{edge.source.plural}.search"], {"limit": 3})
    if isinstance(edge, ToOne):
        carried: Carried = edge.carried(("id",), "_0_", seen)
    else:
        below = await call.read(OPERATIONS[edge.stands_for], {"limit": 3, "fields": ["id"]})
        carried = edge.carried(below, "_0_", seen)
    async with counting() as statements:
        await REPOSITORY[edge.source].search(call, carrying(search, (carried,)))
    assert len(statements) == 1
    beside = "page_0" if isinstance(edge, ToOne) else edge.target.plural
    assert looked_through(connection, statements, beside) == []


@pytest.mark.parametrize("who", ["admin", "rep"])
@pytest.mark.parametrize("resource", SEARCHED, ids=lambda each: each.plural)
async def test_a_search_leaves_the_planner_every_index(tenant: Asked, resource: Resource, who: str) -> None:
    """Which one it takes hangs on what the table holds; a condition compared with 1 could be looked up by none."""
    there, _ = tenant
    named = {"field": "id", "operator": "in", "values": [id_of(resource, 1)]}
    async with counting() as statements:
        search = OPERATIONS[f"{resource.plural}.search"]
        await call_of(there, who).run(search, {"search_text": "word", "filters": [named]}, Arguments())
    assert len(statements) == 1
    assert ") = 1" not in statements[0]
