"""The activity: every public field once."""

from typing import Annotated, Any, Literal

from pydantic import Field

from crm.kit.fields import INTEGER, OBJECT, Id, Record, Timestamp, public
from crm.kit.inputs import Line, LongText
from crm.kit.values import INTEGER_LIMIT
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, USER

ActivityType = Literal["email", "call", "meeting", "sms", "other", "system"]
Direction = Literal["inbound", "outbound"]
Seconds = Annotated[int, INTEGER, Field(ge=0, le=INTEGER_LIMIT)]
Metadata = Annotated[dict[str, Any], OBJECT]


class Activity(Record):
    """Something that happened. It is never changed; `system` entries are written by the house."""

    resource = ACTIVITY
    searched = ("subject", "body")

    type: ActivityType = public("What kind of thing happened.", example="call")
    subject: Line | None = public("What it was about, in a line.", example="Intro call")
    body: LongText | None = public("What was said; up to 65,536 characters.")
    direction: Direction | None = public("Who reached out.", example="outbound")
    occurred_at: Timestamp = public("When it happened; now, unasked.", example="2026-06-17T14:30:00Z", sortable=True)
    duration_seconds: Seconds | None = public("How long it took, in seconds.", example=900)
    outcome: Line | None = public("What came of it.", example="Interested")
    contact_id: Id | None = public("The contact it was with.", points_to=CONTACT)
    company_id: Id | None = public("The company it was with.", points_to=COMPANY)
    deal_id: Id | None = public("The deal it was about.", points_to=DEAL)
    author_id: Id | None = public("Who logged it, or caused it.", points_to=USER, read_only=True)
    metadata: Metadata = public("Whatever else belongs to it; at most 8 KB of JSON.", default={})
