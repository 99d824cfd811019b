"""ETags: the version of a record, as an opaque strong entity tag (RFC 9110 §8.8.3)."""

from crm.kit.page import REVISION, Row


def etag(row: Row) -> str:
    """The record's ETag, quotes and all: the same header and field on both doors."""
    return etag_of(row[REVISION])


def etag_of(revision: int) -> str:
    """The ETag of a record's revision."""
    return f'"{revision}"'


def matches(asked: str, row: Row) -> bool:
    """Whether an `If-Match` names this version: `*`, or a list of entity tags compared strongly."""
    return asked.strip() == "*" or etag(row) in (each.strip() for each in asked.split(","))
