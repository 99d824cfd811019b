"""GraphQL over HTTP (the GraphQL-over-HTTP specification): POST and GET, media types, statuses; and GraphiQL's page.

What cannot be read as a request is a plain problem; what can is answered as GraphQL, request errors without `data`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crm.backend import Describe
from crm.call import Call
from crm.kit import problems, strict_json
from crm.kit.errors import CrmError, Malformed, Refused
from crm.kit.idempotency_key import header_key
from crm.kit.problems import Kind
from gateway.graphiql import page, policy
from rest_adapter.body import read_object
from rest_adapter.request import curl
from rest_adapter.wire import dumps
from schema.compiler.bind import Refusals
from schema.context import Context
from schema.documents import RequestError
from schema.engine import Asked, Engine
from schema.resolvers import GRAPHQL_PATH

SHA256 = "sha256:"
_DOCUMENT_ID = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)

JSON = "application/json"
RESPONSE = "application/graphql-response+json"

_ANSWERED = (
    problems.GRAPHQL_VALIDATION,
    problems.QUERY_TOO_COSTLY,
    problems.PERSISTED_QUERY_NOT_FOUND,
    problems.DEADLINE_EXCEEDED,
)
"""Refusals of a well-formed request: answered as GraphQL. Any other is a plain problem."""


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """Answers `/graphql` and `/graphql/plan`. `problem_base` is the address of the problem pages."""

    engine: Engine
    describe: Describe
    problem_base: str

    async def explorer(self, _: Request) -> Response:
        """GraphiQL's page: it carries nothing of anyone's, so it needs no token."""
        return HTMLResponse(page(), headers={"Content-Security-Policy": policy()})

    async def answer(self, request: Request, call: Call) -> Response:
        """The response to one request. Raises CrmError where it is no GraphQL request at all."""
        media = _media_type(request.headers.get("accept", ""))
        asked = await _read(request)
        context = self._context(request, call)
        try:
            if request.method != "POST":
                self._only_queries(asked)
            body = await self.engine.run(asked, context)
        except (RequestError, Refusals, Refused) as fault:
            return self._refused(context, media, fault)
        headers = {"Idempotent-Replayed": "true"} if context.replayed else None
        return _json(media, 200, body, headers)

    async def plan(self, request: Request, call: Call) -> Response:
        """What a document would do and cost, without running it."""
        media = _media_type(request.headers.get("accept", ""))
        asked = await _read(request)
        context = self._context(request, call)
        try:
            return _json(JSON, 200, await self.engine.plan(asked, context))
        except (RequestError, Refusals, Refused) as fault:
            return self._refused(context, media, fault)

    def _context(self, request: Request, call: Call) -> Context:
        key = header_key(request.headers.getlist("idempotency-key"))
        return Context(call, self.describe, curl, self.problem_base, key)

    def _only_queries(self, asked: Asked) -> None:
        if self.engine.operation(asked)[1].operation is not OperationType.QUERY:
            allow = (("Allow", "POST"),)
            raise Refused(problems.METHOD_NOT_ALLOWED, "Only queries may be sent with GET.", headers=allow)

    def _refused(self, context: Context, media: str, fault: RequestError | Refusals | Refused) -> Response:
        """Request errors: each with its problem, and no `data`."""
        if isinstance(fault, Refusals):
            return _json(media, fault.status, {"errors": [each.formatted for each in fault.errors]})
        if isinstance(fault, RequestError):
            return self._errors(context, media, fault.kind, fault.errors)
        if fault.kind not in _ANSWERED:
            raise fault
        return self._errors(context, media, fault.kind, [GraphQLError(fault.detail)])

    def _errors(self, context: Context, media: str, kind: Kind, errors: Sequence[GraphQLError]) -> Response:
        told = [{**each.formatted, "extensions": _problem(context, kind, each)} for each in errors]
        return _json(media, kind.status, {"errors": told})


def _problem(context: Context, kind: Kind, error: GraphQLError) -> dict[str, Any]:
    fault: CrmError = Refused(kind, error.message)
    return dict(context.error(fault, GRAPHQL_PATH).extensions or {})


def _json(media: str, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """With `application/json` a well-formed request is answered 200 whatever came of it."""
    code = 200 if media == JSON else status
    return Response(dumps(body), code, headers, media_type=f"{media}; charset=utf-8")


def _media_type(accept: str) -> str:
    """The media type to answer with: the first of the two the client names, else `application/json`."""
    wanted = [each.partition(";")[0].strip().lower() for each in accept.split(",")]
    return next((each for each in wanted if each in (RESPONSE, JSON)), JSON)


async def _read(request: Request) -> Asked:
    raw = await read_object(request) if request.method == "POST" else _from_query(request)
    return _asked(raw, explain=request.headers.get("x-plan") == "1")


def _from_query(request: Request) -> dict[str, Any]:
    raw: dict[str, Any] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if raw.get(name):
            raw[name] = strict_json.read(raw[name].encode())
    return raw


def _asked(raw: dict[str, Any], *, explain: bool) -> Asked:
    digest = _digest(raw)
    query = raw.get("query")
    if not isinstance(query, str) and (query is not None or digest is None):
        raise Malformed("`query` must be a GraphQL document, as a string.")
    name = raw.get("operationName")
    if name is not None and not isinstance(name, str):
        raise Malformed("`operationName` must be a string.")
    for member in ("variables", "extensions"):
        value = raw.get(member)
        if value is not None and not isinstance(value, dict):
            raise Malformed(f"`{member}` must be an object.")
    return Asked(query, digest, name or None, raw.get("variables") or {}, explain)


def _digest(raw: dict[str, Any]) -> str | None:
    """The hash of a document: `documentId` (trusted documents) or `extensions.persistedQuery` (automatic ones)."""
    named = raw.get("documentId")
    if named is not None:
        if not isinstance(named, str) or not _DOCUMENT_ID.fullmatch(named):
            raise Malformed("`documentId` must be `sha256:` and 64 lower-case hex digits.")
        return named.removeprefix(SHA256)
    extensions = raw.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if persisted is None:
        return None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(digest, str) or not _DOCUMENT_ID.fullmatch(f"{SHA256}{digest}"):
        raise Malformed("`extensions.persistedQuery` must be `{version: 1, sha256Hash}` with 64 lower-case hex digits.")
    return digest
