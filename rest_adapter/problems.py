"""A refusal as its response: `application/problem+json` (RFC 9457) and the headers that belong to it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from crm.kit import errors
from crm.kit.errors import CrmError
from rest_adapter.answer import PROBLEM, Answer, Headers
from rest_adapter.wire import dumps

CHALLENGE = "WWW-Authenticate"
REALM = 'Bearer realm="crm-gateway"'


def answer(error: CrmError, *, base: str, instance: str, trace_id: str, metadata: str | None = None) -> Answer:
    """The response that tells `error`. `base` is the address of the problem pages, `instance` a path, `metadata` the
    address of the protected resource's metadata.
    """
    body = error.problem.body(base=base, instance=instance, trace_id=trace_id)
    return Answer(error.kind.status, dumps(body), PROBLEM, (("Cache-Control", "no-store"), *headers(error, metadata)))


def headers(error: CrmError, metadata: str | None = None) -> Headers:
    """What the response must carry beside the problem; a challenge says where to read on (RFC 9728 §5.1)."""
    own = next((of(error) for kind, of in _HEADERS.items() if isinstance(error, kind)), ())
    if metadata is None:
        return own
    return [(name, f'{value}, resource_metadata="{metadata}"' if name == CHALLENGE else value) for name, value in own]


def _challenge(error: errors.Unauthenticated) -> Headers:
    """RFC 6750 §3: no error is named to a client that sent no token."""
    if not error.token_sent:
        return ((CHALLENGE, REALM),)
    told = _quotable(error.detail)
    return ((CHALLENGE, f'{REALM}, error="invalid_token", error_description="{told}"'),)


def _missing_scope(error: errors.Forbidden) -> Headers:
    """A role's refusal has no challenge: no other token of the same user would help."""
    if error.scope is None:
        return ()
    return ((CHALLENGE, f'{REALM}, error="insufficient_scope", scope="{error.scope}"'),)


def _retry(error: Any) -> Headers:
    return (("Retry-After", str(error.retry_after)),)


def _own(error: errors.Refused) -> Headers:
    return error.headers


def _quotable(text: str) -> str:
    """What RFC 6750 lets an error description hold."""
    return "".join(each for each in text if " " <= each <= "~" and each not in '"\\')


_HEADERS: Mapping[type[CrmError], Callable[[Any], Headers]] = MappingProxyType(
    {
        errors.Unauthenticated: _challenge,
        errors.Forbidden: _missing_scope,
        errors.Conflict: _retry,
        errors.TooMany: _retry,
        errors.Unavailable: _retry,
        errors.Refused: _own,
    }
)
