"""A request's JSON body: media type, size and time checked while it arrives, then read strictly."""

import asyncio
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive

from crm.kit import problems, strict_json
from crm.kit.errors import Malformed, Refused

MAX_BYTES = 1_048_576
SECONDS = 10.0


async def read_object(request: Request, *, seconds: float = SECONDS) -> dict[str, Any]:
    """The object a body holds; an empty one is an empty object.

    Raises Refused (too large, not JSON, not there in time) or Malformed (unreadable).
    """
    if _length(request.headers) > MAX_BYTES:
        raise _too_large()
    try:
        async with asyncio.timeout(seconds):
            raw = await _received(request.headers, request.receive)
    except TimeoutError:
        detail = f"The body did not arrive within {seconds:g} seconds."
        raise Refused(problems.BAD_REQUEST, detail, headers=_CLOSE) from None
    return strict_json.read_object(raw)


async def _received(headers: Headers, receive: Receive) -> bytes:
    """The whole body. The type is checked with its first byte: a request without a body needs none."""
    parts = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The body ended early.")
        chunk = message.get("body", b"")
        if chunk and not parts:
            _check_type(headers)
        parts += chunk
        if len(parts) > MAX_BYTES:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(parts)


def _length(headers: Headers) -> int:
    stated = headers.get("content-length", "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 20 else 0


def _check_type(headers: Headers) -> None:
    media_type, _, parameters = headers.get("content-type", "").lower().partition(";")
    media_type = media_type.strip()
    json = media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))
    charset = parameters.replace(" ", "").replace('"', "").partition("charset=")[2].partition(";")[0]
    if not json or charset not in ("", "utf-8", "utf8"):
        raise Refused(problems.UNSUPPORTED_MEDIA_TYPE, "The body must be `application/json` in UTF-8.")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(problems.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.")


def _too_large() -> Refused:
    return Refused(problems.PAYLOAD_TOO_LARGE, "The body is larger than 1 MiB.", headers=_CLOSE)


# What is still to come of the body would be read for nothing: the connection ends with the answer.
_CLOSE = (("Connection", "close"),)
