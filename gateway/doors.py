"""The two doors, each behind the checks of contract §1 in their order: token, path and method, version, budget."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from crm.call import Call
from gateway.authentication import Authentication
from gateway.rate_limit import RateLimit
from gateway.version import Version
from rest_adapter.endpoint import Endpoint
from rest_adapter.router import Router, refused_method
from rest_adapter.routes import ROUTES

Page = Callable[[Request], Awaitable[Response]]
Answering = Callable[[Request, Call], Awaitable[Response]]

_ASKING = {"query", "documentId", "extensions"}
"""What makes a GET a request and not a visit."""

_GRAPHQL_METHODS = ("GET", "HEAD", "POST")


def rest() -> ASGIApp:
    """Everything below /v1 that needs a token."""
    return Authentication(Router(Version(RateLimit(Endpoint())), ROUTES))


def graphql(page: Page, answering: Answering) -> ASGIApp:
    """/graphql: a GET without a query is the explorer's page and open to all; anything else runs for a caller."""
    api = Authentication(_methods(Version(RateLimit(_app(answering)), required=False)))

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if scope["method"] in ("GET", "HEAD") and not _ASKING & request.query_params.keys():
            response = await page(request)
            await response(scope, receive, send)
        else:
            await api(scope, receive, send)

    return door


def plan(answering: Answering) -> ASGIApp:
    """/graphql/plan: a document told without running it."""
    return Authentication(_methods(Version(RateLimit(_app(answering)), required=False), ("POST",)))


def _methods(app: ASGIApp, allowed: Sequence[str] = _GRAPHQL_METHODS) -> ASGIApp:
    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in allowed:
            raise refused_method(", ".join(allowed))
        await app(scope, receive, send)

    return checked


def _app(answering: Answering) -> ASGIApp:
    """A handler that is given the call the street prepared, as an application."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        response = await answering(Request(scope, receive), scope["state"]["call"])
        await response(scope, receive, send)

    return run
