"""Browsers of other origins: nothing, unless the allow-list names them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway.cors import REQUEST_HEADERS, RESPONSE_HEADERS
from tests.fixtures.world import World, street

APP = "https://app.example.com"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,version"}


@pytest_asyncio.fixture
async def listed(world: World) -> AsyncIterator[World]:
    async with street(world.database, world.tokens, cors_origins=f"{APP},http://localhost:5173") as made:
        yield made


def cors(headers: object) -> set[str]:
    return {name for name in dict(headers) if name.startswith("access-control-")}  # type: ignore[call-overload]


async def test_it_is_off_by_default(world: World) -> None:
    asked = await world.ask("rep", "GET", "/v1/me", headers={"Origin": APP})
    preflight = await world.ask(None, "OPTIONS", "/v1/me", headers={"Origin": APP, **PREFLIGHT})
    assert cors(asked.headers) == cors(preflight.headers) == set()
    assert preflight.status_code == 401


@pytest.mark.parametrize("path", ["/v1/me", "/graphql", "/v1/contacts/search", "/nowhere"])
async def test_a_preflight_needs_no_token(listed: World, path: str) -> None:
    response = await listed.ask(None, "OPTIONS", path, version=None, headers={"Origin": APP, **PREFLIGHT})
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == APP
    assert set(response.headers["access-control-allow-headers"].split(", ")) == set(REQUEST_HEADERS)
    assert {"POST", "PATCH", "DELETE"} <= set(response.headers["access-control-allow-methods"].split(", "))
    assert "origin" in response.headers["vary"].lower()
    assert "x-trace-id" in response.headers


@pytest.mark.parametrize(
    ("who", "path", "status"), [("rep", "/v1/me", 200), (None, "/v1/me", 401), ("rep", "/v1/x", 404)]
)
async def test_every_answer_may_be_read_refusals_too(listed: World, who: str | None, path: str, status: int) -> None:
    response = await listed.ask(who, "GET", path, headers={"Origin": APP})
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == APP
    assert set(response.headers["access-control-expose-headers"].split(", ")) == set(RESPONSE_HEADERS)
    assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("origin", ["https://evil.example", f"{APP}.evil.example", APP.upper(), "null", f"{APP}:444"])
async def test_an_origin_that_is_not_on_the_list_gets_nothing(listed: World, origin: str) -> None:
    asked = await listed.ask("rep", "GET", "/v1/me", headers={"Origin": origin})
    preflight = await listed.ask(None, "OPTIONS", "/v1/me", headers={"Origin": origin, **PREFLIGHT})
    assert asked.status_code == 200
    assert cors(asked.headers) == cors(preflight.headers) == set()
    assert "Origin" in asked.headers["vary"], "a cache must not give one origin what another was told"


async def test_a_star_is_any_origin(world: World) -> None:
    async with street(world.database, world.tokens, cors_origins="*") as open_to_all:
        response = await open_to_all.ask("rep", "GET", "/v1/me", headers={"Origin": "https://anyone.example"})
    assert response.headers["access-control-allow-origin"] == "*"


async def test_every_header_of_ours_may_be_read(listed: World) -> None:
    response = await listed.ask("rep", "GET", "/v1/pipelines", headers={"Origin": APP})
    standard = {
        *("cache-control", "content-length", "content-type", "vary", "content-security-policy", "referrer-policy"),
        *("x-content-type-options", *cors(response.headers)),
    }
    assert set(response.headers) - standard <= {name.lower() for name in RESPONSE_HEADERS}
