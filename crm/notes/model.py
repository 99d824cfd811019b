"""The note: every public field once."""

from crm.kit.fields import Boolean, Id, Record, Timestamp, public
from crm.kit.inputs import Body
from crm.resources import COMPANY, CONTACT, DEAL, NOTE, USER


class Note(Record):
    """Something written down about a contact, a company or a deal, or several of them."""

    resource = NOTE
    searched = ("body",)

    body: Body = public("What was written; 1 to 65,536 characters, kept as they are.", example="Prefers e-mail.")
    contact_id: Id | None = public("The contact it is about.", points_to=CONTACT)
    company_id: Id | None = public("The company it is about.", points_to=COMPANY)
    deal_id: Id | None = public("The deal it is about.", points_to=DEAL)
    pinned: Boolean = public("Whether it is to be seen first.", example=False, read_only=True, default=False)
    pinned_at: Timestamp | None = public("When it was pinned.", example="2026-06-17T14:30:00Z", read_only=True)
    author_id: Id = public("Who wrote it.", points_to=USER, read_only=True)
