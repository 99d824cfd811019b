"""A body is read whole, in time, as JSON, or refused with the right status."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from crm.kit.errors import CrmError
from rest_adapter.body import MAX_BYTES, read_object

JSON = {"content-type": "application/json"}


def request(chunks: Sequence[bytes], headers: Mapping[str, str] = JSON, *, hang: bool = False) -> Request:
    """A POST whose body arrives in chunks; one that hangs never ends."""
    messages: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if not hang:
        messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": raw}, receive)


async def refusal(asked: Request, **options: Any) -> tuple[int, str]:
    with pytest.raises(CrmError) as caught:
        await read_object(asked, **options)
    return caught.value.kind.status, caught.value.detail


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "Application/JSON ; charset=UTF-8", 'application/json;charset="utf-8"', "application/ld+json"],
)
async def test_json_by_any_of_its_names_is_read(media_type: str) -> None:
    assert await read_object(request([b'{"a":', b"1}"], {"content-type": media_type})) == {"a": 1}


@pytest.mark.parametrize("chunks", [[], [b""], [b" \r\n"]])
async def test_an_empty_body_is_an_empty_object(chunks: list[bytes]) -> None:
    assert await read_object(request(chunks)) == {}


async def test_no_body_needs_no_media_type() -> None:
    assert await read_object(request([], {"content-type": "text/plain"})) == {}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/json"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
async def test_what_is_not_json_is_415(headers: dict[str, str]) -> None:
    assert (await refusal(request([b"{}"], headers)))[0] == 415


@pytest.mark.parametrize("body", [b"[]", b"null", b"123", b'"a"', b"{", b"\xff", b'{"a":NaN}', b'{"a":1,"a":1}'])
async def test_what_is_no_object_is_400(body: bytes) -> None:
    assert (await refusal(request([body])))[0] == 400


async def test_a_body_over_the_limit_is_413_without_being_read_to_its_end() -> None:
    chunk = b" " * 100_000
    endless = request([chunk] * 11, hang=True)
    assert (await refusal(endless))[0] == 413


async def test_a_stated_length_over_the_limit_is_413_at_once() -> None:
    stated = request([], hang=True, headers={**JSON, "content-length": str(MAX_BYTES + 1)})
    assert (await refusal(stated))[0] == 413


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    body = b'{"a":"' + b"x" * (MAX_BYTES - 8) + b'"}'
    assert len(body) == MAX_BYTES
    assert len((await read_object(request([body])))["a"]) == MAX_BYTES - 8


async def test_a_body_that_does_not_end_is_given_up() -> None:
    status, detail = await refusal(request([b"{"], hang=True), seconds=0.05)
    assert status == 400
    assert "0.05 seconds" in detail


async def test_a_client_that_goes_away_is_no_failure_of_ours() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    gone = Request({"type": "http", "method": "POST", "headers": []}, receive)
    assert (await refusal(gone))[0] == 400
