"""Opaque cursors: where a page ended, signed, and good only for the question they came from (contract §3).

A cursor carries when it was issued, the sort value and the id of its record. What it is bound to (tenant, resource,
filters, search text, order) is not inside but under the signature: a foreign cursor and an edited one fail alike.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

LIFETIME = timedelta(hours=24)
MAX_LENGTH = 8_000
"""More than the longest sort value takes: two names of 255 characters, six bytes each in JSON, in base 64."""

_SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class Position:
    """The record a page ended with: its sort value (None where it has none) and its id."""

    value: Any
    id: str


class CursorKey:
    """Writes and reads the cursors of one installation. `secret` is at least 16 bytes."""

    def __init__(self, secret: bytes) -> None:
        self._key = hashlib.blake2b(secret, person=b"crm cursor", digest_size=32).digest()

    def write(self, binding: bytes, position: Position, now: datetime) -> str:
        """A cursor to `position`, good for 24 hours under the same `binding`."""
        payload = orjson.dumps([int(now.timestamp()), position.value, position.id])
        return _encoded(self._sign(binding, payload) + payload)

    def read(self, binding: bytes, text: str, now: datetime) -> Position:
        """What `write` was given. Raises ValueError with the end of a sentence."""
        raw = _decoded(text)
        signature, payload = raw[:_SIGNATURE], raw[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(binding, payload)):
            raise ValueError("does not belong to this search")
        issued, value, record_id = orjson.loads(payload)
        if now.timestamp() > issued + LIFETIME.total_seconds():
            raise ValueError("has expired; start again from the first page")
        return Position(value, record_id)

    def _sign(self, binding: bytes, payload: bytes) -> bytes:
        keyed = hashlib.blake2b(key=self._key, digest_size=_SIGNATURE)
        keyed.update(len(binding).to_bytes(4, "big"))
        keyed.update(binding)
        keyed.update(payload)
        return keyed.digest()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    """The bytes of a cursor in its one spelling: a last character changed in its unused bits is another text."""
    try:
        raw = base64.b64decode(text[:MAX_LENGTH] + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not a cursor of this API") from None
    if _encoded(raw) != text:
        raise ValueError("is not a cursor of this API")
    return raw
