"""Ids: a prefix that names the resource, and 24 lower-case hex digits that sort by creation time (contract §1)."""

import re
import secrets
import threading
import time

from crm.resources import ALL, Resource

_BITS = 48
_BY_PREFIX = {resource.prefix: resource for resource in ALL}
_SHAPE = re.compile(r"([a-z]+)_[0-9a-f]{24}", re.ASCII)

_lock = threading.Lock()
_last = 0


def new(resource: Resource) -> str:
    """A fresh id of a resource."""
    return f"{resource.prefix}_{sortable()}"


def sortable() -> str:
    """24 hex digits: 48 bits of milliseconds, 48 random ones; within a process every next one is greater."""
    global _last  # noqa: PLW0603  the one counter of the process, guarded by the lock
    with _lock:
        fresh = (time.time_ns() // 1_000_000 << _BITS) | secrets.randbits(_BITS)
        _last = fresh if fresh > _last else _last + 1
        return f"{_last:024x}"


def resource_of(text: str) -> Resource | None:
    """The resource an id belongs to, or None where it is no id of ours."""
    match = _SHAPE.fullmatch(text)
    return _BY_PREFIX.get(match[1]) if match else None


def is_id(text: object, resource: Resource) -> bool:
    """Whether `text` is a well-formed id of `resource`."""
    return isinstance(text, str) and resource_of(text) is resource
