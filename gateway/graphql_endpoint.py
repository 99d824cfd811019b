"""GraphQL over HTTP (the GraphQL-over-HTTP specification): POST and GET, media types, statuses; and GraphiQL's page.

What cannot be read as a request is a plain problem; what can is answered as GraphQL, request errors without `data`.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLSchema, OperationType
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crm.backend import Describe
from crm.call import Call
from crm.kit import problems
from crm.kit.errors import Malformed, Refused
from crm.kit.problems import Kind
from gateway.graphiql import page, policy
from rest_adapter.body import read_object
from rest_adapter.wire import dumps
from schema import reference
from schema.context import Context
from schema.documents import Document, Documents, RequestError
from schema.reference import Refusals
from schema.resolvers import GRAPHQL_PATH

JSON = "application/json"
RESPONSE = "application/graphql-response+json"


@dataclass(frozen=True, slots=True)
class Asked:
    """A well-formed GraphQL request."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """Answers `/graphql`. `problem_base` is the address of the problem pages."""

    schema: GraphQLSchema
    documents: Documents
    describe: Describe
    problem_base: str

    async def explorer(self, _: Request) -> Response:
        """GraphiQL's page: it carries nothing of anyone's, so it needs no token."""
        return HTMLResponse(page(), headers={"Content-Security-Policy": policy()})

    async def answer(self, request: Request, call: Call) -> Response:
        """The response to one request. Raises CrmError where it is no GraphQL request at all."""
        media = _media_type(request.headers.get("accept", ""))
        asked = await _read(request)
        context = Context(call, self.describe, self.problem_base)
        try:
            document = self.documents.read(asked.query)
            if request.method == "GET":
                _only_queries(document, asked.operation_name)
            body = await reference.run(self.schema, document, asked.operation_name, asked.variables, context)
        except RequestError as fault:
            return self._refused(context, media, fault.kind, fault.errors)
        except Refusals as fault:
            return _json(media, problems.FORBIDDEN.status, {"errors": [each.formatted for each in fault.errors]})
        except Refused as fault:
            if fault.kind is not problems.GRAPHQL_VALIDATION:
                raise
            return self._refused(context, media, fault.kind, [GraphQLError(fault.detail)])
        return _json(media, 200, body)

    def _refused(self, context: Context, media: str, kind: Kind, errors: list[GraphQLError]) -> Response:
        """Request errors: each with its problem, and no `data`."""
        told = [self._told(context, kind, each) for each in errors]
        return _json(media, kind.status, {"errors": told})

    def _told(self, context: Context, kind: Kind, error: GraphQLError) -> dict[str, Any]:
        problem = context.error(Refused(kind, error.message), GRAPHQL_PATH)
        formatted: dict[str, Any] = {**error.formatted, "extensions": problem.extensions}
        return formatted


def _json(media: str, status: int, body: dict[str, Any]) -> Response:
    """With `application/json` a well-formed request is answered 200 whatever came of it."""
    return Response(dumps(body), 200 if media == JSON else status, media_type=f"{media}; charset=utf-8")


def _media_type(accept: str) -> str:
    """The media type to answer with: the newer one where the client names it first or asks for nothing else."""
    wanted = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    for each in wanted:
        if each in (RESPONSE, JSON):
            return each
    return JSON


async def _read(request: Request) -> Asked:
    if request.method == "GET":
        return _asked(_from_query(request))
    return _asked(await read_object(request))


def _from_query(request: Request) -> dict[str, Any]:
    raw: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if raw.get(name):
            try:
                raw[name] = orjson.loads(raw[name])
            except orjson.JSONDecodeError:
                raise Malformed(f"`{name}` is not valid JSON.") from None
    return raw


def _asked(raw: dict[str, Any]) -> Asked:
    query = raw.get("query")
    if not isinstance(query, str):
        raise Malformed("`query` must be a GraphQL document, as a string.")
    name = raw.get("operationName")
    if name is not None and not isinstance(name, str):
        raise Malformed("`operationName` must be a string.")
    for member in ("variables", "extensions"):
        if not isinstance(raw.get(member) or {}, dict):
            raise Malformed(f"`{member}` must be an object.")
    return Asked(query, name or None, raw.get("variables") or {})


def _only_queries(document: Document, name: str | None) -> None:
    if document.operation(name).operation is not OperationType.QUERY:
        raise Refused(problems.METHOD_NOT_ALLOWED, "Only queries may be sent with GET.", headers=[("Allow", "POST")])
