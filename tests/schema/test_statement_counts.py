"""W1 costs at most a statement for each edge and level of its document, whoever asks and however many rows it has."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from benchmarks.w1 import DOCUMENT
from crm.access.scopes import SCOPES
from crm.resources import CONTACT, DEAL, NOTE, USER
from crm.storage import tokens
from crm.storage.database import counting
from crm.storage.opening import open_database
from crm.storage.tokens import Grant
from crm.users import repository as users
from tests.conftest import NewDatabase
from tests.crm.test_statement_counts import CONTACTS, keyed, record, world
from tests.fixtures.pair import POINTS
from tests.fixtures.statements import own
from tests.fixtures.world import NOW, World, street
from tests.properties.house import house_over
from tests.properties.records import Rows, id_of

STATEMENTS = {
    ("reference", "admin"): {1: 6, 25: 6, 80: 6}, ("compiled", "admin"): {1: 1, 25: 1, 80: 3},
    ("reference", "rep"): {1: 6, 25: 6, 80: 6}, ("compiled", "rep"): {1: 1, 25: 1, 80: 3},
}  # fmt: skip
"""The contacts, their companies, deals and notes, the deals' stages and the deals' pipelines. Compiled, all of them
come in the rows of what leads to them, while single records are not too much repeated.
"""

DEALS_EACH, NOTES_EACH = 5, 3
ADMIN, REP = id_of(USER, 1), id_of(USER, 2)


@pytest.fixture(scope="module", params=["compiled", "reference"])
def executor(request: pytest.FixtureRequest) -> str:
    """Which of the two runs queries."""
    name: str = request.param
    return name


@pytest_asyncio.fixture(scope="module")
async def peopled(executor: str, new_database: NewDatabase) -> AsyncIterator[World]:
    """A hundred contacts, most of them the rep's, with more deals and notes than are asked for."""
    database = await open_database(new_database())
    tenant = await house_over(database).tenant(_rows())
    made = {}
    async with database.transaction() as sql:
        for who, user in (("admin", ADMIN), ("rep", REP)):
            await users.change(sql, {"business_id": tenant.business_id, "id": user}, {"role": who}, NOW)
            made[who] = await tokens.create(sql, tenant.business_id, Grant(user, who, SCOPES), NOW)
    async with street(database, made, executor=executor, max_points=POINTS) as world:
        yield world
    await database.close()


@pytest.mark.parametrize("who", ["admin", "rep"])
@pytest.mark.parametrize("first", [1, 25, 80])
async def test_w1_costs_a_statement_for_each_edge_and_level(
    peopled: World, executor: str, who: str, first: int
) -> None:
    document = DOCUMENT.replace("first: 25", f"first: {first}")
    async with counting() as statements:
        answer = await peopled.graphql(who, document)
    nodes = answer.json()["data"]["contacts"]["nodes"]
    assert len(nodes) == first
    assert all(each["company"] for each in nodes)
    assert {(len(each["deals"]["nodes"]), len(each["notes"]["nodes"])) for each in nodes} == {(DEALS_EACH, NOTES_EACH)}
    assert all(deal["stage"] and deal["pipeline"] for each in nodes for deal in each["deals"]["nodes"])
    asked = own(statements)
    assert len(asked) == STATEMENTS[executor, who][first], asked


def _rows() -> Rows:
    rows = world(DEALS_EACH + 1)
    people = [record(USER, at, name="x", email=f"{at}@example.com", team=None) for at in (1, 2)]
    rows = {USER: keyed(people), **rows}
    for resource in (CONTACT, DEAL):
        for number, row in enumerate(rows[resource].values()):
            row["owner_id"] = ADMIN if number % CONTACTS % 10 == 0 else REP
    contacts = sorted(rows[CONTACT])
    rows[NOTE] = keyed(
        record(NOTE, number, body="Note", contact_id=contacts[number % CONTACTS], author_id=ADMIN, pinned=False)
        for number in range(CONTACTS * (NOTES_EACH + 1))
    )
    return rows
