"""Opaque secrets: texts that stand for a row, shown once; only their hash is stored.

One reads `<prefix><tenant><secret><checksum>`, in base 62: the tenant's 12 bytes, so that every look-up begins with
the tenant; 32 random characters; and the CRC-32 of all that, so that a mistyped one costs no statement.
"""

import hashlib
import re
import secrets
import string
import zlib
from dataclasses import dataclass

from crm.kit import ids
from crm.resources import BUSINESS

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_TENANT, _SECRET, _CHECKSUM = 17, 32, 6


@dataclass(frozen=True, slots=True)
class Credential:
    """What a well-formed secret says of itself: whose tenant's it claims to be, and the hash it is known by."""

    business_id: str
    hash: str


class Kind:
    """One kind of secret, told by its prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._shape = re.compile(rf"{prefix}([0-9A-Za-z]{{{_TENANT}}})[0-9A-Za-z]{{{_SECRET + _CHECKSUM}}}")

    def new(self, business_id: str, seed: bytes | None = None) -> str:
        """A fresh one of a tenant; the same one every time where it grows from a `seed`."""
        tenant = int(business_id.removeprefix(f"{BUSINESS.prefix}_"), 16)
        drawn = secrets.randbits(512) if seed is None else int.from_bytes(hashlib.blake2b(seed).digest(), "big")
        return _checked(self.prefix + _base62(tenant, _TENANT) + _base62(drawn, _SECRET))

    def parse(self, text: str) -> Credential | None:
        """What one says of itself, or None where it is none of this kind or was mistyped."""
        match = self._shape.fullmatch(text)
        if match is None or _checked(text[:-_CHECKSUM]) != text:
            return None
        business_id = f"{BUSINESS.prefix}_{_number(match[1]):024x}"
        return Credential(business_id, hashed(text)) if ids.is_id(business_id, BUSINESS) else None


def hashed(text: str) -> str:
    """The hash a secret is known by. It needs no salt: the secret is as long as the hash's security."""
    return hashlib.sha256(text.encode()).hexdigest()


def _base62(number: int, width: int) -> str:
    return "".join(_DIGITS[number // 62**place % 62] for place in reversed(range(width)))


def _number(text: str) -> int:
    number = 0
    for digit in text:
        number = number * 62 + _DIGITS.index(digit)
    return number


def _checked(text: str) -> str:
    return text + _base62(zlib.crc32(text.encode()), _CHECKSUM)
