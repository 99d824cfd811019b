"""Contract §1: 401 → path 404, method 405 → Version 400 → 429 → scope 403 → body 400/413/415 → schema 422 → role 403,
visibility 404. Each request here is wrong in every way from its own to the last, and must hear of the first.
"""

from typing import Any

import pytest

from crm.access.roles import Role, read
from crm.resources import CONTACT
from crm.storage import tenants, tokens
from crm.storage.tokens import Grant
from crm.users import repository as users
from tests.fixtures.world import ADA, ALL_SCOPES, CYD, HOME, NOW, SALES, VERSION, World, id_of, seeded, street

SEARCH = "/v1/contacts/search"
BAD_BODY: dict[str, Any] = {"content": b"{", "headers": {"Content-Type": "application/json"}}
NOT_JSON: dict[str, Any] = {"content": b"{", "headers": {"Content-Type": "text/plain"}}
TOO_LARGE: dict[str, Any] = {"content": b" " * 1_048_577, "headers": {"Content-Type": "application/json"}}


@pytest.mark.parametrize(
    ("who", "method", "path", "version", "options", "expected"),
    [
        (None, "POST", "/v1/nowhere", None, BAD_BODY, "401 unauthorized"),
        (None, "PUT", SEARCH, None, BAD_BODY, "401 unauthorized"),
        ("expired", "POST", SEARCH, None, BAD_BODY, "401 unauthorized"),
        ("revoked", "POST", SEARCH, None, BAD_BODY, "401 unauthorized"),
        ("scopeless", "POST", "/v1/nowhere", None, BAD_BODY, "404 not-found"),
        ("scopeless", "POST", "/v1/contacts/search/", None, BAD_BODY, "404 not-found"),
        ("scopeless", "PUT", SEARCH, None, BAD_BODY, "405 method-not-allowed"),
        ("scopeless", "GET", SEARCH, None, {}, "405 method-not-allowed"),
        ("scopeless", "POST", SEARCH, None, BAD_BODY, "400 bad-request"),
        ("scopeless", "POST", SEARCH, VERSION, BAD_BODY, "403 forbidden"),
        ("admin", "POST", SEARCH, VERSION, BAD_BODY, "400 bad-request"),
        ("admin", "POST", SEARCH, VERSION, NOT_JSON, "415 unsupported-media-type"),
        ("admin", "POST", SEARCH, VERSION, TOO_LARGE, "413 payload-too-large"),
        ("admin", "POST", SEARCH, VERSION, {"json": {"limit": 0}}, "422 validation"),
        ("rep", "GET", f"/v1/contacts/{CYD}?nonsense=1", VERSION, {}, "422 validation"),
        ("rep", "GET", f"/v1/contacts/{CYD}", VERSION, {}, "404 not-found"),
    ],
)
async def test_the_first_thing_wrong_is_what_is_told(
    world: World, who: str | None, method: str, path: str, version: str | None, options: dict[str, Any], expected: str
) -> None:
    response = await world.ask(who, method, path, version=version, **options)
    problem = response.json()
    slug = problem["type"].rpartition("/")[2]
    assert f"{response.status_code} {slug}" == expected
    assert response.headers["content-type"] == "application/problem+json"
    assert (problem["status"], problem["instance"]) == (response.status_code, path.partition("?")[0])
    assert problem["trace_id"] == response.headers["x-trace-id"]


async def test_a_spent_budget_comes_after_the_version_and_before_the_scope(world: World) -> None:
    async with street(world.database, world.tokens, rate_limit="1/60s") as poor:
        assert (await poor.ask("scopeless", "POST", SEARCH, {})).status_code == 403
        assert (await poor.ask("scopeless", "POST", SEARCH, {}, version=None)).status_code == 400
        assert (await poor.ask("scopeless", "PUT", SEARCH, {})).status_code == 405
        assert (await poor.ask("scopeless", "GET", "/v1/nowhere")).status_code == 404
        assert (await poor.ask("scopeless", "POST", SEARCH, {})).status_code == 429


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", SEARCH, "POST"),
        ("DELETE", "/v1/me", "GET, HEAD"),
        ("OPTIONS", f"/v1/pipelines/{SALES}", "GET, HEAD"),
        ("POST", "/v1/pipelines", "GET, HEAD"),
        ("BREW", "/v1/pipelines/search", "POST"),
        ("POST", "/v1/versions", "GET, HEAD"),
        ("DELETE", "/healthz", "GET, HEAD"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(world: World, method: str, path: str, allow: str) -> None:
    response = await world.ask("admin", method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allow)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/v2/contacts", "/v1x", "/healthz/", "/readyz/x", "/v1/problems/nothing"),
        *("/v1/problems/not-found%0A", "/%00", "/%ff"),
    ],
)
async def test_a_path_that_needs_no_token_and_is_not_there_is_404(world: World, path: str) -> None:
    response = await world.ask(None, "GET", path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/nowhere", "/v1/nowhere%0Aelse", "/v1/problems", "/v1//me"])
async def test_below_v1_an_unknown_path_asks_for_a_token_first(world: World, path: str) -> None:
    assert (await world.ask(None, "GET", path)).status_code == 401
    assert (await world.ask("admin", "GET", path)).status_code == 404


@pytest.mark.parametrize(
    "id",
    [
        *("x", "%00", "%FF%FE", "%0A", "con_", ADA[:-1], f"{ADA}0", ADA.upper(), f"{ADA}%00", f"{ADA}%0A", f"{ADA}%20"),
        *(SALES, "con_0000000000000000000000zz", "con_%D9%A0" + "0" * 22, "a" * 5_000, "..", "%2E%2E", "%2f"),
    ],
)
async def test_what_is_no_id_of_a_contact_is_404(world: World, id: str) -> None:
    response = await world.ask("admin", "GET", f"/v1/contacts/{id}")
    assert response.status_code == 404


async def test_invisible_foreign_and_absent_records_look_the_same(world: World) -> None:
    details = set()
    for who, id in (("rep", CYD), ("admin", id_of(CONTACT, 101)), ("admin", id_of(CONTACT, 999))):
        problem = (await world.ask(who, "GET", f"/v1/contacts/{id}")).json()
        details.add((problem["type"], problem["title"], problem["status"], problem["detail"]))
    assert len(details) == 1


async def test_a_role_that_denies_altogether_is_403_after_the_schema(database_url: str) -> None:
    async with seeded(database_url) as world:
        clerk = Role("clerk", {read(CONTACT): "all"})
        await tenants.set_role(world.database, HOME, clerk)
        values = {"name": "Clerk", "email": "clerk@test.example", "role": "clerk", "team": None}
        user = await users.add(world.database, HOME, values, NOW)
        token = await tokens.create(world.database, HOME, Grant(user, "clerk", ALL_SCOPES), NOW)
        asked: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
        assert (await world.ask(None, "POST", "/v1/deals/search", {"limit": 0}, **asked)).status_code == 422
        refused = await world.ask(None, "POST", "/v1/deals/search", {}, **asked)
        assert refused.status_code == 403
        assert "`deal.read`" in refused.json()["detail"]
        assert "www-authenticate" not in refused.headers, "no other token of the same user would help"
        included = await world.ask(None, "GET", f"/v1/contacts/{ADA}?include=company", **asked)
        assert included.status_code == 403
        assert (await world.ask(None, "GET", f"/v1/contacts/{ADA}", **asked)).status_code == 200
