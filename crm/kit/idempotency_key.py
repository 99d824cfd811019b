"""The Idempotency-Key as clients spell it: bare, or quoted as a structured field (RFC 9651 §3.3.3)."""

from crm.kit.errors import Malformed
from crm.kit.text import is_storable

MAX_LENGTH = 255


def read_key(text: str) -> str:
    """The key itself; both spellings are the same key. Raises Malformed."""
    key = text.strip()
    if len(key) >= len('""') and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not 1 <= len(key) <= MAX_LENGTH or not is_storable(key):
        raise Malformed(f"`Idempotency-Key` must be between 1 and {MAX_LENGTH} characters.")
    return key
