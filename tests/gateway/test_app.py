"""The application as the settings describe it: opened with its lifespan, closed with it, complete in between."""

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest

from crm.kit.budget import MemoryBuckets
from crm.kit.errors import Unavailable
from gateway import asgi
from gateway.app import create_app
from gateway.buckets import RedisBuckets
from gateway.house import House
from gateway.settings import Settings
from tests.fixtures import redis
from tests.fixtures.serving import connected, parsed, served


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    program = redis.server()
    if program is None:
        pytest.skip("neither redis-server nor valkey-server is on the PATH")
    with redis.running_redis(program) as url:
        yield url


async def test_it_opens_what_the_settings_name_and_closes_it(database_url: str) -> None:
    app = create_app(Settings(database_url=database_url))
    async with app.router.lifespan_context(app):
        house: House = app.state.house
        assert isinstance(house.buckets, MemoryBuckets)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            assert (await client.get("/readyz")).status_code == 200
            assert (await client.get("/v1/me")).status_code == 401


async def test_cursors_outlive_the_process(database_url: str) -> None:
    keys = []
    for _ in range(2):
        app = create_app(Settings(database_url=database_url))
        async with app.router.lifespan_context(app):
            keys.append(vars(app.state.house.backend.cursors))
    assert keys[0] == keys[1]


async def test_budgets_are_shared_where_there_is_a_store(database_url: str, redis_url: str) -> None:
    await redis.ready(redis_url)
    app = create_app(Settings(database_url=database_url, redis_url=redis_url))
    async with app.router.lifespan_context(app):
        assert isinstance(app.state.house.buckets, RedisBuckets)


async def test_it_does_not_start_without_its_database() -> None:
    nowhere = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:9/nothing"))
    with pytest.raises(Unavailable):
        async with nowhere.router.lifespan_context(nowhere):
            pytest.fail("it started")


async def test_it_is_made_from_the_environment(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_DATABASE_URL", database_url)
    monkeypatch.setenv("GATEWAY_PROBLEM_BASE", "https://example.com/problems")
    monkeypatch.setattr("gateway.logs.configure", lambda _: None)
    async with served(asgi.create(), lifespan="on") as port:
        async with connected(port) as client:
            await client.say(b"GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            status, _, body = parsed(await client.rest())
            assert (status, json.loads(body)["type"]) == (401, "https://example.com/problems/unauthorized")
        async with connected(port) as client:
            await client.say(b"nonsense\r\n\r\n")
            status, _, body = parsed(await client.rest())
            assert (status, json.loads(body)["type"]) == (400, "https://example.com/problems/bad-request")


async def test_requests_that_run_together_do_not_mix(database_url: str) -> None:
    app = create_app(Settings(database_url=database_url))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            paths = [f"/v1/{number}" for number in range(50)]
            answers = await asyncio.gather(*(client.get(path) for path in paths))
    assert [each.json()["instance"] for each in answers] == paths
    assert len({each.headers["x-trace-id"] for each in answers}) == 50
