"""Every authenticated answer tells how the bucket stands, in both header families; one bucket serves both doors."""

import math
import re
import time

import pytest

from crm.kit.budget import Rate, Window
from gateway.headers import raw
from gateway.rate_limit import written
from tests.fixtures.world import ADA, World, street

FAMILY = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit", "ratelimit-policy")


def test_both_families_say_the_same() -> None:
    headers = written(Rate(1000, 60), Window(1000, 973, 1_800_000_030.25), now=1_800_000_000.0)
    assert headers == [
        raw("X-RateLimit-Limit", "1000"),
        raw("X-RateLimit-Remaining", "973"),
        raw("X-RateLimit-Reset", "1800000031"),
        raw("RateLimit-Policy", '"default";q=1000;w=60'),
        raw("RateLimit", '"default";r=973;t=31'),
    ]


def test_a_window_that_is_over_resets_now() -> None:
    assert raw("RateLimit", '"default";r=0;t=0') in written(Rate(1, 1), Window(1, 0, 5.0), now=9.0)


async def test_what_ran_costs_a_point_and_what_did_not_costs_none(world: World) -> None:
    async with street(world.database, world.tokens, rate_limit="20/60s") as poor:
        left = []
        for method, path, options, status in (
            ("GET", "/v1/me", {}, 200),
            ("GET", "/v1/nowhere", {}, 404),
            ("PUT", "/v1/me", {}, 405),
            ("GET", "/v1/me", {"version": None}, 400),
            ("GET", f"/v1/contacts/{ADA}?include=company,owner", {}, 200),
            ("POST", "/v1/contacts/search", {"body": {"limit": 0}}, 422),
            ("GET", "/v1/contacts/con_x", {}, 404),
        ):
            response = await poor.ask("admin", method, path, **options)
            assert response.status_code == status
            assert all(name in response.headers for name in FAMILY)
            left.append(int(response.headers["x-ratelimit-remaining"]))
        assert left == [19, 19, 19, 19, 18, 17, 16]


async def test_a_token_that_has_spent_its_points_is_told_when_to_come_back(world: World) -> None:
    async with street(world.database, world.tokens, rate_limit="2/60s") as poor:
        before = time.time()
        for _ in range(2):
            assert (await poor.ask("rep", "GET", "/v1/me")).status_code == 200
        refused = await poor.ask("rep", "GET", "/v1/me")
        assert refused.status_code == 429
        assert refused.json()["type"].endswith("/rate-limited")
        wait, reset = int(refused.headers["retry-after"]), int(refused.headers["x-ratelimit-reset"])
        assert 59 <= wait <= 61
        assert before + 59 <= reset <= math.ceil(time.time()) + 60
        assert refused.headers["x-ratelimit-remaining"] == "0"
        assert re.fullmatch(r'"default";r=0;t=\d+', refused.headers["ratelimit"])
        assert refused.headers["ratelimit-policy"] == '"default";q=2;w=60'
        assert (await poor.ask("admin", "GET", "/v1/me")).status_code == 200, "the budget is each token's own"


@pytest.mark.parametrize("path", ["/healthz", "/v1/versions", "/v1/problems/not-found", "/nowhere", "/v1/me"])
async def test_who_is_not_authenticated_has_no_bucket(world: World, path: str) -> None:
    response = await world.ask(None, "GET", path)
    assert not any(name in response.headers for name in FAMILY)


async def test_both_doors_spend_from_one_bucket(world: World) -> None:
    async with street(world.database, world.tokens, rate_limit="3/60s") as poor:
        rest = await poor.ask("rep", "GET", "/v1/me")
        graphql = await poor.graphql("rep", "{ me { role } }")
        assert graphql.status_code == 200
        remaining = [int(each.headers["x-ratelimit-remaining"]) for each in (rest, graphql)]
        assert remaining == [2, 1]
        await poor.ask("rep", "GET", "/v1/me")
        refused = await poor.graphql("rep", "{ me { role } }")
        assert refused.status_code == 429
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["instance"] == "/graphql"
