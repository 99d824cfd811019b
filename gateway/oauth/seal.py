"""Marks that only this installation can have made: HMACs under a key derived from its secret."""

import hashlib
import hmac

_SEPARATOR = "\x00"


class Seal:
    """`purpose` keeps marks apart: one made for a form is worth nothing on a ticket."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, person=b"crm oauth seal", digest_size=32).digest()

    def mark(self, purpose: str, *parts: str) -> str:
        """The mark of `parts`, none of which holds a NUL."""
        said = _SEPARATOR.join((purpose, *parts)).encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()

    def fits(self, mark: str, purpose: str, *parts: str) -> bool:
        """Whether `mark` is theirs; compared in constant time."""
        return hmac.compare_digest(mark.encode(), self.mark(purpose, *parts).encode())
