"""Finds the binding for a path and a method: 404 and 405 are said here, before anything is charged."""

from collections.abc import Iterable

from starlette.types import ASGIApp, Receive, Scope, Send

from crm.kit import problems
from crm.kit.errors import NotFound, Refused
from rest_adapter.binding import Binding
from rest_adapter.paths import Paths


class Router:
    """Hands the request on with its binding in `scope["state"]`. Raises NotFound or Refused.

    `scope["path_params"]["path"]` is the path below `/v1`, with its slash.
    """

    def __init__(self, app: ASGIApp, bindings: Iterable[Binding]) -> None:
        self.app = app
        self._paths = Paths(bindings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._paths.find(scope["path_params"]["path"])
        if found is None:
            raise NotFound("There is no such path.")
        binding = found.binding(scope["method"])
        if binding is None:
            raise refused_method(found.allow)
        scope["state"]["binding"] = binding
        scope["path_params"] = {"id": found.id}
        await self.app(scope, receive, send)


def refused_method(allow: str) -> Refused:
    """405, with the methods the path does have."""
    return Refused(problems.METHOD_NOT_ALLOWED, f"This path answers {allow}.", headers=(("Allow", allow),))
