"""The tables of states: every case is in them, and what has ended stays so."""

from datetime import timedelta

import pytest

from gateway.oauth.states import PRESENTED, Family, Token, Verdict, state
from tests.gateway.oauth.scene import START


def test_every_case_has_its_verdict() -> None:
    assert set(PRESENTED) == {(token, family) for token in Token for family in Family}


def test_only_what_is_fresh_and_of_a_live_family_gives_anything() -> None:
    assert [case for case, verdict in PRESENTED.items() if verdict is Verdict.GIVE] == [(Token.FRESH, Family.LIVE)]


@pytest.mark.parametrize("token", Token)
def test_a_family_that_has_ended_is_only_refused(token: Token) -> None:
    assert PRESENTED[token, Family.ENDED] is Verdict.REFUSE


@pytest.mark.parametrize(
    ("used", "left", "expected"),
    [
        (False, 1, Token.FRESH),
        (False, 0, Token.EXPIRED),
        (False, -1, Token.EXPIRED),
        (True, 1, Token.SPENT),
        (True, -1, Token.SPENT),
    ],
)
def test_a_spent_one_is_spent_however_late(used: bool, left: int, expected: Token) -> None:
    assert state(used=used, expires_at=START + timedelta(seconds=left), now=START) is expected
