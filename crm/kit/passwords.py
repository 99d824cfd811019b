"""Passwords: kept as Argon2id hashes, never as they are. Hashing takes its time: not for the event loop."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MAX_LENGTH = 1_000

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """The hash of a password. Raises ValueError with a sentence where it is empty or too long."""
    if not 0 < len(password) <= MAX_LENGTH:
        raise ValueError(f"A password has 1 to {MAX_LENGTH:,} characters.")
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether `password` is the one that was hashed; a user without one has none that matches."""
    if kept is None or len(password) > MAX_LENGTH:
        return False
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
