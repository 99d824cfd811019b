"""`If-None-Match` (RFC 9110 §13.1.2)."""

import re

# An entity tag, weak or strong; weakness makes no difference to this comparison (§8.8.3.2).
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


def unchanged(if_none_match: str | None, etag: str) -> bool:
    """Whether the client already has the version `etag`."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in _TAG.findall(if_none_match)
