"""The timeline: what a write has to tell, as `system` activities in the write's own transaction."""

from collections.abc import Sequence

from crm.activities.repository import ACTIVITIES
from crm.call import Call
from crm.journal import Entry
from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.resources import ACTIVITY
from crm.storage import writes


async def tell(call: Call, entries: Sequence[Entry]) -> None:
    """One activity for each entry, by the acting user, with the record that changed and what from what to what."""
    now = whole_seconds(call.clock())
    for entry in entries:
        await writes.insert(
            call,
            ACTIVITIES,
            {
                "id": ids.new(ACTIVITY),
                "type": "system",
                "subject": entry.subject,
                "occurred_at": now,
                **entry.links,
                "author_id": call.principal.user_id,
                "metadata": {"record_id": call.journal.record_id, "changes": [each.told() for each in entry.changes]},
                "created_at": now,
                "updated_at": now,
            },
        )
