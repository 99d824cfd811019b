"""The deal: every public field once."""

from typing import Literal

from crm.kit.fields import Date, Id, Integer, Record, Timestamp, public
from crm.kit.inputs import Amount, Currency, Labels, Line, LongText
from crm.kit.parts import CustomValues
from crm.resources import COMPANY, CONTACT, DEAL, PIPELINE, STAGE, USER

DealStatus = Literal["open", "won", "lost", "abandoned"]


class Deal(Record):
    """Something that may be won or lost."""

    resource = DEAL
    searched = ("name",)

    name: Line = public("What the deal is about.", example="Fleet renewal", sortable=True)
    value: Amount = public(
        "What it is worth; 0 to 10^13, at most two places.", example=18500.5, sortable=True, default=0
    )
    currency: Currency = public("ISO 4217 currency code.", example="USD")
    pipeline_id: Id = public("The pipeline the deal is in.", points_to=PIPELINE)
    stage_id: Id = public("The stage it has reached.", points_to=STAGE)
    status: DealStatus = public("Whether it is still open.", example="open", read_only=True)
    probability: Integer = public("How likely it is to be won, in per cent.", example=60, read_only=True)
    contact_id: Id | None = public("The contact it is made with.", points_to=CONTACT)
    company_id: Id | None = public("The company it is made with.", points_to=COMPANY)
    owner_id: Id | None = public("The user it belongs to.", points_to=USER)
    expected_close_date: Date | None = public("When it should be decided.", example="2026-09-30", sortable=True)
    closed_at: Timestamp | None = public("When it was decided.", example="2026-06-17T14:30:00Z", read_only=True)
    stage_changed_at: Timestamp = public("When it came to its stage.", example="2026-06-17T14:30:00Z", read_only=True)
    lost_reason: Line | None = public("Why it was lost.", example="Price", read_only=True)
    source: Line | None = public("Where the deal came from.", example="referral")
    tags: Labels = public("Free labels.", example=["renewal"], default=[])
    description: LongText | None = public("More about it; up to 65,536 characters.")
    custom_fields: CustomValues = public("Values of the tenant's custom fields, by slug.", default={})
