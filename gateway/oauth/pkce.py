"""Proof Key for Code Exchange (RFC 7636), by S256 and in no other way."""

import base64
import hashlib
import hmac
import re

METHOD = "S256"

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


def is_challenge(text: str) -> bool:
    """Whether it can be the SHA-256 of anything."""
    return _CHALLENGE.fullmatch(text) is not None


def matches(verifier: str | None, challenge: str) -> bool:
    """Whether the challenge was made of this verifier."""
    if verifier is None or not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)
