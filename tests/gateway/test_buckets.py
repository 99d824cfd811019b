"""Both kinds of buckets keep the same books: exact under any concurrency, and refunded only into their own window."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from crm.kit.budget import Buckets, Budget, MemoryBuckets, Rate, Window
from crm.kit.errors import TooMany
from gateway.buckets import RedisBuckets
from tests.fixtures import redis

RATE = Rate(points=10, seconds=60)
SHORT = Rate(points=10, seconds=1)
PATIENT = 10.0


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    program = redis.server()
    if program is None:
        pytest.skip("neither redis-server nor valkey-server is on the PATH")
    with redis.running_redis(program) as url:
        yield url


@pytest_asyncio.fixture(params=["memory", "redis"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Buckets, Buckets]]:
    """Buckets with a long window, and with one of a second."""
    if request.param == "memory":
        yield MemoryBuckets(RATE), MemoryBuckets(SHORT)
        return
    url = request.getfixturevalue("redis_url")
    await redis.ready(url)
    long, short = RedisBuckets(url, RATE, seconds=PATIENT), RedisBuckets(url, SHORT, seconds=PATIENT)
    yield long, short
    assert (long.failures, short.failures) == (0, 0)
    await long.close()
    await short.close()


@pytest.fixture
def buckets(kept: tuple[Buckets, Buckets]) -> Buckets:
    return kept[0]


@pytest.fixture
def fleeting(kept: tuple[Buckets, Buckets]) -> Buckets:
    return kept[1]


@pytest.fixture
def key() -> str:
    return uuid4().hex


async def test_points_are_taken_until_there_are_no_more(buckets: Buckets, key: str) -> None:
    first = await buckets.charge(key, 7)
    assert (first.limit, first.remaining, first.granted) == (10, 3, True)
    refused = await buckets.charge(key, 4)
    assert (refused.remaining, refused.granted) == (3, False)
    last = await buckets.charge(key, 3)
    assert (last.remaining, last.granted, last.reset) == (0, True, first.reset)


async def test_buckets_do_not_share(buckets: Buckets, key: str) -> None:
    await buckets.charge(key, 10)
    assert (await buckets.charge(f"{key}+", 10)).granted


async def test_looking_takes_nothing_and_begins_no_window(fleeting: Buckets, key: str) -> None:
    assert (await fleeting.charge(key, 0)).remaining == 10
    looked = await fleeting.charge(key, 0)
    await asyncio.sleep(0.3)
    assert (await fleeting.charge(key, 1)).reset > looked.reset


async def test_a_thousand_at_once_are_counted_exactly(buckets: Buckets, key: str) -> None:
    windows = await asyncio.gather(*(buckets.charge(key, 1) for _ in range(1_000)))
    assert sorted(each.remaining for each in windows if each.granted) == list(range(10))


async def test_what_was_not_used_goes_back(buckets: Buckets, key: str) -> None:
    window = await buckets.charge(key, 8)
    assert (await buckets.refund(key, 5, window)).remaining == 7
    assert (await buckets.charge(key, 0)).remaining == 7


async def test_no_more_goes_back_than_was_taken(buckets: Buckets, key: str) -> None:
    window = await buckets.charge(key, 2)
    assert (await buckets.refund(key, 50, window)).remaining == 10


async def test_a_window_ends_and_a_later_one_gets_nothing_back(fleeting: Buckets, key: str) -> None:
    old = await fleeting.charge(key, 10)
    await asyncio.sleep(1.1)
    assert (await fleeting.charge(key, 6)).remaining == 4
    await fleeting.refund(key, 10, old)
    assert (await fleeting.charge(key, 0)).remaining == 4


async def test_a_budget_that_is_spent_says_when_to_come_back(buckets: Buckets, key: str) -> None:
    budget = Budget(buckets, key, RATE)
    await budget.charge(10)
    with pytest.raises(TooMany) as caught:
        await budget.charge(1)
    assert 1 <= caught.value.retry_after <= RATE.seconds + 1
    assert "10 points per 60 s" in caught.value.detail


async def test_two_processes_share_one_bucket(redis_url: str, key: str) -> None:
    await redis.ready(redis_url)
    one, other = RedisBuckets(redis_url, RATE, seconds=PATIENT), RedisBuckets(redis_url, RATE, seconds=PATIENT)
    try:
        taken = await one.charge(key, 6)
        assert (await other.charge(key, 1)).remaining == 3
        assert (await other.refund(key, 5, Window(10, 0, taken.reset))).remaining == 8
    finally:
        await one.close()
        await other.close()


async def test_a_store_that_is_down_lets_everyone_through_counted_and_logged(tmp_path: object) -> None:
    down = RedisBuckets(f"unix://{tmp_path}/nobody.sock", RATE)
    try:
        with capture_logs() as logs:
            window = await down.charge("a", 5)
            assert (window.granted, window.remaining) == (True, 10)
            assert (await down.charge("a", 50)).granted
            assert await down.refund("a", 5, window) == window
    finally:
        await down.close()
    assert down.failures == 3
    assert len(logs) == 1, "a store just found dead is left alone for a moment"


async def test_a_store_that_hangs_is_not_waited_for_even_by_a_crowd() -> None:
    held: list[asyncio.StreamWriter] = []
    hanging = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0)
    host, port = hanging.sockets[0].getsockname()
    buckets = RedisBuckets(f"redis://{host}:{port}", RATE)
    try:
        async with asyncio.timeout(5):
            windows = await asyncio.gather(*(buckets.charge("a", 1) for _ in range(200)))
    finally:
        await buckets.close()
        for writer in held:
            writer.close()
        hanging.close()
    assert all(each.granted for each in windows)
    assert buckets.failures == 200


async def test_a_caller_that_goes_away_leaves_the_books_right(redis_url: str, key: str) -> None:
    await redis.ready(redis_url)
    buckets = RedisBuckets(redis_url, Rate(1_000, 60), seconds=PATIENT)
    try:
        gone = [asyncio.ensure_future(buckets.charge(key, 1)) for _ in range(100)]
        await asyncio.sleep(0)
        for each in gone:
            each.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        windows = await asyncio.gather(*(buckets.charge(f"{key}{n}", n) for n in range(100)))
    finally:
        await buckets.close()
    assert [each.remaining for each in windows] == [1_000 - n for n in range(100)]
