"""On a real server: a client that dawdles is let go, what is no HTTP is told so, and an answer goes where it should."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from gateway import http_protocol
from tests.fixtures.serving import connected, parsed, served
from tests.fixtures.world import VERSION, World


@pytest_asyncio.fixture(scope="module")
async def port(world: World) -> AsyncIterator[int]:
    async with served(world.app) as number:
        yield number


@pytest.mark.parametrize(
    "sent",
    [b"", b"\r\n", b"GET /healthz HTTP/1.1\r\n", b"GET /healthz HTTP/1.1\r\nHost: x\r\nA: b"],
)
async def test_a_head_that_never_ends_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    async with connected(port) as client:
        await client.say(sent)
        assert await client.rest() == b""


async def test_a_head_that_trickles_has_no_more_time_than_one_that_rests(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.3)
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with connected(port) as client:
        reading = asyncio.create_task(client.rest())
        await client.say(b"GET / HTTP/1.1\r\n")
        while not reading.done():
            client.writer.write(b"A: b\r\n")
            await asyncio.sleep(0.05)
        reading.exception()
    assert loop.time() - began < 2


async def test_a_body_that_never_ends_is_not_waited_for(
    world: World, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "MESSAGE_SECONDS", 0.3)
    head = (
        f"POST /v1/contacts/search HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.tokens['rep']}\r\n"
        f"Version: {VERSION}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    )
    async with connected(port) as client:
        await client.say(head.encode())
        assert await client.rest() == b""


async def test_a_quick_client_keeps_its_connection(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(http_protocol, "MESSAGE_SECONDS", 0.3)
    async with connected(port) as client:
        for _ in range(3):
            await client.say(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            async with asyncio.timeout(2):
                head = await client.reader.readuntil(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200")
                assert await client.reader.readexactly(15) == b'{"status":"ok"}'
            await asyncio.sleep(0.4)


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad header\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
async def test_what_is_no_http_is_a_problem_too(port: int, sent: bytes) -> None:
    async with connected(port) as client:
        await client.say(sent)
        status, headers, body = parsed(await client.rest())
    problem = json.loads(body)
    assert (status, headers["content-type"]) == (400, "application/problem+json")
    assert (problem["status"], problem["trace_id"]) == (400, headers["x-trace-id"])
    assert headers["connection"] == "close"


async def test_a_body_that_is_too_large_ends_the_connection(world: World, port: int) -> None:
    head = (
        f"POST /v1/contacts/search HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.tokens['rep']}\r\n"
        f"Version: {VERSION}\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n"
    )
    async with connected(port) as client:
        await client.say(head.encode())
        status, headers, _ = parsed(await client.rest())
    assert (status, headers["connection"]) == (413, "close")


async def test_head_has_no_body_on_the_wire(port: int) -> None:
    async with connected(port) as client:
        await client.say(b"HEAD /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        status, headers, body = parsed(await client.rest())
    assert (status, body) == (404, b"")
    assert int(headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path", ["/v1/contacts/%00", "/v1/contacts/%ff%fe", "/v1/contacts/con_%0a", "//v1//me", "/v1/%2e%2e/"]
)
async def test_odd_paths_reach_the_street_and_are_404(world: World, port: int, path: str) -> None:
    async with connected(port) as client:
        await client.say(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nVersion: {VERSION}\r\n"
            f"Authorization: Bearer {world.tokens['rep']}\r\n\r\n".encode()
        )
        status, headers, _ = parsed(await client.rest())
    assert (status, headers["content-type"]) == (404, "application/problem+json")
