"""Whatever is raised inside becomes a problem (contract §4). What nobody foresaw is a 500 that says nothing of the
inside, logged once under its trace id.
"""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm.kit import problems
from crm.kit.errors import CrmError, Malformed, NotFound, Refused, Unavailable
from gateway.logs import logger
from rest_adapter.paths import quoted
from rest_adapter.problems import answer
from rest_adapter.router import refused_method

log = logger("gateway")


class Problems:
    """`base` is the address of the problem pages; `metadata` gives, for a path, the address of what tells a client
    where its tokens come from.
    """

    def __init__(self, app: ASGIApp, *, base: str, metadata: Callable[[str], str] | None = None) -> None:
        self.app = app
        self._base = base
        self._metadata = metadata

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = False

        async def watching(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            return await self.app(scope, receive, watching)
        except CrmError as error:
            told = error
            if isinstance(error, Unavailable):
                log.warning("unavailable", detail=error.detail, cause=repr(error.__cause__))
        except Exception:
            log.exception("unexpected", path=quoted(scope["path"]), method=scope["method"])
            told = Refused(problems.SERVER_ERROR, "Something went wrong on our side.")
        if begun:
            # Half a response has gone and no other can follow it: returning now makes the server close the connection.
            return None
        return await self._answer(told, scope)(scope, receive, send)

    def _answer(self, error: CrmError, scope: Scope) -> ASGIApp:
        path = scope["path"]
        metadata = self._metadata(path) if self._metadata else None
        trace_id = scope["state"]["trace_id"]
        return answer(error, base=self._base, instance=quoted(path), trace_id=trace_id, metadata=metadata)


async def raised(_: Request, fault: Exception) -> Response:
    """What Starlette's routing says of a path or a method, said in our words: an exception handler that raises."""
    assert isinstance(fault, HTTPException)  # noqa: S101  it is registered for nothing else
    if fault.status_code == problems.NOT_FOUND.status:
        raise NotFound("There is no such path.") from None
    if fault.status_code == problems.METHOD_NOT_ALLOWED.status:
        allowed = (fault.headers or {}).get("Allow", "")
        raise refused_method(", ".join(sorted(allowed.split(", ")))) from None
    raise Malformed("The request could not be read.") from fault
