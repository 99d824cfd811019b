"""A password matches its own hash and no other; the hash tells nothing of it."""

import pytest

from crm.kit import passwords


def test_only_the_password_itself_matches() -> None:
    kept = passwords.hashed("correct horse")
    assert "correct" not in kept
    assert passwords.matches("correct horse", kept)
    assert not passwords.matches("Correct horse", kept)


@pytest.mark.parametrize("kept", [None, "", "no hash at all"])
def test_nothing_matches_what_is_no_hash(kept: str | None) -> None:
    assert not passwords.matches("demo", kept)


@pytest.mark.parametrize("password", ["", "x" * 1_001])
def test_a_password_has_a_sane_length(password: str) -> None:
    with pytest.raises(ValueError, match="A password has 1 to 1,000 characters"):
        passwords.hashed(password)
    assert not passwords.matches(password, passwords.hashed("demo"))
