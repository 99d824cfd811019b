"""The headers of /v1, as parameters of its requests and as headers of its responses."""

from collections.abc import Mapping

from crm.contracts import BASE, NEWEST
from crm.kit.idempotency_key import MAX_LENGTH, NOT_BLANK
from rest_adapter.binding import CREATED, Binding
from rest_adapter.openapi.schemas import Schema
from rest_adapter.problems import REALM

_ETAG_EXAMPLE = '"1"'

_DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
"""Not a `format`: generators of clients take only plain types in headers."""

PARAMETERS: Mapping[str, Schema] = {
    "Version": {
        "name": "Version",
        "in": "header",
        "required": True,
        "description": f"The dated contract to be answered under: any date from {BASE} to tomorrow (UTC).",
        "schema": _DAY,
        "example": NEWEST.name,
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Repeating the request with this key runs it once, for 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": NOT_BLANK},
        "example": "8e03978e-40d5-43e8-bc93-6894a57f9324",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag the record must still have; `*` for any.",
        "schema": {"type": "string"},
        "example": _ETAG_EXAMPLE,
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag the client has: 304 where it is still so.",
        "schema": {"type": "string"},
        "example": _ETAG_EXAMPLE,
    },
    "Traceparent": {
        "name": "traceparent",
        "in": "header",
        "description": "W3C Trace Context; the low 64 bits of its trace id become `X-Trace-Id`.",
        "schema": {"type": "string"},
        "example": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    },
}
"""By the name of their component."""


def _header(description: str, schema: Schema, example: str | int, *, required: bool = True) -> Schema:
    return {"description": description, "required": required, "schema": schema, "example": example}


_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}

HEADERS: Mapping[str, Schema] = {
    "X-Trace-Id": _header(
        "Names the request in problems and logs.", {"type": "string", "pattern": "^[0-9a-f]{16}$"}, "8448eb211c80319c"
    ),
    "Version": _header(
        "The contract that answered: the newest not after the date asked for.",
        _DAY,
        NEWEST.name,
    ),
    "X-RateLimit-Limit": _header("Points per window.", _WHOLE, 1000),
    "X-RateLimit-Remaining": _header("Points left in this window.", _WHOLE, 999),
    "X-RateLimit-Reset": _header("When the window ends, in seconds since 1970.", _WHOLE, 1781706660),
    "RateLimit-Policy": _header("The quota and its window.", _TEXT, '"default";q=1000;w=60'),
    "RateLimit": _header("What is left, and for how many seconds.", _TEXT, '"default";r=999;t=60'),
    "ETag": _header("The record's version, for `If-Match` and `If-None-Match`.", _TEXT, _ETAG_EXAMPLE),
    "Location": _header("Where the new record is.", _TEXT, "/v1/contacts/con_01979d3e8a40c0ffee5eed01"),
    "Idempotent-Replayed": _header(
        "`true` where this is the answer to an earlier request with the same key.", _TEXT, "true", required=False
    ),
    "Retry-After": _header("Seconds to wait before trying again.", _WHOLE, 2),
    "WWW-Authenticate": _header("What the token lacks (RFC 6750).", _TEXT, REALM, required=False),
}
"""By name, which is the name of their component too."""

ALWAYS = ("X-Trace-Id",)
METERED = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit")
ANSWERED = (*ALWAYS, "Version", *METERED)


def parameters(binding: Binding) -> list[Schema]:
    """The headers a request may carry."""
    operation = binding.operation
    carried = ["Version"]
    if operation.keyed:
        carried.append("IdempotencyKey")
    if operation.targets:
        carried.append("IfNoneMatch" if operation.kind == "read" else "IfMatch")
    return [{"$ref": f"#/components/parameters/{name}"} for name in (*carried, "Traceparent")]


def of_success(binding: Binding) -> Schema:
    """The headers of an answer that is no problem."""
    operation = binding.operation
    carried = list(ANSWERED)
    if not operation.pages and operation.kind != "delete" and (operation.targets or operation.kind != "read"):
        carried.append("ETag")
    if binding.status == CREATED:
        carried.append("Location")
    if operation.keyed:
        carried.append("Idempotent-Replayed")
    return written(carried)


def written(names: list[str] | tuple[str, ...]) -> Schema:
    """Headers by name, as a response lists them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
