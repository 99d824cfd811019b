"""What Starlette's routes lack: a whole subtree of paths, and places that refuse other methods in our words."""

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from rest_adapter.router import refused_method

READING = ("GET", "HEAD")


class Below(BaseRoute):
    """Every HTTP path at or below `prefix`; what follows it is `path_params["path"]`.

    Starlette's Mount redirects, takes WebSockets, and stops at a newline.
    """

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


class Readable:
    """A place that anyone may GET, whoever would otherwise answer below the same path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in READING:
            raise refused_method(", ".join(READING))
        await self.app(scope, receive, send)


class Asgi:
    """An ASGI function as an application: Starlette's Route takes a bare function for a request handler."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
