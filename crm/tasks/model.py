"""The task: every public field once."""

from typing import Literal

from crm.kit.fields import Boolean, Id, Record, Timestamp, public
from crm.kit.inputs import Labels, Line, LongText
from crm.resources import COMPANY, CONTACT, DEAL, TASK, USER

Priority = Literal["low", "medium", "high", "urgent"]
"""In their order: a list sorted by priority runs along it."""

TaskType = Literal["todo", "call", "email", "meeting"]


class Task(Record):
    """Something to be done."""

    resource = TASK
    searched = ("title", "description")

    title: Line = public("What is to be done.", example="Send the offer")
    description: LongText | None = public("More about it; up to 65,536 characters.")
    due_at: Timestamp | None = public("When it must be done.", example="2026-06-30T16:00:00Z", sortable=True)
    priority: Priority = public(
        "How much it matters; sorts from low to urgent.", example="high", sortable=True, default="medium"
    )
    type: TaskType = public("What kind of work it is.", example="call", default="todo")
    completed: Boolean = public("Whether it is done.", example=False, read_only=True, default=False)
    completed_at: Timestamp | None = public("When it was done.", example="2026-06-17T14:30:00Z", read_only=True)
    assignee_id: Id | None = public("The user who is to do it.", points_to=USER)
    contact_id: Id | None = public("The contact it is about.", points_to=CONTACT)
    company_id: Id | None = public("The company it is about.", points_to=COMPANY)
    deal_id: Id | None = public("The deal it is about.", points_to=DEAL)
    created_by_id: Id = public("The user who made it.", points_to=USER, read_only=True)
    tags: Labels = public("Free labels.", example=["follow-up"], default=[])
