"""The paths that need no token, and tell of the API itself."""

from crm.contracts import CONTRACTS
from crm.kit import problems
from crm.kit.problems import KINDS
from rest_adapter.openapi import headers, lists, refusals
from rest_adapter.openapi.schemas import Schema, Schemas, ref

ABOUT = "about"
_JSON = "application/json"
_TRACE = {"$ref": "#/components/parameters/Traceparent"}


def about_itself(schemas: Schemas) -> Schema:
    """The paths below /v1 that no operation answers."""
    return {
        "/openapi.json": {"get": _document()},
        "/versions": {"get": _versions(schemas)},
        "/problems/{slug}": {"get": _problem(schemas)},
    }


def _described(name: str, summary: str, said: str, answer: Schema, *parameters: Schema) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "description": f"{summary}. {said} Needs no token.",
        "tags": [ABOUT],
        "security": [],
        "parameters": [*parameters, _TRACE],
        "responses": {"200": {"headers": headers.written(headers.ALWAYS), **answer}},
    }


def _document() -> Schema:
    schema = {"type": "object", "description": "An OpenAPI 3.1 document."}
    answer = {
        "description": "The document.",
        "headers": headers.written((*headers.ALWAYS, "ETag")),
        "content": {_JSON: {"schema": schema, "example": {"openapi": "3.1.0"}}},
    }
    made = _described(
        "openapi.read",
        "Read this document",
        "It is the same until the installation changes.",
        answer,
        {"$ref": "#/components/parameters/IfNoneMatch"},
    )
    unchanged = {"description": "The client has it already.", "headers": headers.written((*headers.ALWAYS, "ETag"))}
    return {**made, "responses": {**made["responses"], "304": unchanged}}


def _versions(schemas: Schemas) -> Schema:
    members: Schema = {
        "version": {"type": "string", "format": "date", "description": "The date it begins."},
        "changes": {"type": "array", "items": {"type": "string"}, "description": "What changed with it."},
    }
    contract = schemas.add("Contract", _object("One dated contract.", members))
    newest = CONTRACTS[-1]
    example = {
        "data": [{"version": newest.name, "changes": []}],
        "meta": {"cursor": {"next": None, "has_more": False}, "total": 1},
    }
    answer = {
        "description": "The contracts, newest first.",
        "content": {_JSON: {"schema": lists.page(contract, "Contract", "contracts", schemas), "example": example}},
    }
    return _described("versions.list", "List the dated contracts", "What `Version` may ask for.", answer)


def _problem(schemas: Schemas) -> Schema:
    members: Schema = {
        "type": {"type": "string", "description": "The `type` of such a problem."},
        "title": {"type": "string", "description": "Its `title`."},
        "status": {"type": "integer", "description": "Its HTTP status."},
        "code": {"type": "string", "description": "Its `extensions.code` in GraphQL."},
        "meaning": {"type": "string", "description": "What it means."},
        "remedy": {"type": "string", "description": "What to do about it."},
    }
    kind = problems.NOT_FOUND
    example = {
        "type": f"{problems.DEFAULT_BASE}/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "meaning": kind.meaning,
        "remedy": kind.remedy,
    }
    schemas.add("ProblemKind", _object("A kind of problem.", members))
    slugs = [each.slug for each in KINDS]
    parameter = {
        "name": "slug",
        "in": "path",
        "required": True,
        "description": "The last part of a problem's `type`.",
        "schema": {"type": "string", "enum": slugs},
        "example": kind.slug,
    }
    answer = {
        "description": "The kind of problem, as JSON or as a page.",
        "content": {
            "text/html": {"schema": {"type": "string"}, "example": "<!doctype html>"},
            _JSON: {"schema": ref("ProblemKind"), "example": example},
        },
    }
    made = _described("problems.read", "Read about a kind of problem", "As a page or as JSON.", answer, parameter)
    absent = {"$ref": f"#/components/responses/{refusals.component(problems.NOT_FOUND)}"}
    return {**made, "responses": {**made["responses"], "404": absent}}


def _object(description: str, members: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }
