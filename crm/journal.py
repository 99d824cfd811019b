"""What a write leaves besides its record: changes for the audit, and entries for the timeline.

Services only say what changed; the backend writes it down in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crm.kit.page import Row
from crm.kit.values import wire


@dataclass(frozen=True, slots=True)
class Change:
    """One field, from what to what."""

    field: str
    before: Any
    after: Any

    def told(self) -> dict[str, Any]:
        return {"field": self.field, "from": wire(self.before), "to": wire(self.after)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline. `links` are the contact, company and deal it hangs on, by column."""

    subject: str
    links: Mapping[str, str | None]
    changes: Sequence[Change]


@dataclass(slots=True)
class Journal:
    """What one run of a write has to tell. `record_id` is the record it was about."""

    record_id: str | None = None
    changes: list[Change] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def changes(before: Row | None, after: Row) -> list[Change]:
    """The public fields that differ between two states of a record."""
    earlier = before or {}
    return [
        Change(name, earlier.get(name), value)
        for name, value in after.items()
        if not name.startswith("_") and earlier.get(name) != value
    ]
