"""What writes must come to, in plain Python: a tenant's records, keys, audit and timeline. Nothing here is the house's.

Rows are what REST shows. `Ledger.run` gives what a door must answer, and changes what the tenant must hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Values = dict[str, Any]

# Who may do what with whose records (contract §2). Companies are everyone's to read.
REACH: Mapping[str, Mapping[str, str]] = {
    "admin": {"read": "all", "write": "all", "delete": "all"},
    "manager": {"read": "all", "write": "all", "delete": "team"},
    "rep": {"read": "own", "write": "own", "delete": "own"},
    "viewer": {"read": "all", "write": "none", "delete": "none"},
}
LINKS: Mapping[str, Mapping[str, str]] = {
    "contacts": {"company_id": "companies", "owner_id": "users"},
    "companies": {"owner_id": "users"},
    "deals": {"contact_id": "contacts", "company_id": "companies", "owner_id": "users"},
}
SINGULAR = {"contacts": "contact", "companies": "company", "deals": "deal"}
LINES = ("line1", "line2", "city", "state", "postal_code", "country")
CHANCE = {"won": 100, "lost": 0, "abandoned": 0}

COMMON: Row = {"tags": [], "custom_fields": {}}
EMPTY: Mapping[str, Row] = {
    "contacts": {
        **dict.fromkeys(("first_name", "last_name", "email", "phone", "company_id", "job_title", "last_contacted_at")),
        **dict.fromkeys(("source", "owner_id", "address", "website", "timezone", "date_of_birth")),
        "lead_score": 0,
        "do_not_contact": False,
        "lifecycle_stage": "lead",
        **COMMON,
    },
    "companies": {
        **dict.fromkeys(("domain", "website", "phone", "email", "description", "industry", "annual_revenue")),
        **dict.fromkeys(("employee_count", "address", "owner_id")),
        **COMMON,
    },
    "deals": {
        **dict.fromkeys(("contact_id", "company_id", "owner_id", "expected_close_date", "closed_at", "lost_reason")),
        **dict.fromkeys(("source", "description")),
        "value": 0,
        "currency": "USD",
        **COMMON,
    },
}


@dataclass(frozen=True)
class Person:
    """`team` holds the ids of everyone in it, the person's own among them."""

    id: str
    role: str
    team: frozenset[str]


@dataclass(frozen=True)
class Stage:
    id: str
    pipeline_id: str
    type: str
    probability: int


@dataclass(frozen=True)
class Ask:
    """One write, in REST's words. `early` tells that the role is asked before the input is read, as GraphQL does;
    `reuse` that a key may be used again for something else, as the first contract had it.
    """

    who: str
    operation: str
    values: Values
    id: str | None = None
    if_match: str | None = None
    key: str | None = None
    early: bool = False
    reuse: bool = False


@dataclass(frozen=True)
class Answer:
    """What a door says: a status; the data, its version, and whether it is an earlier answer; or what was wrong."""

    status: int = 200
    data: Any = None
    etag: str | None = None
    replayed: bool = False
    codes: tuple[str, ...] = ()


class Refused(Exception):
    def __init__(self, status: int, *codes: str) -> None:
        super().__init__(status, codes)
        self.status, self.codes = status, codes

    @property
    def slug(self) -> str:
        return {403: "forbidden", 404: "not-found", 412: "precondition-failed", 422: "validation"}[self.status]


@dataclass
class Ledger:
    """One tenant as it must be. `stages` in their order, those of the default pipeline first."""

    people: Mapping[str, Person]
    stages: tuple[Stage, ...]
    records: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in LINKS})
    revisions: dict[str, int] = field(default_factory=dict)
    keys: dict[tuple[str, str, str], tuple[Values, Answer]] = field(default_factory=dict)
    audit: list[Row] = field(default_factory=list)
    timeline: list[Row] = field(default_factory=list)

    def run(self, ask: Ask, now: str, new_id: str) -> Answer:
        """What comes of a write at a moment; a record that is made gets `new_id`."""
        try:
            return self._run(ask, now, new_id)
        except Refused as fault:
            self._note(ask, ask.id, fault.slug, [])
            return Answer(fault.status, codes=tuple(sorted(fault.codes)))

    def visible(self, who: str, room: str) -> list[Row]:
        """What somebody may see of a room, newest first."""
        seen = [row for row in self.records[room].values() if self._reaches(who, room, "read", row)]
        return sorted(seen, key=lambda row: (row["created_at"], row["id"]), reverse=True)

    def etag(self, record_id: str) -> str:
        return f'"{self.revisions[record_id]}"'

    # Before anything happens.

    def _run(self, ask: Ask, now: str, new_id: str) -> Answer:
        room, verb = ask.operation.split(".")
        denied = REACH[self.people[ask.who].role]["delete" if verb == "delete" else "write"] == "none"
        if denied and ask.early:
            raise Refused(403)
        values = _read(room, verb, ask.values)
        if denied:
            raise Refused(403)
        if ask.key is None or verb not in ("create", "upsert"):
            return self._perform(ask, room, verb, values, now, new_id)
        key = (self.people[ask.who].id, ask.operation, ask.key)
        if key not in self.keys:
            self.keys[key] = (values, self._perform(ask, room, verb, values, now, new_id))
            return self.keys[key][1]
        first, answer = self.keys[key]
        if first != values and not ask.reuse:
            raise Refused(422, "key_reused")
        return Answer(200, answer.data, answer.etag, replayed=True)

    def _perform(self, ask: Ask, room: str, verb: str, values: Values, now: str, new_id: str) -> Answer:
        if verb == "create":
            return self._create(ask, room, values, now, new_id)
        if verb == "upsert":
            return self._upsert(ask, values, now, new_id)
        row = self._target(ask, room, "delete" if verb == "delete" else "write", str(ask.id))
        if verb == "delete":
            return self._delete(ask, room, row, now)
        decide: Mapping[str, Callable[[], Values]] = {
            "update": lambda: _reachable(row, values) if room == "contacts" else values,
            "add_tags": lambda: {"tags": _labels([*row["tags"], *values["tags"]])},
            "remove_tags": lambda: {"tags": _without(row["tags"], values["tags"])},
            "move": lambda: self._move(ask, row, values, now),
            "set_status": lambda: self._set_status(ask, row, values, now),
        }
        return self._update(ask, room, row, decide[verb](), now)

    def _reaches(self, who: str, room: str, verb: str, row: Row) -> bool:
        person = self.people[who]
        reach = "all" if (room, verb) == ("companies", "read") else REACH[person.role][verb]
        whose = {"all": None, "team": person.team, "own": {person.id}, "none": ()}[reach]
        return whose is None or row["owner_id"] in whose

    def _target(self, ask: Ask, room: str, verb: str, record_id: str) -> Row:
        row = self.records[room].get(record_id)
        if row is None or not self._reaches(ask.who, room, "read", row):
            raise Refused(404)
        if not self._reaches(ask.who, room, verb, row):
            raise Refused(403)
        if ask.if_match is not None and ask.if_match != "*" and self.etag(record_id) not in ask.if_match.split(", "):
            raise Refused(412)
        return row

    def _check_links(self, who: str, room: str, values: Values) -> None:
        users = {person.id for person in self.people.values()}
        wrong = 0
        for name, there in LINKS[room].items():
            linked = values.get(name)
            if linked is None or (there == "users" and linked in users):
                continue
            row = self.records[there].get(linked) if there != "users" else None
            wrong += row is None or not self._reaches(who, there, "read", row)
        if wrong:
            raise Refused(422, *["link"] * wrong)

    # What writes do.

    def _create(self, ask: Ask, room: str, values: Values, now: str, new_id: str) -> Answer:
        begun = self._begun(values, now) if room == "deals" else {}
        self._check_links(ask.who, room, values)
        own = {"owner_id": self.people[ask.who].id}
        row: Row = {**EMPTY[room], **own, **_merged({"address": None, "custom_fields": {}}, values), **begun}
        row = _named(room, {"id": new_id, "created_at": now, "updated_at": now, **row})
        self.records[room][new_id], self.revisions[new_id] = row, 1
        self._note(ask, new_id, "ok", _changes({}, row))
        return Answer(200, row, '"1"')

    def _update(self, ask: Ask, room: str, row: Row, changed: Values, now: str) -> Answer:
        record_id = row["id"]
        changes = self._apply(ask, room, row, changed, now)
        self._note(ask, record_id, "ok", changes)
        return Answer(200, self.records[room][record_id], self.etag(record_id))

    def _apply(self, ask: Ask, room: str, row: Row, changed: Values, now: str) -> list[Row]:
        links = {name: changed[name] for name in LINKS[room] if name in changed and changed[name] != row[name]}
        self._check_links(ask.who, room, links)
        after = _named(room, {**row, **_merged(row, changed)})
        changes = _changes(row, after)
        if changes:
            self._replace(room, {**after, "updated_at": now})
        return changes

    def _replace(self, room: str, row: Row) -> None:
        self.records[room][row["id"]] = row
        self.revisions[row["id"]] += 1

    def _delete(self, ask: Ask, room: str, row: Row, now: str) -> Answer:
        link = f"{SINGULAR[room]}_id"
        for other, rows in self.records.items():
            for each in list(rows.values()):
                if each.get(link) == row["id"]:
                    self._replace(other, {**each, link: None, "updated_at": now})
        for entry in self.timeline:
            entry[link] = None if entry[link] == row["id"] else entry[link]
        del self.records[room][row["id"]], self.revisions[row["id"]]
        self._note(ask, row["id"], "ok", [])
        return Answer(200, {"id": row["id"]})

    def _upsert(self, ask: Ask, values: Values, now: str, new_id: str) -> Answer:
        values = dict(values)
        record_id = values.pop("id", None) or self._match(ask.who, values)
        if record_id is None:
            made = self._create(ask, "contacts", values, now, new_id)
            return Answer(200, {"status": "created", "data": made.data}, made.etag)
        row = self._target(Ask(ask.who, ask.operation, {}), "contacts", "write", record_id)
        changes = self._apply(ask, "contacts", row, _reachable(row, values), now)
        self._note(ask, record_id, "ok", changes)
        after = self.records["contacts"][record_id]
        if changes:
            links = {"contact_id": record_id, "company_id": after["company_id"], "deal_id": None}
            self._tell(ask, "Contact merged", record_id, links, changes)
        return Answer(200, {"status": "updated", "data": after}, self.etag(record_id))

    def _match(self, who: str, values: Values) -> str | None:
        for name in ("email", "phone"):
            wanted = values.get(name)
            found = [row["id"] for row in self.visible(who, "contacts") if wanted and _same(row[name], wanted)]
            if found:
                return str(min(found))
        return None

    # What becomes of deals.

    def _begun(self, values: Values, now: str) -> Values:
        if values.get("stage_id"):
            stage = self._stage(values)
        else:
            of_pipeline = [each for each in self.stages if values.get("pipeline_id") in (None, each.pipeline_id)]
            if not of_pipeline:
                raise Refused(422, "link")
            stage = of_pipeline[0]
        return {**_at(stage, now), **_entered(stage.type, {}, stage, None, now)}

    def _stage(self, values: Values) -> Stage:
        stage = next((each for each in self.stages if each.id == values["stage_id"]), None)
        if stage is None or values.get("pipeline_id") not in (None, stage.pipeline_id):
            raise Refused(422, "link")
        return stage

    def _move(self, ask: Ask, row: Row, values: Values, now: str) -> Values:
        stage, reason = self._stage(values), values.get("lost_reason")
        if reason and stage.type != "lost":
            raise Refused(422, "unexpected")
        if stage.id == row["stage_id"]:
            return {"lost_reason": reason} if reason and row["status"] == "lost" else {}
        moved = {**_at(stage, now), **_entered(stage.type, row, stage, reason, now)}
        self._tell_deal(ask, "Deal moved", row, {"stage_id": stage.id, "status": stage.type})
        return moved

    def _set_status(self, ask: Ask, row: Row, values: Values, now: str) -> Values:
        status, reason = values["status"], values.get("lost_reason")
        if reason and status != "lost":
            raise Refused(422, "unexpected")
        if status != row["status"]:
            self._tell_deal(ask, "Deal status changed", row, {"status": status})
        return _entered(status, row, next(each for each in self.stages if each.id == row["stage_id"]), reason, now)

    # What else is left behind.

    def _tell_deal(self, ask: Ask, subject: str, row: Row, after: Values) -> None:
        changes = [
            {"field": name, "from": row[name], "to": value} for name, value in after.items() if row[name] != value
        ]
        links = {"deal_id": row["id"], "contact_id": row["contact_id"], "company_id": row["company_id"]}
        self._tell(ask, subject, row["id"], links, changes)

    def _tell(self, ask: Ask, subject: str, record_id: str, links: Row, changes: list[Row]) -> None:
        entry = {"subject": subject, "author_id": self.people[ask.who].id, "record_id": record_id, **links}
        self.timeline.append({**entry, "changes": sorted(changes, key=lambda each: str(each["field"]))})

    def _note(self, ask: Ask, record_id: str | None, outcome: str, changes: list[Row]) -> None:
        line = {"user_id": self.people[ask.who].id, "operation": ask.operation, "record_id": record_id}
        self.audit.append({**line, "outcome": outcome, "changes": sorted(changes, key=lambda each: str(each["field"]))})


def _read(room: str, verb: str, values: Values) -> Values:
    """The input normalised: lines trimmed, empty text none, labels once each."""
    read, wrong = dict(values), []
    for name, value in values.items():
        if isinstance(value, str):
            read[name] = _text(value, trimmed=True)
        if isinstance(value, dict):
            read[name] = {key: _text(each, trimmed=name == "address") for key, each in value.items()}
        if isinstance(value, list):
            read[name] = _labels([each.strip() for each in value])
    if room != "contacts" and "name" in values and read["name"] is None:
        wrong.append("type" if values["name"] is None else "too_short")
    if values.get("value") == 1.005:
        wrong.append("value")
    if verb in ("create", "upsert") and room == "contacts" and not (read.get("email") or read.get("phone")):
        wrong += [] if read.get("id") else ["required"]
    if wrong:
        raise Refused(422, *wrong)
    return read


def _text(value: Any, *, trimmed: bool) -> Any:
    if not isinstance(value, str) or not value.strip():
        return None if isinstance(value, str) else value
    return value.strip() if trimmed else value


def _reachable(row: Row, values: Values) -> Values:
    after = {**row, **values}
    if after["email"] is None and after["phone"] is None:
        raise Refused(422, "required")
    return values


def _merged(row: Row, values: Values) -> Values:
    """Objects member by member; a null member is cleared, an address without any line is none."""
    merged = dict(values)
    if isinstance(values.get("address"), dict):
        lines = {**dict.fromkeys(LINES), **(row["address"] or {}), **values["address"]}
        merged["address"] = lines if any(lines.values()) else None
    if "custom_fields" in values:
        members = {**row["custom_fields"], **values["custom_fields"]}
        merged["custom_fields"] = {slug: value for slug, value in members.items() if value is not None}
    return merged


def _named(room: str, row: Row) -> Row:
    if room != "contacts":
        return row
    whole = " ".join(filter(None, (row["first_name"], row["last_name"])))
    return {**row, "name": whole or row["email"] or row["phone"]}


def _changes(before: Row, after: Row) -> list[Row]:
    return [
        {"field": name, "from": before.get(name), "to": value}
        for name, value in after.items()
        if before.get(name) != value
    ]


def _at(stage: Stage, now: str) -> Values:
    return {"stage_id": stage.id, "pipeline_id": stage.pipeline_id, "stage_changed_at": now}


def _entered(status: str, row: Row, stage: Stage, reason: str | None, now: str) -> Values:
    same = row.get("status") == status
    return {
        "status": status,
        "closed_at": None if status == "open" else (row["closed_at"] if same else now),
        "probability": CHANCE.get(status, stage.probability),
        "lost_reason": (reason or (row["lost_reason"] if same else None)) if status == "lost" else None,
    }


def _labels(labels: list[str]) -> list[str]:
    kept: dict[str, str] = {}
    for each in labels:
        kept.setdefault(each.casefold(), each)
    return list(kept.values())


def _without(labels: list[str], taken: list[str]) -> list[str]:
    gone = {each.casefold() for each in taken}
    return [each for each in labels if each.casefold() not in gone]


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.casefold() == other.casefold()
