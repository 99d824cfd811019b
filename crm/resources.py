"""The names of the resources. Scopes, id prefixes, tests and documents derive from them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """One kind of record. `singular` names it in scopes and edges, `plural` in paths, rooms and operations."""

    singular: str
    plural: str
    prefix: str

    @property
    def one(self) -> str:
        """One of them in a sentence: `a contact`, `an activity`."""
        return f"{'an' if self.singular[0] in 'aeio' else 'a'} {self.singular}"


CONTACT = Resource("contact", "contacts", "con")
COMPANY = Resource("company", "companies", "cmp")
DEAL = Resource("deal", "deals", "deal")
TASK = Resource("task", "tasks", "task")
NOTE = Resource("note", "notes", "note")
ACTIVITY = Resource("activity", "activities", "act")

PIPELINE = Resource("pipeline", "pipelines", "pipe")
STAGE = Resource("stage", "stages", "stg")
USER = Resource("user", "users", "usr")
BUSINESS = Resource("business", "businesses", "biz")

# The six families a scope or a role speaks of (contract §2).
SCOPED = (CONTACT, COMPANY, DEAL, TASK, NOTE, ACTIVITY)
ALL = (*SCOPED, PIPELINE, STAGE, USER, BUSINESS)
