"""The application: every path in one table, every middleware in one list.

The street, outermost first: the trace id, the log, the headers that any answer may carry, then the net that turns
whatever is raised into a problem. Inside it each path has its own checks; see `doors`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from crm.storage.oauth.clients import REFERENCE
from gateway import doors, health
from gateway.access_log import AccessLog
from gateway.cors import Cors
from gateway.graphql_endpoint import GraphQLEndpoint
from gateway.house import House
from gateway.oauth import paths as oauth
from gateway.oauth.metadata import challenge
from gateway.opening import opened
from gateway.problems import Problems, raised
from gateway.rate_limit import RateLimitHeaders
from gateway.routing import Asgi, Below, Readable
from gateway.security_headers import SecurityHeaders
from gateway.settings import Settings
from gateway.trace import Trace
from gateway.trusted_documents import trusted_documents
from gateway.version import VersionHeader
from rest_adapter.openapi.serving import OpenApi
from rest_adapter.problem_pages import ProblemPages
from rest_adapter.reference.page import ReferencePage
from rest_adapter.request import describe
from rest_adapter.versions import versions
from schema.build import build
from schema.documents import Documents
from schema.engine import Engine, Executor
from schema.rules import Rules

Opening = Callable[[Settings], AbstractAsyncContextManager[House]]


def create_app(settings: Settings, opening: Opening = opened) -> Starlette:
    """The application; its lifespan opens what it stands on. `opening` lets a test bring a house of its own."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, str]]:
        async with opening(settings) as house:
            app.state.house = house
            yield {"problem_base": settings.problem_base}

    app = Starlette(
        routes=_paths(settings),
        middleware=_street(settings),
        exception_handlers={HTTPException: raised},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


def _street(settings: Settings) -> list[Middleware]:
    return [
        Middleware(Trace),
        Middleware(AccessLog),
        Middleware(SecurityHeaders, public_url=settings.public_url),
        Middleware(Cors, origins=settings.cors_origins),
        Middleware(VersionHeader),
        Middleware(RateLimitHeaders),
        Middleware(Problems, base=settings.problem_base, metadata=partial(challenge, settings.public_url)),
    ]


def _paths(settings: Settings) -> list[BaseRoute]:
    """Those that need no token come before the doors, which ask for one whatever the path."""
    graphql = GraphQLEndpoint(_engine(settings), describe, settings.problem_base)
    return [
        Route("/healthz", Readable(health.alive)),
        Route("/readyz", Readable(health.ready)),
        Route("/docs", Readable(ReferencePage(settings.public_url, settings.problem_base, REFERENCE))),
        Route("/v1/openapi.json", Readable(OpenApi(settings.public_url, settings.problem_base))),
        Route("/v1/versions", Readable(versions)),
        Route("/v1/problems/{slug}", Readable(ProblemPages(settings.problem_base))),
        Route("/graphql", Asgi(doors.graphql(graphql.explorer, graphql.answer))),
        Route("/graphql/plan", Asgi(doors.plan(graphql.plan))),
        *oauth.paths(settings.public_url),
        Below("/v1", doors.rest()),
    ]


def _engine(settings: Settings) -> Engine:
    schema = build()
    rules = Rules(introspection=settings.introspection, suggestions=settings.suggestions)
    return Engine(
        schema,
        Documents(schema, rules, trusted_documents(settings), settings.documents),
        executor=Executor(settings.executor),
        max_points=settings.max_points,
        seconds=settings.query_seconds,
        base=settings.public_url or "",
    )
