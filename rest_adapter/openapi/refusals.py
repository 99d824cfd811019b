"""Which problems an operation can answer (contract §4), and the response that tells each of them."""

from collections.abc import Mapping

from crm.kit import problems
from crm.kit.problems import Kind, Problem, Violation
from crm.operation import Operation
from rest_adapter.binding import Binding
from rest_adapter.openapi.headers import ALWAYS, ANSWERED, METERED, written
from rest_adapter.openapi.schemas import Schema, Schemas, ref

_ANY_TIME = (
    problems.BAD_REQUEST,
    problems.UNAUTHORIZED,
    problems.VALIDATION,
    problems.RATE_LIMITED,
    problems.SERVER_ERROR,
    problems.BAD_GATEWAY,
    problems.UNAVAILABLE,
    problems.GATEWAY_TIMEOUT,
)
_OF_A_BODY = (problems.PAYLOAD_TOO_LARGE, problems.UNSUPPORTED_MEDIA_TYPE)


def of_operation(operation: Operation) -> tuple[Kind, ...]:
    """What an operation can be refused with through either door, by status."""
    found = list(_ANY_TIME)
    if operation.may is not None:
        found.append(problems.FORBIDDEN)
    if operation.targets or "id" in operation.takes.members:
        found.append(problems.NOT_FOUND)
    if operation.targets and operation.kind != "read":
        found.append(problems.PRECONDITION_FAILED)
    if operation.keyed:
        found.append(problems.CONFLICT)
    return tuple(sorted(found, key=lambda kind: kind.status))


def of_binding(binding: Binding) -> tuple[Kind, ...]:
    """What a path can answer besides success: a body can be wrong in ways a query cannot."""
    found = (*of_operation(binding.operation), *(() if binding.queried else _OF_A_BODY))
    return tuple(sorted(found, key=lambda kind: kind.status))


def component(kind: Kind) -> str:
    """The component that tells a kind of problem: `NotFound`."""
    return "".join(part.capitalize() for part in kind.slug.split("-"))


_CARRIED: Mapping[Kind, tuple[str, ...]] = {
    problems.BAD_REQUEST: (*ALWAYS, *METERED),
    problems.UNAUTHORIZED: (*ALWAYS, "WWW-Authenticate"),
    problems.FORBIDDEN: (*ANSWERED, "WWW-Authenticate"),
    problems.NOT_FOUND: ALWAYS,
    problems.CONFLICT: (*ANSWERED, "Retry-After"),
    problems.PRECONDITION_FAILED: ANSWERED,
    problems.PAYLOAD_TOO_LARGE: ANSWERED,
    problems.UNSUPPORTED_MEDIA_TYPE: ANSWERED,
    problems.VALIDATION: ANSWERED,
    problems.RATE_LIMITED: (*ANSWERED, "Retry-After"),
    problems.UNAVAILABLE: (*ALWAYS, "Retry-After"),
}
"""The headers that every response of a kind carries: a 400 may come before the version is known, a 404 for a path
before anything is."""

_LIMIT = Violation("limit", "out_of_range", "`limit` must be between 1 and 100.")
_DETAILS: Mapping[Kind, str] = {
    problems.BAD_REQUEST: "Send one `Version` header, such as `Version: 2026-11-01`.",
    problems.UNAUTHORIZED: "The token is unknown, expired or revoked.",
    problems.FORBIDDEN: "The token lacks the scope `contact.read`.",
    problems.NOT_FOUND: "There is no contact with this id.",
    problems.CONFLICT: "A request with this `Idempotency-Key` is still running.",
    problems.PRECONDITION_FAILED: "The record has changed: `If-Match` names another version.",
    problems.PAYLOAD_TOO_LARGE: "The body is larger than 1 MiB.",
    problems.UNSUPPORTED_MEDIA_TYPE: "The body must be `application/json` in UTF-8.",
    problems.VALIDATION: _LIMIT.message,
    problems.RATE_LIMITED: "The token has spent its points for this window.",
    problems.SERVER_ERROR: "Something went wrong on our side.",
    problems.BAD_GATEWAY: "The upstream API gave an answer that its contract does not allow.",
    problems.UNAVAILABLE: "The database does not answer just now.",
    problems.GATEWAY_TIMEOUT: "The upstream API did not answer in time.",
}


def responses(base: str, schemas: Schemas) -> Schema:
    """Every kind of problem as a response that operations refer to. `base` is the address of the problem pages."""
    _add_schemas(schemas)
    return {component(kind): _response(kind, base) for kind in _DETAILS}


def _response(kind: Kind, base: str) -> Schema:
    violations = (_LIMIT,) if kind is problems.VALIDATION else ()
    told = Problem(kind, _DETAILS[kind], violations)
    example = told.body(base=base, instance="/v1/contacts/search", trace_id="8448eb211c80319c")
    schema = ref("ValidationProblem" if violations else "Problem")
    return {
        "description": f"{kind.title}. {kind.meaning} {kind.remedy}",
        "headers": written(_CARRIED.get(kind, ALWAYS)),
        "content": {"application/problem+json": {"schema": schema, "example": example}},
    }


def _add_schemas(schemas: Schemas) -> None:
    members: Schema = {
        "type": {"type": "string", "description": "The address of the page about this kind of problem."},
        "title": {"type": "string", "description": "What kind of problem it is, in a few words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What went wrong this time, in a sentence."},
        "instance": {"type": "string", "description": "The path that was asked."},
        "trace_id": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "Names the request in logs."},
    }
    errors = {
        "type": "array",
        "items": ref("FieldError"),
        "minItems": 1,
        "description": "Every field that is wrong.",
    }
    schemas.add("Problem", _object("A refusal (RFC 9457).", members))
    schemas.add("ValidationProblem", _object("A refusal of values (RFC 9457).", {**members, "errors": errors}))
    schemas.add(
        "FieldError",
        _object(
            "One field that is wrong.",
            {
                "field": {"type": "string", "description": "Its path: `filters[0].operator`."},
                "code": {"type": "string", "description": "A stable word for what is wrong."},
                "message": {"type": "string", "description": "The same as a sentence."},
            },
        ),
    )


def _object(description: str, members: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }
