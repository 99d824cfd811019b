"""Every kind of problem a client can be told of (contract §4, RFC 9457), and the one object both doors tell it with.

The object is the same on both doors, byte for byte, save `trace_id` and the `field`s of its errors.
"""

from dataclasses import dataclass
from typing import Any

DEFAULT_BASE = "https://papi.prospectconnect.ai/problems"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem. `meaning` and `remedy` are what its page says to the person who met it."""

    slug: str
    status: int
    title: str
    meaning: str
    remedy: str

    @property
    def code(self) -> str:
        """The slug as GraphQL spells codes: `not-found` is `NOT_FOUND`."""
        return self.slug.replace("-", "_").upper()


BAD_REQUEST = Kind(
    "bad-request",
    400,
    "Bad request",
    "The request could not be read: its JSON, or one of its headers, is not what it must be.",
    "Read `detail`; send one JSON object in UTF-8, and a `Version` header such as 2026-11-01.",
)
UNAUTHORIZED = Kind(
    "unauthorized",
    401,
    "Unauthorized",
    "The request carried no token, or one that is unknown, expired or revoked.",
    "Send `Authorization: Bearer <token>` with a token that is still valid.",
)
FORBIDDEN = Kind(
    "forbidden",
    403,
    "Forbidden",
    "The token lacks a scope, or the acting user's role does not allow this.",
    "`detail` names the missing scope or permission; ask for it, or act as a user who has it.",
)
NOT_FOUND = Kind(
    "not-found",
    404,
    "Not found",
    "There is no such record or path, or none that the acting user may see.",
    "Check the id and the path. A record of another owner or tenant looks exactly like one that does not exist.",
)
METHOD_NOT_ALLOWED = Kind(
    "method-not-allowed",
    405,
    "Method not allowed",
    "The path exists, but not with this method.",
    "The `Allow` header lists the methods this path has.",
)
CONFLICT = Kind(
    "conflict",
    409,
    "Conflict",
    "A request with the same Idempotency-Key is still running.",
    "Send the same request again after `Retry-After` seconds; it will answer with the original result.",
)
PRECONDITION_FAILED = Kind(
    "precondition-failed",
    412,
    "Precondition failed",
    "The record has changed since the version named in `If-Match`.",
    "Read the record again, apply your change to what it is now, and send the new ETag.",
)
PAYLOAD_TOO_LARGE = Kind(
    "payload-too-large", 413, "Payload too large", "The body is larger than 1 MiB.", "Send less at once."
)
UNSUPPORTED_MEDIA_TYPE = Kind(
    "unsupported-media-type",
    415,
    "Unsupported media type",
    "The body is not JSON.",
    "Send `Content-Type: application/json`.",
)
VALIDATION = Kind(
    "validation",
    422,
    "Validation failed",
    "The input was read, but some of its values are not allowed.",
    "`errors` names every field that is wrong, and why.",
)
RATE_LIMITED = Kind(
    "rate-limited",
    429,
    "Rate limited",
    "This token has spent its points for the current window.",
    "Wait `Retry-After` seconds. `X-RateLimit-Remaining` tells what is left on every answer.",
)
SERVER_ERROR = Kind(
    "server-error",
    500,
    "Server error",
    "Something went wrong on our side. Nothing was half done.",
    "Try again; if it stays, report the `trace_id`.",
)
BAD_GATEWAY = Kind(
    "bad-gateway",
    502,
    "Bad gateway",
    "The upstream API gave an answer that its contract does not allow.",
    "Try again later; if it stays, report the `trace_id`.",
)
UNAVAILABLE = Kind(
    "unavailable",
    503,
    "Unavailable",
    "The service cannot answer just now.",
    "Send the request again after `Retry-After` seconds.",
)
GATEWAY_TIMEOUT = Kind(
    "gateway-timeout",
    504,
    "Gateway timeout",
    "The upstream API did not answer in time.",
    "Send the request again later; give writes an Idempotency-Key so that a retry is safe.",
)
GRAPHQL_PARSE = Kind(
    "graphql-parse",
    400,
    "GraphQL syntax error",
    "The document is not GraphQL.",
    "`locations` tells where reading stopped.",
)
GRAPHQL_VALIDATION = Kind(
    "graphql-validation",
    400,
    "GraphQL validation failed",
    "The document does not fit the schema, or its variables do not fit the document.",
    "Read `detail`; the schema is at `/graphql` by introspection.",
)
QUERY_TOO_COSTLY = Kind(
    "query-too-costly",
    422,
    "Query too costly",
    "The document would cost more points than one document may.",
    "Ask for smaller pages or fewer levels; `detail` names the costliest fields.",
)
PERSISTED_QUERY_NOT_FOUND = Kind(
    "persisted-query-not-found",
    200,
    "Persisted query not found",
    "No document is kept under this hash.",
    "Send the document together with its hash once.",
)
DEADLINE_EXCEEDED = Kind(
    "deadline-exceeded",
    504,
    "Deadline exceeded",
    "The query took longer than a query may.",
    "Ask for less at once.",
)

KINDS = (
    BAD_REQUEST,
    UNAUTHORIZED,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    CONFLICT,
    PRECONDITION_FAILED,
    PAYLOAD_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    VALIDATION,
    RATE_LIMITED,
    SERVER_ERROR,
    BAD_GATEWAY,
    UNAVAILABLE,
    GATEWAY_TIMEOUT,
    GRAPHQL_PARSE,
    GRAPHQL_VALIDATION,
    QUERY_TOO_COSTLY,
    PERSISTED_QUERY_NOT_FOUND,
    DEADLINE_EXCEEDED,
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One bad field. `field` is its path (`filters[0].operator`), `code` a stable word, `message` a sentence."""

    field: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one operation, before anyone knows which door it leaves by."""

    kind: Kind
    detail: str
    violations: tuple[Violation, ...] = ()

    def body(self, *, base: str, instance: str, trace_id: str) -> dict[str, Any]:
        """The RFC 9457 object; `base` is the address under which problem pages live."""
        body: dict[str, Any] = {
            "type": f"{base}/{self.kind.slug}",
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": instance,
            "trace_id": trace_id,
        }
        if self.violations:
            body["errors"] = [
                {"field": each.field, "code": each.code, "message": each.message} for each in self.violations
            ]
        return body
