"""The Idempotency-Key as clients spell it: bare, or quoted as a structured field (RFC 9651 §3.3.3)."""

from collections.abc import Sequence

from crm.kit.errors import Malformed
from crm.kit.text import is_storable

MAX_LENGTH = 255

NOT_BLANK = r'[^\s"]|"\s+"|"""|^\s*"\s*$'
"""What every key matches somewhere: neither nothing but blanks, nor an empty string in quotes."""


def header_key(lines: Sequence[str]) -> str | None:
    """The key of a request that has the header in these lines, as Latin-1 reads them; None where it has none.

    What is UTF-8 is read as such, so that the same key may come as an argument in JSON. Raises Malformed.
    """
    if len(lines) > 1:
        raise Malformed("Send one `Idempotency-Key` header.")
    return read_key(_utf8(lines[0])) if lines else None


def _utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def read_key(text: str) -> str:
    """The key itself; both spellings are the same key. Raises Malformed."""
    key = text.strip()
    if len(key) >= len('""') and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not 1 <= len(key) <= MAX_LENGTH or not is_storable(key):
        raise Malformed(f"`Idempotency-Key` must be between 1 and {MAX_LENGTH} characters.")
    return key
