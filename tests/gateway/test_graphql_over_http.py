"""GraphQL over HTTP: methods, media types, statuses, and what a request must say (the specification's own audit
stands beside this one; here is what this API decides besides).
"""

import json
from typing import Any

import pytest

from tests.fixtures.world import ADA, World

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
ME = "{ me { role } }"
TWO = "query A { me { role } } query B { me { scopes } }"
DELETE = f'mutation {{ deleteContact(id: "{ADA}") {{ id }} }}'
LENGTHY = """{ contacts(first: 100) { nodes {
    deals(first: 100) { nodes { contact { deals(first: 100) { nodes { id } } } } }
} } }"""


async def answered(world: World, body: Any, accept: str, who: str = "admin") -> tuple[int, str, dict[str, Any]]:
    response = await world.ask(who, "POST", "/graphql", body, headers={"Accept": accept})
    return response.status_code, response.headers["content-type"].partition(";")[0], response.json()


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        ("*/*", JSON),
        ("text/html", JSON),
        ("image/png;q=0", JSON),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
    ],
)
async def test_the_media_type_is_the_client_s_choice_and_never_refused(world: World, accept: str, given: str) -> None:
    assert (await answered(world, {"query": ME}, accept))[:2] == (200, given)


@pytest.mark.parametrize(
    ("query", "who", "status", "code"),
    [
        ("{", "admin", 400, "GRAPHQL_PARSE"),
        ("{ nothing }", "admin", 400, "GRAPHQL_VALIDATION"),
        (TWO, "admin", 400, "GRAPHQL_VALIDATION"),
        ("fragment A on Query { me { role } }", "admin", 400, "GRAPHQL_VALIDATION"),
        ("query($first: Int!) { contacts(first: $first) { totalCount } }", "admin", 400, "GRAPHQL_VALIDATION"),
        ("query($x: Boolean = true) { me { role @skip(if: $x) } }", "admin", 400, "GRAPHQL_VALIDATION"),
        ("{ contacts(first: 101) { totalCount } }", "admin", 422, "VALIDATION"),
        (LENGTHY, "admin", 422, "QUERY_TOO_COSTLY"),
        ("{ deals { totalCount } }", "contacts_only", 403, "FORBIDDEN"),
    ],
)
async def test_what_cannot_run_has_no_data(world: World, query: str, who: str, status: int, code: str) -> None:
    body = {"query": query, "variables": {"x": None}}
    for accept, expected in ((RESPONSE, status), (JSON, 200)):
        got, media, answer = await answered(world, body, accept, who)
        assert (got, media) == (expected, accept)
        assert "data" not in answer
        error = answer["errors"][0]
        assert error["extensions"]["code"] == code
        assert error["extensions"]["problem"]["status"] == status


async def test_a_failure_while_running_is_200_with_what_there_is(world: World) -> None:
    query = '{ me { role } contact(id: "con_000000000000000000000999") { id } }'
    status, _, answer = await answered(world, {"query": query}, RESPONSE)
    assert status == 200
    assert answer["data"] == {"me": {"role": "admin"}, "contact": None}
    assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_an_operation_is_named_where_there_are_several(world: World) -> None:
    for name, expected in (("A", {"me": {"role": "admin"}}), (None, None), ("", None), ("C", None)):
        body = {"query": TWO, "operationName": name}
        assert (await answered(world, body, JSON))[2].get("data") == expected


async def test_queries_may_be_got(world: World) -> None:
    query = {"query": "query($first: Int) { contacts(first: $first) { nodes { id } } }", "variables": '{"first": 2}'}
    response = await world.ask("admin", "GET", "/graphql", params=query)
    assert len(response.json()["data"]["contacts"]["nodes"]) == 2


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_mutations_may_not(world: World, accept: str) -> None:
    response = await world.ask("admin", "GET", "/graphql", params={"query": DELETE}, headers={"Accept": accept})
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert (await world.ask("admin", "GET", f"/v1/contacts/{ADA}")).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(world: World, method: str) -> None:
    response = await world.ask("admin", method, "/graphql", {"query": ME})
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("raw", "media", "status"),
    [
        (b"{ me { role } }", "application/graphql", 415),
        (b"query=%7Bme%7D", "application/x-www-form-urlencoded", 415),
        (b"{}", "multipart/form-data; boundary=x", 415),
        (b"{}", "text/plain", 415),
        (json.dumps({"query": ME}).encode("utf-16"), "application/json; charset=utf-16", 415),
        (b"", JSON, 400),
        (b"[]", JSON, 400),
        (b"123", JSON, 400),
        (b"null", JSON, 400),
        (b'[{"query": "{ me { role } }"}]', JSON, 400),
        (b'{"query": 1}', JSON, 400),
        (b'{"query": null}', JSON, 400),
        (b'{"query": "{ me { role } }", "variables": []}', JSON, 400),
        (b'{"query": "{ me { role } }", "variables": "{}"}', JSON, 400),
        (b'{"query": "{ me { role } }", "operationName": 1}', JSON, 400),
        (b'{"query": "{ me { role } }", "extensions": 1}', JSON, 400),
    ],
)
async def test_what_is_no_request_is_a_plain_problem(world: World, raw: bytes, media: str, status: int) -> None:
    response = await world.ask("admin", "POST", "/graphql", content=raw, headers={"Content-Type": media})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("variables", ["[]", "{", "1", '{"a": NaN}', '{"a": 1, "a": 2}'])
async def test_variables_of_a_query_string_are_read_as_strictly(world: World, variables: str) -> None:
    response = await world.ask("admin", "GET", "/graphql", params={"query": ME, "variables": variables})
    assert response.status_code == 400


async def test_members_nobody_knows_are_let_be(world: World) -> None:
    status, _, answer = await answered(world, {"query": ME, "id": 1, "extensions": {"mine": 1}}, JSON)
    assert (status, answer["data"]) == (200, {"me": {"role": "admin"}})
