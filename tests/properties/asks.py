"""What anybody may ask of a tenant: writes drawn at random, most of them such that something comes of them."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from crm.resources import USER
from tests.properties.ledger import LINKS, Ledger

MOSTLY = 12
"""How many draws of an id lead to a record of one's own, for each that does not."""

MAKES = ("contacts.create", "companies.create", "deals.create", "contacts.upsert", "contacts.upsert")
CHANGES = (
    *(f"{room}.{verb}" for room in LINKS for verb in ("update", "update", "delete")),
    *("contacts.add_tags", "contacts.remove_tags", "deals.move", "deals.move", "deals.set_status", "deals.set_status"),
)
WRITERS = st.sampled_from(["admin", "manager", "rep", "admin", "manager", "rep", "viewer"])


class Tenant:
    """One of the two: its ledger, and who is known to the street by which name."""

    def __init__(self, business_id: str, ledger: Ledger, names: Mapping[str, str]) -> None:
        self.business_id, self.ledger, self.names = business_id, ledger, names

    def __repr__(self) -> str:
        return self.business_id


LINES = st.sampled_from([None, "", " ", "Ada", " Bo ", "ada"])
EMAILS = st.sampled_from([None, "cyd@x.example", "ann@x.example", "ANN@x.example", "bob@x.example"])
PHONES = st.sampled_from([None, "+14155550101", "+14155550102"])
LABELS = st.lists(st.sampled_from(["a", "A", " b ", "c"]), max_size=3)
ADDRESSES = st.one_of(
    st.none(),
    st.fixed_dictionaries({}, optional={"city": LINES, "line1": LINES, "country": st.sampled_from([None, "CH"])}),
)
CUSTOM = st.fixed_dictionaries(
    {}, optional={"tier": LINES, "size": st.sampled_from([None, 4, 4.0, 4.5]), "hot": st.sampled_from([None, True])}
)
FLAGS = st.booleans()


def values_for(mine: Tenant, other: Tenant, room: str, verb: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a write of a tenant's may be told; `other` is the tenant whose ids are foreign here."""
    if verb == "delete":
        return st.just({})
    if verb in ("add_tags", "remove_tags"):
        return st.fixed_dictionaries({"tags": LABELS})
    stages = st.sampled_from([*mine.ledger.stages, *other.ledger.stages[:1]])
    of_stage = stages.map(lambda stage: stage.id)
    of_pipeline = stages.map(lambda stage: stage.pipeline_id)
    if verb == "move":
        return st.fixed_dictionaries(
            {"stage_id": of_stage}, optional={"pipeline_id": of_pipeline, "lost_reason": LINES}
        )
    if verb == "set_status":
        status = st.sampled_from(["open", "won", "lost", "abandoned"])
        return st.fixed_dictionaries({"status": status}, optional={"lost_reason": LINES})
    links = {name: _linked(mine, other, there) for name, there in LINKS[room].items()}
    shared = {"tags": LABELS, "custom_fields": CUSTOM, **links}
    if room == "contacts":
        own = {"first_name": LINES, "last_name": LINES, "email": EMAILS, "phone": PHONES, "source": LINES,
               "address": ADDRESSES, "do_not_contact": FLAGS}  # fmt: skip
        named = {"id": some_id(mine, other, room)} if verb == "upsert" else {}
        reach = {"email": own.pop("email")} if verb != "update" else {}
        return st.fixed_dictionaries(reach, optional={**own, **shared, **named})
    name = {"name": st.sampled_from(["One", " Two ", "One", "Two", " "])}
    own = (
        {"industry": LINES, "address": ADDRESSES}
        if room == "companies"
        else {"value": st.sampled_from([0, 12.5, 7, 12.5, 1.005])}
    )
    if verb == "create":
        begins = {"stage_id": of_stage, "pipeline_id": of_pipeline} if room == "deals" else {}
        return st.fixed_dictionaries(name, optional={**own, **shared, **begins})
    cleared = {"name": st.sampled_from(["One", "Two", "Three", "Four", " ", None])}
    return st.fixed_dictionaries({}, optional={**cleared, **own, **shared})


def some_id(mine: Tenant, other: Tenant, room: str) -> st.SearchStrategy[str]:
    """An id: most often of a record of one's own, else of another tenant's, or of nothing."""
    own, foreign = sorted(mine.ledger.records[room]), sorted(other.ledger.records[room])
    prefix = {"contacts": "con", "companies": "cmp", "deals": "deal"}[room]
    often = own * max(1, MOSTLY // max(1, len(own)))
    return st.sampled_from([*often, *foreign[:1], f"{prefix}_{'f' * 24}"])


def _linked(mine: Tenant, other: Tenant, there: str) -> st.SearchStrategy[str | None]:
    if there == "users":
        known = [
            *mine.names.values(),
            *mine.names.values(),
            *mine.names.values(),
            other.names["admin"],
            f"{USER.prefix}_{'f' * 24}",
        ]
        return st.sampled_from([None, *known])
    return st.one_of(st.none(), some_id(mine, other, there), some_id(mine, other, there))


def versions(ledger: Ledger, record_id: str) -> st.SearchStrategy[str | None]:
    current = ledger.etag(record_id) if record_id in ledger.revisions else '"1"'
    return st.sampled_from([None, None, None, current, "*", '"1"', f'"0", {current}', f"W/{current}"])
