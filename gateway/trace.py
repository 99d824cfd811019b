"""Names every request: `X-Trace-Id` on each response, in each problem and in each line of the log (contract §1)."""

import re
import secrets
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from gateway.headers import RawHeaders, on_start, raw

# W3C Trace Context §3.2: version, trace id, parent id, flags; versions after 00 may say more after another dash.
_TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?", re.ASCII)
_NEVER = "ff"


class Trace:
    """Puts `trace_id` into `scope["state"]`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        name = trace_id(Headers(scope=scope).getlist("traceparent"))
        scope.setdefault("state", {})["trace_id"] = name

        async def change(headers: RawHeaders) -> None:
            headers.append(raw("X-Trace-Id", name))

        with bound_contextvars(trace_id=name):
            await self.app(scope, receive, on_start(send, change))
        return None


def trace_id(traceparents: Sequence[str]) -> str:
    """The low 64 bits of the caller's trace id where it sent a valid one, else new ones."""
    if len(traceparents) == 1:
        given = _parsed(traceparents[0].strip())
        if given is not None:
            return given
    return secrets.token_hex(8)


def _parsed(text: str) -> str | None:
    match = _TRACEPARENT.fullmatch(text)
    if match is None:
        return None
    version, trace, parent, more = match.groups()
    if version == _NEVER or (version == "00" and more) or not parent.strip("0"):
        return None
    low = trace[16:]
    return low if low.strip("0") else None
