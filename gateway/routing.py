"""A whole subtree of paths as one route. Starlette's Mount redirects, takes WebSockets, and stops at a newline."""

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send


class Below(BaseRoute):
    """Every HTTP path at or below `prefix`; what follows it is `path_params["path"]`."""

    def __init__(self, prefix: str, app: ASGIApp) -> None:
        self.prefix = prefix
        self.app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        rest = path.removeprefix(self.prefix)
        if path == rest or not (rest == "" or rest.startswith("/")):
            return Match.NONE, {}
        return Match.FULL, {"path_params": {"path": rest}}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class Asgi:
    """An ASGI function as an application: Starlette's Route takes a bare function for a request handler."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
