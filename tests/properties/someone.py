"""Who sees what, in plain Python: a user, a team, and how far a role reaches.

Everything here is written from the contract (§2) and not from the code it judges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from crm.access.roles import REACHES, Permission, Role
from crm.access.scopes import VERBS
from crm.kit.page import Row
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, NOTE, PIPELINE, SCOPED, STAGE, TASK, Resource
from tests.properties.records import NEEDS, Pool, Rows, worlds

OWNED_BY: Mapping[Resource, tuple[str, ...]] = {
    CONTACT: ("owner_id",),
    COMPANY: ("owner_id",),
    DEAL: ("owner_id",),
    TASK: ("assignee_id", "created_by_id"),
    NOTE: ("author_id",),
    ACTIVITY: ("author_id",),
}
HANG_ON = {"contact_id": CONTACT, "company_id": COMPANY, "deal_id": DEAL}
WIDENED = (TASK, NOTE, ACTIVITY)
"""What may be read by whoever may see what it hangs on."""

RESOURCES = tuple(OWNED_BY)
_DEALS_OWN = (PIPELINE, STAGE)
_LIKELY = ("own", "own", "own", "team", *REACHES)


@dataclass(frozen=True)
class Someone:
    """A user with a role and a team; `team` holds the user too."""

    user_id: str
    team: frozenset[str]
    reaches: Mapping[Permission, str]

    @property
    def role(self) -> Role:
        return Role("drawn", MappingProxyType(dict(self.reaches)))  # type: ignore[arg-type]  # drawn from REACHES

    def reach(self, verb: Any, resource: Resource) -> str:
        return self.reaches[Permission(verb, resource)]

    def may_look(self, resource: Resource) -> bool:
        """Whether they may look for such records at all. Users are everyone's, pipelines go with the deals."""
        if resource not in OWNED_BY:
            return resource not in _DEALS_OWN or self.may_look(DEAL)
        return self.reach("read", resource) != "none"

    def owns(self, resource: Resource, row: Row, verb: Any) -> bool:
        """Whether the reach of a verb covers a record by whose it is."""
        whose = {"all": None, "team": self.team, "own": {self.user_id}, "none": set()}[self.reach(verb, resource)]
        return whose is None or any(row[column] in whose for column in OWNED_BY[resource])

    def sees(self, resource: Resource, row: Row, rows: Rows) -> bool:
        """Whether they may read a record: their own, or one that hangs on what they may see."""
        if resource not in OWNED_BY:
            return self.may_look(resource)
        if self.owns(resource, row, "read"):
            return True
        if resource not in WIDENED or not self.may_look(resource):
            return False
        links = [(there, row[column]) for column, there in HANG_ON.items() if row[column] is not None]
        return any(self.sees(there, rows[there][linked], rows) for there, linked in links)


@st.composite
def reaches(draw: st.DrawFn, resource: Resource) -> Mapping[Permission, str]:
    """A role at random: most often one that reads some of a resource, but not all."""
    drawn = {Permission(verb, each): draw(st.sampled_from(REACHES)) for each in SCOPED for verb in VERBS}
    return {**drawn, Permission("read", resource): draw(st.sampled_from(_LIKELY))}


@st.composite
def populations(draw: st.DrawFn, resource: Resource, pool: Pool) -> Rows:
    """A few users, and records of a resource that hang on each other."""
    counts = {"users": 4, "companies": 3, "contacts": 4, "deals": 3, "pipelines": 1, "stages": 1}
    needed = {name: counts[name] for name in NEEDS[resource]}
    rows: Rows = draw(worlds(pool, {**needed, "users": 4, resource.plural: 9}))
    return rows
