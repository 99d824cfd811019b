"""A refusal as its response: `application/problem+json` (RFC 9457) and the headers that belong to it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from crm.kit import errors
from crm.kit.errors import CrmError
from rest_adapter.answer import PROBLEM, Answer, Headers
from rest_adapter.wire import dumps

REALM = 'Bearer realm="crm-gateway"'


def answer(error: CrmError, *, base: str, instance: str, trace_id: str) -> Answer:
    """The response that tells `error`. `base` is the address of the problem pages, `instance` a path."""
    body = error.problem.body(base=base, instance=instance, trace_id=trace_id)
    return Answer(error.kind.status, dumps(body), PROBLEM, (("Cache-Control", "no-store"), *headers(error)))


def headers(error: CrmError) -> Headers:
    """What the response must carry beside the problem."""
    for kind, of in _HEADERS.items():
        if isinstance(error, kind):
            return of(error)
    return ()


def _challenge(error: errors.Unauthenticated) -> Headers:
    """RFC 6750 §3: no error is named to a client that sent no token."""
    if not error.token_sent:
        return (("WWW-Authenticate", REALM),)
    told = _quotable(error.detail)
    return (("WWW-Authenticate", f'{REALM}, error="invalid_token", error_description="{told}"'),)


def _missing_scope(error: errors.Forbidden) -> Headers:
    """A role's refusal has no challenge: no other token of the same user would help."""
    if error.scope is None:
        return ()
    return (("WWW-Authenticate", f'{REALM}, error="insufficient_scope", scope="{error.scope}"'),)


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
