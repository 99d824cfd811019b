"""The dated behaviour contracts (contract §1). A change of behaviour is one declared object here, never an `if` beside
an endpoint: code asks `contract.has(CHANGE)`.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Change:
    """One change of behaviour: since when, and the one line the changelog says of it."""

    since: date
    summary: str


BASE = date(2026, 6, 1)

KEY_REUSE_REFUSED = Change(
    date(2026, 11, 1),
    "Reusing an Idempotency-Key with a different payload is a 422 instead of a replay of the first answer.",
)
CHANGES = (KEY_REUSE_REFUSED,)


@dataclass(frozen=True, slots=True)
class Contract:
    """The behaviour of one date: everything that had changed by then."""

    dated: date

    def has(self, change: Change) -> bool:
        return change.since <= self.dated

    @property
    def name(self) -> str:
        return self.dated.isoformat()


_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)

CONTRACTS = tuple(Contract(dated) for dated in sorted({BASE, *(change.since for change in CHANGES)}))
NEWEST = CONTRACTS[-1]


def resolve(asked: str, today: date) -> Contract:
    """The newest contract not after the date asked for. Raises ValueError with a sentence."""
    try:
        dated = date.fromisoformat(asked) if _DATE.fullmatch(asked) else None  # alone, it takes 2026-W23-1 too
    except ValueError:
        dated = None
    if dated is None:
        raise ValueError("`Version` must be a date such as 2026-11-01.")
    if not BASE <= dated <= today + timedelta(days=1):
        raise ValueError(f"`Version` must be a date from {BASE} to tomorrow (UTC).")
    return [each for each in CONTRACTS if each.dated <= dated][-1]
