"""`Accept` and `If-None-Match` are read as RFC 9110 has them."""

import pytest

from rest_adapter.accept import prefers
from rest_adapter.conditional import unchanged


@pytest.mark.parametrize(
    ("accept", "json"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("application/json", True),
        ("application/json, text/html", False),
        ("application/json, text/html;q=0.9", True),
        ("application/*;q=0.5, text/html;q=0.4", True),
        ("APPLICATION/JSON", True),
        ("application/json;q=0", False),
        ("application/json;q=high, text/*;q=0.1", False),
        (",;,=;q", False),
    ],
)
def test_json_must_be_asked_for(accept: str, json: bool) -> None:
    assert prefers("application/json", "text/html", accept) is json


@pytest.mark.parametrize(
    ("header", "same"),
    [
        (None, False),
        ("", False),
        ('"7"', True),
        ('W/"7"', True),
        ('"1", "7" ,"9"', True),
        ("*", True),
        ("7", False),
        ('"77"', False),
        ('"1","9"', False),
    ],
)
def test_a_client_that_has_the_version_is_told_nothing_new(header: str | None, same: bool) -> None:
    assert unchanged(header, '"7"') is same
