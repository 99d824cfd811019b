"""The life of a code and of a refresh family, as tables.

Rule 1: a code, and a refresh token, is good for one use. Rule 2: a second use means that two parties hold it, and
nobody can tell which is the thief: everything it ever gave ends. Rule 3: a family that has ended stays so.
Nothing here knows how a state is kept; `SPENT` is decided by the database, of any number of callers for all but one.

    code, refresh token:   FRESH ──use──▶ SPENT ──use──▶ SPENT, and the family ends
                           FRESH ──time─▶ EXPIRED
    family (a grant):      LIVE ──revoke, reuse──▶ ENDED
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from types import MappingProxyType


class Token(Enum):
    """What a code or a refresh token is when it is presented."""

    FRESH = "fresh"
    SPENT = "spent"
    EXPIRED = "expired"


class Family(Enum):
    """What has become of the grant it belongs to. A code's grant is live until it is given."""

    LIVE = "live"
    ENDED = "ended"


class Verdict(Enum):
    """What is done with one who presents it."""

    GIVE = "give"
    REFUSE = "refuse"
    REFUSE_AND_END_FAMILY = "refuse and end the family"


PRESENTED: Mapping[tuple[Token, Family], Verdict] = MappingProxyType(
    {
        (Token.FRESH, Family.LIVE): Verdict.GIVE,
        (Token.FRESH, Family.ENDED): Verdict.REFUSE,
        (Token.SPENT, Family.LIVE): Verdict.REFUSE_AND_END_FAMILY,
        (Token.SPENT, Family.ENDED): Verdict.REFUSE,
        (Token.EXPIRED, Family.LIVE): Verdict.REFUSE,
        (Token.EXPIRED, Family.ENDED): Verdict.REFUSE,
    }
)


def state(*, used: bool, expires_at: datetime, now: datetime) -> Token:
    """A spent one stays spent: its reuse matters however late it comes."""
    if used:
        return Token.SPENT
    return Token.EXPIRED if expires_at <= now else Token.FRESH
