"""The budget at the door: what a request costs on arrival, and how the bucket stands on every answer (contract §5).

Both header families are written: `X-RateLimit-*`, and draft-ietf-httpapi-ratelimit-headers' `RateLimit` pair.
"""

import math
import time

from starlette.types import ASGIApp, Receive, Scope, Send

from crm.call import Call
from crm.kit.budget import Rate, Window
from gateway.headers import RawHeaders, on_start, raw


class RateLimit:
    """Charges a request's points before it goes further in. Raises TooMany."""

    def __init__(self, app: ASGIApp, *, points: int = 1) -> None:
        self.app = app
        self._points = points

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["state"]["call"]
        await call.budget.charge(self._points)
        await self.app(scope, receive, send)


class RateLimitHeaders:
    """Tells every authenticated caller how its bucket stands; an answer that cost nothing only looks."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def change(headers: RawHeaders) -> None:
            call: Call | None = scope["state"].get("call")
            if call is None:
                return
            if call.budget.window is None:
                await call.budget.look()
            if call.budget.window is not None:
                headers += written(call.budget.rate, call.budget.window, time.time())

        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        return await self.app(scope, receive, on_start(send, change))


def written(rate: Rate, window: Window, now: float) -> RawHeaders:
    """Both header families for a bucket as it stands."""
    seconds = max(0, math.ceil(window.reset - now))
    return [
        raw("X-RateLimit-Limit", str(window.limit)),
        raw("X-RateLimit-Remaining", str(window.remaining)),
        raw("X-RateLimit-Reset", str(math.ceil(window.reset))),
        raw("RateLimit-Policy", f'"default";q={rate.points};w={rate.seconds}'),
        raw("RateLimit", f'"default";r={window.remaining};t={seconds}'),
    ]
