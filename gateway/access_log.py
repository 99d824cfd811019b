"""One line for each request: what was asked, what was answered, by whom, how long it took. Never a query, a body or a
header: tokens and people's data live there.
"""

import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm.call import Call
from gateway.logs import logger
from rest_adapter.paths import quoted

_LONGEST_PATH = 1_000

log = logger("access")


class AccessLog:
    """Logs when the response has gone, or could not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        status: int | None = None
        began = time.perf_counter()

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            return await self.app(scope, receive, watching)
        finally:
            milliseconds = round((time.perf_counter() - began) * 1000, 2)
            log.info("request", **_asked(scope), status=status, ms=milliseconds, **_caller(scope))


def _asked(scope: Scope) -> dict[str, Any]:
    return {
        "method": scope["method"],
        "path": quoted(scope["path"][:_LONGEST_PATH]),
        "trace_id": scope["state"]["trace_id"],
    }


def _caller(scope: Scope) -> dict[str, str]:
    """Whose request it was, once that is known."""
    call: Call | None = scope["state"].get("call")
    if call is None:
        return {}
    principal = call.principal
    return {"business_id": principal.business_id, "user_id": principal.user_id, "token_id": principal.bucket}
