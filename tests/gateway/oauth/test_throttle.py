"""How often something may be tried: counted, forgiven, shared where there is a store, never open for want of one."""

import asyncio
from pathlib import Path

import pytest
from starlette.requests import Request
from structlog.testing import capture_logs

from gateway.oauth.throttle import Limit, Throttle, address
from tests.fixtures.redis import ready, running_redis
from tests.fixtures.redis import server as redis_server

LIMIT = Limit("test", 3, 60)


async def test_the_last_that_is_too_many_is_told_to_wait() -> None:
    throttle = Throttle()
    waits = [await throttle.take(LIMIT, "ada") for _ in range(4)]
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] <= 60
    assert await throttle.take(LIMIT, "bob") == 0
    assert await throttle.take(Limit("other", 3, 60), "ada") == 0


async def test_tries_at_once_are_counted_each() -> None:
    throttle = Throttle()
    waits = await asyncio.gather(*(throttle.take(LIMIT, "ada") for _ in range(20)))
    assert waits.count(0) == 3


async def test_what_is_forgiven_is_forgotten() -> None:
    throttle = Throttle()
    for _ in range(3):
        await throttle.take(LIMIT, "ada")
    await throttle.forgive(LIMIT, "ada")
    assert await throttle.take(LIMIT, "ada") == 0


@pytest.mark.skipif(redis_server() is None, reason="there is no redis-server on this machine")
async def test_processes_count_together_where_they_share_a_store() -> None:
    with running_redis(str(redis_server())) as url:
        await ready(url)
        one, other = Throttle(url), Throttle(url)
        waits = [await each.take(LIMIT, "ada") for each in (one, other, one, other)]
        assert waits[:3] == [0, 0, 0]
        assert waits[3] > 0
        await one.forgive(LIMIT, "ada")
        assert await other.take(LIMIT, "ada") == 0
        await one.close()
        await other.close()


async def test_without_its_store_a_process_counts_alone(tmp_path: Path) -> None:
    throttle = Throttle(f"unix://{tmp_path / 'nothing.sock'}")
    with capture_logs() as logs:
        waits = [await throttle.take(LIMIT, "ada@test.example") for _ in range(4)]
        await throttle.forgive(LIMIT, "ada@test.example")
    assert waits[:3] == [0, 0, 0]
    assert waits[3] > 0
    assert {each["event"] for each in logs} == {"throttle alone: its store does not answer"}
    assert "ada" not in str(logs)
    await throttle.close()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_an_address_is_a_household(host: str | None, expected: str) -> None:
    client = None if host is None else (host, 50_000)
    assert address(Request({"type": "http", "client": client, "headers": []})) == expected
