"""The activity: every public field once."""

from typing import ClassVar, Literal

from crm.kit.fields import Id, Record, Timestamp, public
from crm.kit.inputs import Count, Line, LongText, Metadata
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, USER

ActivityType = Literal["email", "call", "meeting", "sms", "other", "system"]
Direction = Literal["inbound", "outbound"]


class Activity(Record):
    """Something that happened. It is never changed; `system` entries are written by the house."""

    resource = ACTIVITY
    searched = ("subject", "body")
    default_order: ClassVar[tuple[str, Literal["asc", "desc"]]] = ("occurred_at", "desc")

    updated_at: Timestamp = public(
        "When it last changed: only what it hangs on may go.", example="2026-06-17T14:30:00Z", read_only=True
    )
    type: ActivityType = public("What kind of thing happened.", example="call")
    subject: Line | None = public("What it was about, in a line.", example="Intro call")
    body: LongText | None = public("What was said; up to 65,536 characters.")
    direction: Direction | None = public("Who reached out.", example="outbound")
    occurred_at: Timestamp = public("When it happened; now, unasked.", example="2026-06-17T14:30:00Z", sortable=True)
    duration_seconds: Count | None = public("How long it took, in seconds.", example=900)
    outcome: Line | None = public("What came of it.", example="Interested")
    contact_id: Id | None = public("The contact it was with.", points_to=CONTACT)
    company_id: Id | None = public("The company it was with.", points_to=COMPANY)
    deal_id: Id | None = public("The deal it was about.", points_to=DEAL)
    author_id: Id | None = public("Who logged it, or caused it.", points_to=USER, read_only=True)
    metadata: Metadata = public("Whatever else belongs to it; at most 8 KB of JSON.", default={})
