"""The document as a whole: what all of /v1 has in common, and every operation of it."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import orjson

from crm.access.scopes import SCOPES
from crm.catalogue import OPERATIONS
from crm.contracts import NEWEST
from crm.kit.page import Searchable
from crm.kit.problems import DEFAULT_BASE
from crm.resources import ALL, SCOPED
from rest_adapter.binding import BASE, Binding
from rest_adapter.openapi import refusals
from rest_adapter.openapi.headers import HEADERS, PARAMETERS
from rest_adapter.openapi.operations import ACCOUNT, described, resource_of, tag_of
from rest_adapter.openapi.schemas import Schema, Schemas
from rest_adapter.openapi.tokenless import ABOUT, about_itself
from rest_adapter.routes import ROUTES

_TITLE = "CRM gateway"
_DESCRIPTION = """\
Contacts, companies, deals, pipelines, tasks, notes and activities of one tenant: the one a token belongs to. The same
operations, under the same rules, are served as GraphQL at `/graphql`.

- **Version** is a required header: a date, and with it that date's behaviour.
- **Unset** fields are `null`, lists `[]`. Timestamps are RFC 3339 in UTC and whole seconds; any offset is taken.
  Lines of text are trimmed.
- **Lists** are searches: filters, words, a sort, and a signed cursor.
- **Problems** are RFC 9457 objects; a 422 names every field that is wrong.
- **Budget**: a request costs one point, of 1,000 a minute for each token unless the installation says otherwise.
- **Who sees what** is scope ∩ role: what one may not see looks exactly like what does not exist.
"""
_TAGS = {
    ACCOUNT: "The caller itself: its tenant, its acting user, its limits, the custom fields of its records.",
    ABOUT: "The API itself. Needs no token.",
}


def document(address: str = "", problem_base: str = DEFAULT_BASE, routes: Iterable[Binding] = ROUTES) -> Schema:
    """The document. `address` is where the API is served, or nothing for wherever the document is read."""
    routes = tuple(routes)
    schemas = Schemas()
    answers = refusals.responses(problem_base, schemas)
    paths: dict[str, dict[str, Any]] = {}
    for binding in routes:
        paths.setdefault(binding.path, {})[binding.method.lower()] = described(binding, routes, schemas)
    paths |= about_itself(schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _TITLE,
            "version": NEWEST.name,
            "description": _DESCRIPTION,
            "contact": {"name": _TITLE, "url": problem_base},
        },
        "servers": [{"url": f"{address}{BASE}", "description": "This installation."}],
        "tags": _tags(routes),
        "paths": paths,
        "components": {
            "securitySchemes": _security(address),
            "parameters": dict(PARAMETERS),
            "headers": dict(HEADERS),
            "responses": answers,
            "schemas": dict(sorted(schemas.made.items())),
        },
    }


@cache
def rendered(address: str = "", problem_base: str = DEFAULT_BASE) -> bytes:
    """The document as it is served."""
    return orjson.dumps(document(address, problem_base))


def printed() -> str:
    """The document as it is committed and shown to people: the same wherever it is printed."""
    return orjson.dumps(document(), option=orjson.OPT_INDENT_2).decode()


def _tags(routes: Iterable[Binding]) -> list[Schema]:
    bound = {tag_of(binding) for binding in routes}
    names = [*(each.plural for each in ALL if each.plural in bound), ACCOUNT, ABOUT]
    return [{"name": name, "description": _TAGS.get(name) or _of_resource(name)} for name in names]


def _of_resource(tag: str) -> str:
    """What a resource is, in its record's own words."""
    resource = resource_of(tag)
    takes = OPERATIONS[f"{tag}.search"].takes
    assert isinstance(takes, Searchable)  # noqa: S101  every resource can be searched
    assert resource is not None  # noqa: S101  and every tag but two is one
    return f"{resource.plural.capitalize()}. {(takes.record.__doc__ or '').strip()}"


def _security(address: str) -> Schema:
    scopes = {scope: _said(scope) for scope in SCOPES}
    token = f"{address}/oauth/token"
    return {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal access token (`pct_…`), or an OAuth access token however it was come by.",
        },
        "oauth": {
            "type": "oauth2",
            "description": "OAuth 2.1: authorization code with PKCE (S256), or client credentials bound to a user.",
            "flows": {
                "authorizationCode": {
                    "authorizationUrl": f"{address}/oauth/authorize",
                    "tokenUrl": token,
                    "refreshUrl": token,
                    "scopes": scopes,
                },
                "clientCredentials": {"tokenUrl": token, "scopes": scopes},
            },
        },
    }


_VERBS = {"read": "Read and search", "write": "Create and change", "delete": "Delete", "all": "Read, write and delete"}


def _said(scope: str) -> str:
    singular, _, verb = scope.partition(".")
    plural = next(each.plural for each in SCOPED if each.singular == singular)
    also = " and pipelines" if scope in ("deal.read", "deal.all") else ""
    return f"{_VERBS[verb]} {plural}{also}."
