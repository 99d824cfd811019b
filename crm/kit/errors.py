"""CrmError
├── Unauthenticated      no usable credentials
├── Forbidden            known caller, not allowed; names the scope or permission that lacks
├── NotFound             no such record, or none this caller may see
├── Conflict             a retry with the same key is in flight
├── Stale                the record is no longer the version the caller named
├── Malformed            the request could not be read at all
├── Invalid              the input itself is wrong; carries every violation at once
├── TooMany              the caller is over its budget
├── Unavailable          the database, or another thing we stand on, does not answer
└── Refused              any other problem a door has of its own (a method, a media type, a costly document)
"""

from collections.abc import Sequence

from crm.kit import problems
from crm.kit.problems import Kind, Problem, Violation

MAX_TOLD = 100
"""The most violations one problem lists."""


class CrmError(Exception):
    """A refusal a client is told of. `detail` is written for that client and names nothing of the inside."""

    kind: Kind = problems.SERVER_ERROR
    violations: tuple[Violation, ...] = ()

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def problem(self) -> Problem:
        return Problem(self.kind, self.detail, self.violations)


class Unauthenticated(CrmError):
    """`token_sent` tells RFC 6750 §3.1 apart: no credential at all is no `invalid_token`."""

    kind = problems.UNAUTHORIZED

    def __init__(self, detail: str, *, token_sent: bool) -> None:
        super().__init__(detail)
        self.token_sent = token_sent


class Forbidden(CrmError):
    """`scope` is the missing scope, or None where it is the role that refuses."""

    kind = problems.FORBIDDEN

    def __init__(self, detail: str, *, scope: str | None = None) -> None:
        super().__init__(detail)
        self.scope = scope


class NotFound(CrmError):
    kind = problems.NOT_FOUND


class Conflict(CrmError):
    """`retry_after` in seconds."""

    kind = problems.CONFLICT

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Stale(CrmError):
    kind = problems.PRECONDITION_FAILED


class Malformed(CrmError):
    kind = problems.BAD_REQUEST


class Invalid(CrmError):
    """Every violation at once; of more than a person reads, the first, and `detail` says how many there are."""

    kind = problems.VALIDATION

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(_told(violations))
        self.violations = tuple(violations[:MAX_TOLD])


class TooMany(CrmError):
    """`retry_after` in seconds."""

    kind = problems.RATE_LIMITED

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(CrmError):
    """`retry_after` in seconds."""

    kind = problems.UNAVAILABLE

    def __init__(self, detail: str = "The database does not answer just now.", *, retry_after: int = 2) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Refused(CrmError):
    """A problem of the given kind; `headers` are what its answer must carry besides."""

    def __init__(self, kind: Kind, detail: str, *, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        self.kind = kind
        self.headers = tuple(headers)


def too_late() -> Refused:
    """What is said of that which a query's time was not enough for."""
    return Refused(problems.DEADLINE_EXCEEDED, "The query took longer than a query may.")


def _told(violations: Sequence[Violation]) -> str:
    """The first violation's own sentence, and how many more there are."""
    first = violations[0].message
    others = len(violations) - 1
    if others == 0:
        return first
    return f"{first} {others:,} more {'field is' if others == 1 else 'fields are'} not valid."
