"""Browsers of other origins: nothing unless an allow-list names them (contract §1)."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.headers import RawHeaders, on_start, raw
from rest_adapter.answer import Answer

METHODS = "GET, HEAD, POST, PATCH, DELETE"
REQUEST_HEADERS = (
    "Accept", "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Version", "X-Plan",
    "traceparent", "tracestate",
)  # fmt: skip
RESPONSE_HEADERS = (
    "Allow", "ETag", "Idempotent-Replayed", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Version",
    "WWW-Authenticate", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Trace-Id",
)  # fmt: skip
_REMEMBERED_SECONDS = 600


class Cors:
    """`origins` are the allowed ones, exactly as browsers write them; `*` is any. Credentials are never asked for:
    tokens come in a header that a page must set itself.
    """

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        self.app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._origins:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        allowed = self._allowed(headers.get("origin"))
        if allowed and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            return await Answer(204, headers=_preflight(allowed))(scope, receive, send)

        async def change(response: RawHeaders) -> None:
            response.append(raw("Vary", "Origin"))
            if allowed:
                response.append(raw("Access-Control-Allow-Origin", allowed))
                response.append(raw("Access-Control-Expose-Headers", ", ".join(RESPONSE_HEADERS)))

        return await self.app(scope, receive, on_start(send, change))

    def _allowed(self, origin: str | None) -> str | None:
        """What to answer an origin: itself, `*` where any will do, nothing where it is not on the list."""
        if origin is None:
            return None
        if "*" in self._origins:
            return "*"
        return origin if origin in self._origins else None


def _preflight(allowed: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Access-Control-Allow-Origin", allowed),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", ", ".join(REQUEST_HEADERS)),
        ("Access-Control-Max-Age", str(_REMEMBERED_SECONDS)),
        ("Vary", "Origin"),
    )
