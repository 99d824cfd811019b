"""Mutations: in order, a transaction each; keys and versions as arguments; payloads as deep as any query.

Every test runs under the compiler and under the reference executor.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.fixtures.world import ADA, ADMIN, COLLEAGUE, FLEET, NORTHWIND, REP, WON, World, seeded, street

CREATE = "mutation($input: CreateContactInput!, $key: String) { createContact(input: $input, idempotencyKey: $key)"
EMAIL = {"email": "new@example.com"}


@pytest_asyncio.fixture(scope="module", params=["compiled", "reference"])
async def world(request: pytest.FixtureRequest, new_database: Callable[[], str]) -> AsyncIterator[World]:
    """A world of this module's own, under either executor."""
    async with (
        seeded(new_database()) as made,
        street(made.database, made.tokens, executor=request.param) as under,
    ):
        yield under


async def ask(
    world: World, query: str, variables: Mapping[str, Any] | None = None, who: str = "admin", **headers: str
) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"query": query, "variables": dict(variables or {})}
    return await world.ask(who, "POST", "/graphql", body, headers=given)


async def data(world: World, query: str, variables: Mapping[str, Any] | None = None, who: str = "admin") -> Any:
    answer = (await ask(world, query, variables, who)).json()
    assert "errors" not in answer, answer
    return answer["data"]


async def total(world: World, text: str) -> int:
    found = await data(world, "query($text: String) { contacts(searchText: $text) { totalCount } }", {"text": text})
    count: int = found["contacts"]["totalCount"]
    return count


async def test_mutations_run_in_order_and_one_that_fails_stops_none(world: World) -> None:
    document = """mutation {
        b: createContact(input: {email: "order@example.com", jobTitle: "one"}) { contact { id jobTitle } }
        wrong: createContact(input: {email: "no", address: {country: "ZZ"}}) { contact { id } }
        absent: deleteContact(id: "con_ffffffffffffffffffffffff") { id }
        a: upsertContact(input: {email: "ORDER@example.com", jobTitle: "two"}) { status contact { id jobTitle } }
    }"""
    answer = (await ask(world, document)).json()
    assert list(answer["data"]) == ["b", "wrong", "absent", "a"]
    first, last = answer["data"]["b"]["contact"], answer["data"]["a"]
    assert last == {"status": "UPDATED", "contact": {"id": first["id"], "jobTitle": "two"}}
    assert (answer["data"]["wrong"], answer["data"]["absent"]) == (None, None)
    told = {tuple(each["path"]): each["extensions"] for each in answer["errors"]}
    assert {path: each["code"] for path, each in told.items()} == {("wrong",): "VALIDATION", ("absent",): "NOT_FOUND"}
    fields = [each["field"] for each in told[("wrong",)]["problem"]["errors"]]
    assert sorted(fields) == ["input.address.country", "input.email"]
    await data(world, f'mutation {{ deleteContact(id: "{first["id"]}") {{ id }} }}')


async def test_a_payload_is_as_deep_as_any_query_and_sees_the_write(world: World) -> None:
    document = """mutation($input: CreateDealInput!) {
        createDeal(input: $input) {
            deal {
                name value etag owner { id name } stage { name pipeline { stages { name } } }
                contact { company { name contacts(first: 2) { nodes { name } totalCount } }
                          deals(filter: {name: {eq: "Deep"}}) { totalCount nodes { id contact { firstName } } } }
            }
        }
    }"""
    given = {"input": {"name": "Deep", "contactId": ADA, "stageId": WON, "value": 12.5}}
    deal = (await data(world, document, given))["createDeal"]["deal"]
    assert (deal["name"], deal["value"], deal["etag"], deal["owner"]["id"]) == ("Deep", 12.5, '"1"', ADMIN)
    assert [each["name"] for each in deal["stage"]["pipeline"]["stages"]] == ["New", "Proposal", "Won", "Lost"]
    assert deal["contact"]["company"]["name"] == "Northwind Traders"
    assert len(deal["contact"]["company"]["contacts"]["nodes"]) == 2
    found = deal["contact"]["deals"]
    assert (found["totalCount"], found["nodes"][0]["contact"]["firstName"]) == (1, "Ada")
    await data(world, f'mutation {{ deleteDeal(id: "{found["nodes"][0]["id"]}") {{ id }} }}')


async def test_each_payload_shows_what_the_mutations_before_it_left(world: World) -> None:
    document = f"""mutation {{
        one: updateCompany(id: "{NORTHWIND}", input: {{industry: "first"}}) {{ company {{ industry }} }}
        read: updateContact(id: "{ADA}", input: {{source: "x"}}) {{ contact {{ company {{ industry }} }} }}
        two: updateCompany(id: "{NORTHWIND}", input: {{industry: "second"}}) {{ company {{ industry }} }}
        again: updateContact(id: "{ADA}", input: {{source: "y"}}) {{ contact {{ company {{ industry }} }} }}
    }}"""
    answer = await data(world, document)
    assert answer["read"]["contact"]["company"]["industry"] == "first"
    assert answer["again"]["contact"]["company"]["industry"] == "second"


async def test_what_the_writer_may_not_see_is_null_without_an_error(world: World) -> None:
    document = """mutation {
        createContact(input: {email: "given@example.com", ownerId: "%s"}) {
            contact { id owner { id } company { id } deals { nodes { id } } }
        }
    }"""
    contact = (await data(world, document % COLLEAGUE, who="rep"))["createContact"]["contact"]
    assert (contact["owner"], contact["company"], contact["deals"]) == ({"id": COLLEAGUE}, None, {"nodes": []})
    read = (await ask(world, f'{{ contact(id: "{contact["id"]}") {{ id }} }}', who="rep")).json()
    assert read["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    await data(world, f'mutation {{ deleteContact(id: "{contact["id"]}") {{ id }} }}')


async def test_if_match_lets_one_version_through(world: World) -> None:
    made = (await data(world, CREATE + " { contact { id etag } } }", {"input": EMAIL}))["createContact"]["contact"]
    document = """mutation($id: ID!, $match: String) {
        updateContact(id: $id, ifMatch: $match, input: {jobTitle: "x"}) { contact { etag } }
        addContactTags(id: $id, ifMatch: $match, input: {tags: ["x"]}) { contact { etag tags } }
        deleteContact(id: $id, ifMatch: $match) { id }
    }"""
    answer = (await ask(world, document, {"id": made["id"], "match": made["etag"]})).json()
    assert answer["data"]["updateContact"]["contact"]["etag"] != made["etag"]
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["PRECONDITION_FAILED"] * 2
    assert [each["extensions"]["problem"]["status"] for each in answer["errors"]] == [412, 412]
    gone = await data(world, document, {"id": made["id"], "match": "*"})
    assert gone["deleteContact"]["id"] == made["id"]


async def test_the_header_is_the_key_of_one_mutation(world: World) -> None:
    document = CREATE + " { contact { id } } }"
    made = await ask(world, document, {"input": EMAIL}, idempotency_key="header")
    again = await ask(world, document, {"input": EMAIL}, idempotency_key='"header"')
    as_argument = await ask(world, document, {"input": EMAIL, "key": "header"})
    assert made.json()["data"] == again.json()["data"] == as_argument.json()["data"]
    assert "idempotent-replayed" not in made.headers
    assert {each.headers["idempotent-replayed"] for each in (again, as_argument)} == {"true"}


async def test_an_argument_is_said_before_the_header(world: World) -> None:
    document = CREATE + " { contact { id } } }"
    one = await ask(world, document, {"input": EMAIL, "key": "said"}, idempotency_key="ignored")
    other = await ask(world, document, {"input": EMAIL}, idempotency_key="ignored")
    assert one.json()["data"] != other.json()["data"]
    assert "idempotent-replayed" not in other.headers


async def test_the_header_does_for_no_more_than_one_field(world: World) -> None:
    document = """mutation($skip: Boolean!) {
        one: createContact(input: {email: "several@example.com"}) { contact { id } }
        two: createContact(input: {email: "several@example.com"}) @skip(if: $skip) { contact { id } }
    }"""
    refused = await ask(world, document, {"skip": False}, idempotency_key="several")
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
    assert refused.json()["type"].endswith("/bad-request")
    assert await total(world, "several") == 0
    assert "errors" not in (await ask(world, document, {"skip": True}, idempotency_key="several")).json()
    assert await total(world, "several") == 1


async def test_every_field_may_have_a_key_of_its_own(world: World) -> None:
    document = """mutation {
        one: createContact(input: {email: "own@example.com"}, idempotencyKey: "own 1") { contact { id } }
        two: createContact(input: {email: "own@example.com"}, idempotencyKey: "own 2") { contact { id } }
        three: createContact(input: {email: "own@example.com"}, idempotencyKey: "own 1") { contact { id } }
        company: createCompany(input: {name: "Own"}, idempotencyKey: "own 1") { company { id } }
    }"""
    first = await data(world, document)
    assert first["one"] == first["three"] != first["two"]
    assert await data(world, document) == first
    assert await total(world, "own") == 2


async def test_a_key_of_the_wrong_length_fails_its_field_alone(world: World) -> None:
    document = """mutation($key: String) {
        one: createContact(input: {email: "length@example.com"}, idempotencyKey: $key) { contact { id } }
        two: createContact(input: {email: "length@example.com"}) { contact { id } }
    }"""
    for number, key in enumerate(("", "x" * 256), 1):
        answer = (await ask(world, document, {"key": key})).json()
        assert [(each["path"], each["extensions"]["code"]) for each in answer["errors"]] == [(["one"], "BAD_REQUEST")]
        assert (answer["data"]["one"], await total(world, "length")) == (None, number)
    refused = await ask(world, CREATE + " { contact { id } } }", {"input": EMAIL}, idempotency_key="x" * 256)
    assert refused.status_code == 400


async def test_a_replay_shows_whatever_is_asked_of_it(world: World) -> None:
    full = {
        **EMAIL, "companyId": NORTHWIND, "dateOfBirth": "1990-02-28", "tags": ["a"], "ownerId": REP,
        "address": {"city": "Bern"}, "customFields": {"score": 4.5, "since": "2026-01-31"},
        "lifecycleStage": "CUSTOMER",
    }  # fmt: skip
    shown = """ { contact {
        id createdAt dateOfBirth tags address { city country } customFields lifecycleStage etag leadScore
        company { name } owner { name }
    } } }"""
    first = await data(world, CREATE + shown, {"input": full, "key": "shown"})
    await data(world, f'mutation {{ deleteContact(id: "{first["createContact"]["contact"]["id"]}") {{ id }} }}')
    again = await ask(world, CREATE + shown, {"input": full, "key": "shown"})
    assert (again.json()["data"], again.headers["idempotent-replayed"]) == (first, "true")
    rest = await world.ask(
        "admin", "POST", "/v1/contacts",
        {"email": "new@example.com", "company_id": NORTHWIND, "date_of_birth": "1990-02-28", "tags": ["a"],
         "owner_id": REP, "address": {"city": "Bern"}, "custom_fields": {"score": 4.5, "since": "2026-01-31"},
         "lifecycle_stage": "customer"},
        headers={"Idempotency-Key": "shown"},
    )  # fmt: skip
    assert (rest.status_code, rest.headers["idempotent-replayed"]) == (201, "true")
    assert rest.json()["id"] == first["createContact"]["contact"]["id"]


async def test_a_key_used_for_something_else_is_told_at_its_argument(world: World) -> None:
    await ask(world, CREATE + " { contact { id } } }", {"input": EMAIL, "key": "else"})
    answer = (
        await ask(world, CREATE + " { contact { id } } }", {"input": {"email": "else@x.co"}, "key": "else"})
    ).json()
    problem = answer["errors"][0]["extensions"]["problem"]
    assert (problem["status"], problem["errors"][0]["field"]) == (422, "idempotencyKey")


async def test_null_clears_and_what_is_not_sent_stays(world: World) -> None:
    document = """mutation($id: ID!, $input: UpdateContactInput!) {
        updateContact(id: $id, input: $input) { contact { jobTitle source address { city line1 } customFields } }
    }"""
    made = await data(
        world,
        CREATE + " { contact { id } } }",
        {"input": {**EMAIL, "jobTitle": "CTO", "source": "web", "address": {"city": "Bern"}}},
    )
    given = {"id": made["createContact"]["contact"]["id"], "input": {"jobTitle": None, "address": {"line1": "1"}}}
    changed = (await data(world, document, given))["updateContact"]["contact"]
    assert (changed["jobTitle"], changed["source"]) == (None, "web")
    assert changed["address"] == {"city": "Bern", "line1": "1"}
    unset = """mutation($id: ID!, $title: String, $source: String) {
        updateContact(id: $id, input: {jobTitle: $title, source: $source}) { contact { jobTitle source } }
    }"""
    changed = (await data(world, unset, {"id": given["id"], "title": "CEO"}))["updateContact"]["contact"]
    assert changed == {"jobTitle": "CEO", "source": "web"}, "a variable that is not given is no null"
    changed = (await data(world, unset, {"id": given["id"], "source": None}))["updateContact"]["contact"]
    assert changed == {"jobTitle": "CEO", "source": None}


async def test_a_refused_document_runs_none_of_its_mutations(world: World) -> None:
    before = await total(world, "")
    for who, extra in (("writer", "contact { id deals { totalCount } }"), ("viewer", "contact { id }")):
        document = f"""mutation {{
            one: createContact(input: {{email: "none@example.com"}}) {{ contact {{ id }} }}
            two: createContact(input: {{email: "none@example.com"}}) {{ {extra} }}
        }}"""
        refused = await ask(world, document, who=who)
        assert "data" not in refused.json()
        assert {each["extensions"]["code"] for each in refused.json()["errors"]} == {"FORBIDDEN"}
    assert await total(world, "") == before


async def test_a_deal_is_moved_and_its_payload_shows_where_to(world: World) -> None:
    document = """mutation($id: ID!, $stage: ID!) {
        moveDeal(id: $id, input: {stageId: $stage}) {
            deal { status stage { name } activities(first: 1) { nodes { subject type } } }
        }
    }"""
    deal = (await data(world, document, {"id": FLEET, "stage": WON}, who="rep"))["moveDeal"]["deal"]
    assert (deal["status"], deal["stage"]) == ("WON", {"name": "Won"})
    assert deal["activities"]["nodes"] == [{"subject": "Deal moved", "type": "SYSTEM"}]
    back = """mutation($id: ID!) { setDealStatus(id: $id, input: {status: OPEN}) { deal { status } } }"""
    assert (await data(world, back, {"id": FLEET}))["setDealStatus"]["deal"]["status"] == "OPEN"
