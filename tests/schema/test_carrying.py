"""What comes in its parents' rows: every field of it as it is, its cursors, and what leads on from there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from graphql import GraphQLObjectType, get_named_type, is_leaf_type

from crm.storage.database import counting
from schema.build import build
from schema.compiler.carry import MAX_STEPS
from tests.conftest import NewDatabase
from tests.fixtures.pair import Pair, paired
from tests.fixtures.statements import own
from tests.fixtures.world import ADA, World

QUERY = """query($after: String) {
    contacts(first: 2, after: $after) { nodes { name company { name } } pageInfo { endCursor } }
}"""
DEALS = "query($first: Int) { contacts(first: 2) { nodes { id deals(first: $first) { %s } } } }"
LISTS = {
    "companies": ("contacts", "deals", "tasks", "notes", "activities"),
    "contacts": ("deals", "tasks", "notes", "activities"),
    "deals": ("tasks", "notes", "activities"),
}


@pytest_asyncio.fixture(scope="module")
async def pair(new_database: NewDatabase) -> AsyncIterator[Pair]:
    """One database with work in it behind both executors."""
    async with paired(new_database()) as made:
        yield made


async def test_a_wrong_cursor_is_told_and_is_nobodys_warning(world: World, caplog: pytest.LogCaptureFixture) -> None:
    answer = (await world.graphql("admin", QUERY, {"after": "wrong"})).json()
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["VALIDATION"]
    assert [each.getMessage() for each in caplog.records if each.name.startswith("schema.")] == []


async def test_what_comes_along_comes_on_later_pages_too(world: World) -> None:
    first = (await world.graphql("admin", QUERY)).json()["data"]["contacts"]
    later = (await world.graphql("admin", QUERY, {"after": first["pageInfo"]["endCursor"]})).json()["data"]["contacts"]
    assert [each["name"] for each in first["nodes"]] == ["Ada Lovelace", "Bob"]
    assert [(each["name"], each["company"]) for each in later["nodes"]] == [("Çelik", None), ("Dan", None)]
    assert [each["company"] for each in first["nodes"]] == [{"name": "Northwind Traders"}, {"name": "Ötzi & Söhne"}]


@pytest.mark.parametrize(("parent", "child"), [(parent, child) for parent, those in LISTS.items() for child in those])
async def test_every_field_of_a_list_comes_as_it_is(pair: Pair, parent: str, child: str) -> None:
    document = (
        f"{{ {parent}(first: 50) {{ nodes {{ id {child}(first: 4) {{ nodes {{ {plain_fields(child)} }} }} }} }} }}"
    )
    async with counting() as statements:
        compiled = (await pair.compiled.graphql("admin", document)).json()
    assert len(own(statements)) == 1
    assert any(each[child]["nodes"] for each in compiled["data"][parent]["nodes"])
    assert compiled["data"] == (await pair.reference.graphql("admin", document)).json()["data"]


async def test_a_cursor_of_a_list_that_came_along_continues_it(pair: Pair) -> None:
    asked = DEALS % "edges { cursor node { name } } pageInfo { hasNextPage startCursor endCursor }"
    ada = (await pair.compiled.graphql("admin", asked, {"first": 1})).json()["data"]["contacts"]["nodes"][0]
    (edge,), info = ada["deals"]["edges"], ada["deals"]["pageInfo"]
    assert info == {"hasNextPage": True, "startCursor": edge["cursor"], "endCursor": edge["cursor"]}
    search = {"filters": [{"field": "contact_id", "operator": "eq", "value": ada["id"]}], "cursor": edge["cursor"]}
    rest = (await pair.compiled.ask("admin", "POST", "/v1/deals/search", search)).json()["data"]
    assert [edge["node"]["name"], *(each["name"] for each in rest)] == ["Renewal", "Fleet"]


async def test_lists_within_lists_come_in_one_statement(pair: Pair) -> None:
    document = """{ companies(first: 4) { nodes { name contacts(first: 3) { nodes { name owner { name }
        deals(first: 2) { nodes { name stage { name }
            notes(first: 2) { nodes { body author { name } } pageInfo { hasNextPage } }
        } }
    } } } } }"""
    async with counting() as statements:
        compiled = (await pair.compiled.graphql("admin", document)).json()
    assert len(own(statements)) == 1
    assert compiled["data"] == (await pair.reference.graphql("admin", document)).json()["data"]


async def test_what_leads_on_from_a_list_that_came_along_is_followed(pair: Pair) -> None:
    document = """{ contacts(first: 5) { nodes { deals(first: 2) { nodes {
        name etag notes(first: 1, filter: {pinned: {eq: false}}) { nodes { body } } pipeline { stages { name } }
    } } } } }"""
    compiled = (await pair.compiled.graphql("admin", document)).json()["data"]
    assert any(deal["notes"]["nodes"] for each in compiled["contacts"]["nodes"] for deal in each["deals"]["nodes"])
    assert compiled == (await pair.reference.graphql("admin", document)).json()["data"]


async def test_one_record_by_its_id_brings_its_lists_along(pair: Pair) -> None:
    document = f"""{{
        contact(id: "{ADA}") {{ name company {{ name }} deals {{ nodes {{ name stage {{ name }} }} }} }}
        node(id: "{ADA}") {{ id ... on Contact {{ deals(first: 1) {{ nodes {{ name }} }} }} }}
    }}"""
    async with counting() as statements:
        compiled = (await pair.compiled.graphql("admin", document)).json()["data"]
    assert len(own(statements)) == 2
    assert [each["name"] for each in compiled["contact"]["deals"]["nodes"]] == ["Renewal", "Fleet"]
    assert compiled == (await pair.reference.graphql("admin", document)).json()["data"]


async def test_the_plan_after_a_run_tells_what_came_along(pair: Pair) -> None:
    body = {"query": DEALS % "nodes { id stage { id } }", "variables": {"first": 5}}
    answer = (await pair.compiled.ask("admin", "POST", "/graphql", body, headers={"X-Plan": "1"})).json()
    told = {each["name"]: each for each in answer["extensions"]["plan"]["steps"]}
    nodes = answer["data"]["contacts"]["nodes"]
    assert told["contact.deals"]["rows"] == sum(len(each["deals"]["nodes"]) for each in nodes)
    assert told["contact.deals"]["replaces"] == len(nodes)
    stages = {deal["stage"]["id"] for each in nodes for deal in each["deals"]["nodes"]}
    assert told["deal.stage"]["rows"] == len(stages)
    (request,) = told["deal.stage"]["requests"]
    assert set(request["body"]["filters"][0]["values"]) == stages


def plain_fields(collection: str) -> str:
    """Every field of a record that is shown without following an edge, as a document asks for them."""
    kind = build().get_type({"activities": "Activity"}.get(collection, collection.removesuffix("s").capitalize()))
    assert isinstance(kind, GraphQLObjectType)
    return " ".join(name for name, each in kind.fields.items() if is_leaf_type(get_named_type(each.type)))


async def test_single_records_lead_on_in_the_same_statement(pair: Pair) -> None:
    document = """{ deals(first: 25) { nodes { name
        contact { name etag address { city } company { name owner { name } }
            notes(first: 2) { edges { cursor node { body author { name } } } } }
        stage { name pipeline { name } }
    } } }"""
    for who in ("admin", "rep"):
        async with counting() as statements:
            compiled = (await pair.compiled.graphql(who, document)).json()
        assert len(own(statements)) == 1
        assert any(each["contact"]["notes"]["edges"] for each in compiled["data"]["deals"]["nodes"] if each["contact"])
        assert compiled["data"] == (await pair.reference.graphql(who, document)).json()["data"]


async def test_a_record_that_came_along_twice_is_counted_once(pair: Pair) -> None:
    body = {"query": "{ deals(first: 50) { nodes { contact { id deals(first: 1) { nodes { id } } } } } }"}
    answer = (await pair.compiled.ask("admin", "POST", "/graphql", body, headers={"X-Plan": "1"})).json()
    told = {tuple(each["path"]): each for each in answer["extensions"]["plan"]["steps"]}
    contacts = {each["contact"]["id"] for each in answer["data"]["deals"]["nodes"] if each["contact"]}
    assert told["deals", "nodes", "contact"]["rows"] == len(contacts)
    assert told["deals", "nodes", "contact", "deals"]["replaces"] == len(contacts)
    assert told["deals", "nodes", "contact", "deals"]["rows"] == len(contacts)


async def test_no_more_comes_along_than_a_planner_takes_lightly(pair: Pair) -> None:
    aliases = " ".join(f"a{number}: company {{ name }}" for number in range(20))
    async with counting() as statements:
        answer = (await pair.compiled.graphql("admin", f"{{ contacts(first: 2) {{ nodes {{ {aliases} }} }} }}")).json()
    assert len(own(statements)) == 1 + 20 - MAX_STEPS
    assert all(len({str(company) for company in each.values()}) == 1 for each in answer["data"]["contacts"]["nodes"])


async def test_a_list_that_stands_in_many_places_is_counted_once(pair: Pair) -> None:
    contacts = "contacts(first: 4, filter: {leadScore: {gte: 0}}) { nodes { id deals(first: 1) { nodes { id } } } }"
    body = {"query": f"{{ contacts(first: 30) {{ nodes {{ company {{ id {contacts} }} }} }} }}"}
    answer = (await pair.compiled.ask("admin", "POST", "/graphql", body, headers={"X-Plan": "1"})).json()
    told = {tuple(each["path"]): each for each in answer["extensions"]["plan"]["steps"]}
    companies = [each["company"] for each in answer["data"]["contacts"]["nodes"] if each["company"]]
    assert len(companies) > len({each["id"] for each in companies})
    deals = {contact["id"]: contact["deals"]["nodes"] for each in companies for contact in each["contacts"]["nodes"]}
    step = told["contacts", "nodes", "company", "contacts", "nodes", "deals"]
    assert (step["rows"], step["replaces"]) == (sum(map(len, deals.values())), len(deals))
