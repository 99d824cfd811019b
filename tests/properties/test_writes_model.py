"""Random writes by two tenants and four roles, through both doors in turn, come to what a model in plain Python says:
rows, versions, visibility, timeline, audit and kept keys.
"""

import asyncio
import json
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from crm.access.scopes import SCOPES
from crm.activities.table import activities
from crm.catalogue import OPERATIONS, REPOSITORIES
from crm.kit import ids
from crm.resources import PIPELINE, STAGE
from crm.storage import tokens, types
from crm.storage.idempotency import idempotency
from crm.storage.journal import audit
from crm.storage.opening import open_database
from crm.storage.statement import Shape, shaped
from crm.storage.tokens import Grant
from crm.users import repository as users
from gateway.app import create_app
from gateway.opening import over
from gateway.settings import Settings
from tests.conftest import NewDatabase
from tests.fixtures.world import NOW, PLENTY, World
from tests.parity.doors import Asked, Outcome, graphql, rest
from tests.properties.asks import CHANGES, MAKES, WRITERS, Tenant, some_id, values_for, versions
from tests.properties.house import house_over
from tests.properties.ledger import LINKS, REACH, Answer, Ask, Ledger, Person, Stage

T = TypeVar("T")

STEPS = 30
TABLES = {each.table.name: each.table for each in REPOSITORIES}
KINDS = ("open", "open", "won", "lost", "open", "won")


@dataclass
class Street:
    """An application over one database, with a clock of its own, driven from outside its loop."""

    runner: asyncio.Runner
    world: World
    known: dict[str, str]
    now: datetime = NOW

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def fetch(self, shape: Shape, business_id: str) -> list[dict[str, Any]]:
        return self.run(self.world.database.fetch(shape, {"business_id": business_id}))

    def tick(self) -> str:
        """A second later; what a record that changes then says."""
        self.now += timedelta(seconds=1)
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def street(new_database: NewDatabase) -> Iterator[Street]:
    """One for all examples; each makes two tenants of its own there."""
    stack = AsyncExitStack()
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        made = runner.run(_opened(stack, runner, new_database()))
        yield made
        runner.run(stack.aclose())


async def _opened(stack: AsyncExitStack, runner: asyncio.Runner, url: str) -> Street:
    database = await open_database(url)
    stack.push_async_callback(database.close)
    app = create_app(Settings(rate_limit=PLENTY), lambda given: over(database, given, lambda: made.now))
    known: dict[str, str] = {}
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
    made = Street(runner, World(database, app, http, known), known)
    await stack.enter_async_context(app.router.lifespan_context(app))
    await stack.enter_async_context(http)
    return made


async def _tenant(street: Street) -> Tenant:
    """A tenant with somebody of each role, the manager and the rep of one team, and two pipelines."""
    pipelines = [ids.new(PIPELINE) for _ in range(2)]
    stages = [
        Stage(ids.new(STAGE), pipelines[position >= 4], kind, {"won": 100, "lost": 0}.get(kind, 10 * position))
        for position, kind in enumerate(KINDS)
    ]
    there = await house_over(street.world.database).tenant(_rows(pipelines, stages))
    people: dict[str, str] = {}
    for role in REACH:
        values = {"name": role, "email": f"{role}@x.example", "role": role}
        team = {"team": "North"} if role in ("manager", "rep") else {}
        people[role] = await users.add(street.world.database, there.business_id, {**values, **team}, NOW)
        grant = Grant(people[role], role, SCOPES)
        street.known[people[role]] = await tokens.create(street.world.database, there.business_id, grant, NOW)
    north = frozenset((people["manager"], people["rep"]))
    persons = {
        role: Person(user, role, north if user in north else frozenset((user,))) for role, user in people.items()
    }
    return Tenant(there.business_id, Ledger(persons, tuple(stages)), people)


def _rows(pipelines: Sequence[str], stages: Sequence[Stage]) -> Any:
    moment = {"created_at": NOW, "updated_at": NOW}
    return {
        PIPELINE: {
            each: {"id": each, "name": each, "is_default": not position, "position": position, **moment}
            for position, each in enumerate(pipelines)
        },
        STAGE: {
            each.id: {
                "id": each.id,
                "pipeline_id": each.pipeline_id,
                "name": each.id,
                "position": position,
                "type": each.type,
                "probability": each.probability,
            }
            for position, each in enumerate(stages)
        },
    }


class Writes(RuleBasedStateMachine):
    """`street` is set on a subclass: state machines are made without arguments."""

    street: ClassVar[Street]

    def __init__(self) -> None:
        super().__init__()
        self.tenants = [self.street.run(_tenant(self.street)) for _ in range(2)]
        one, other = self.tenants
        self.pairs = [(one, other), (one, other), (one, other), (other, one)]
        self.keyed: list[tuple[Tenant, Ask]] = []
        self.turn = 0

    @initialize()
    def begin(self) -> None:
        """Everyone begins with something of each kind: the rep's, the manager's and nobody's."""
        for tenant in self.tenants:
            for who, name in (("rep", "ann"), ("manager", "bob")):
                company = self._do(tenant, Ask(who, "companies.create", {"name": name}))
                values = {"email": f"{name}@x.example", "company_id": company}
                contact = self._do(tenant, Ask(who, "contacts.create", values))
                self._do(tenant, Ask(who, "deals.create", {"name": name, "contact_id": contact, "company_id": company}))
            self._do(tenant, Ask("admin", "contacts.create", {"phone": "+14155550101", "owner_id": None}))

    @rule(data=st.data(), operation=st.sampled_from(MAKES), who=WRITERS, key=st.sampled_from([None, "k1", "k2", "k3"]))
    def make(self, data: st.DataObject, operation: str, who: str, key: str | None) -> None:
        """Anybody makes anything, with a key or without."""
        mine, other = data.draw(st.sampled_from(self.pairs), label="tenants")
        values = data.draw(values_for(mine, other, *operation.split(".")), label="values")
        ask = Ask(who, operation, values, key=key)
        self._do(mine, ask)
        if key is not None:
            self.keyed.append((mine, ask))

    @precondition(lambda self: self.keyed)
    @rule(data=st.data(), reuse=st.booleans())
    def retry(self, data: st.DataObject, reuse: bool) -> None:
        """What was asked with a key is asked again, as it was or otherwise, under either contract."""
        mine, ask = data.draw(st.sampled_from(self.keyed), label="again")
        values = data.draw(st.sampled_from([ask.values, ask.values, {**ask.values, "tags": ["other"]}]), label="values")
        self._do(mine, replace(ask, values=values, reuse=reuse))

    @rule(data=st.data(), operation=st.sampled_from(CHANGES), who=WRITERS)
    def change(self, data: st.DataObject, operation: str, who: str) -> None:
        """Anybody changes, moves or deletes anything, knowing its version or not."""
        mine, other = data.draw(st.sampled_from(self.pairs), label="tenants")
        room, verb = operation.split(".")
        record_id = data.draw(some_id(mine, other, room), label="id")
        values = data.draw(values_for(mine, other, room, verb), label="values")
        if_match = data.draw(versions(mine.ledger, record_id), label="if_match")
        self._do(mine, Ask(who, operation, values, record_id, if_match))

    @rule(data=st.data(), room=st.sampled_from(list(LINKS)), who=st.sampled_from(list(REACH)))
    def read(self, data: st.DataObject, room: str, who: str) -> None:
        """Anybody reads anything: it is as it must be, or not there."""
        mine, other = data.draw(st.sampled_from(self.pairs), label="tenants")
        record_id = data.draw(some_id(mine, other, room), label="id")
        seen = {row["id"]: row for row in mine.ledger.visible(who, room)}
        told = self._ask(mine, who, Asked(OPERATIONS[f"{room}.read"], id=record_id))
        if record_id in seen:
            assert (told.data, told.etag) == (seen[record_id], mine.ledger.etag(record_id))
        else:
            assert told.problem is not None
            assert told.problem["status"] == 404

    def teardown(self) -> None:
        """In the end everything is as the ledgers say, and nothing else is there."""
        self.street.run(self.street.world.app.state.house.backend.settle())
        for tenant in self.tenants:
            for who in REACH:
                self._see(tenant, who)
            self._check_versions(tenant)
            self._check_traces(tenant)

    def _do(self, mine: Tenant, ask: Ask) -> str:
        """Ask the house and the ledger; the id of what was made, if anything was."""
        now = self.street.tick()
        asked = Asked(
            operation=OPERATIONS[ask.operation],
            values=ask.values,
            id=ask.id,
            if_match=ask.if_match,
            key=ask.key,
            version="2026-06-01" if ask.reuse else None,
        )
        early = self.turn % 2 == 0
        told = self._ask(mine, ask.who, asked)
        made = told.data if isinstance(told.data, dict) else {}
        new_id = made.get("data", made).get("id", "none")
        must = mine.ledger.run(replace(ask, early=early), now, new_id)
        assert _answer(told, asked) == _expected(must, asked, early), (ask, early)
        return str(new_id)

    def _ask(self, mine: Tenant, who: str, asked: Asked) -> Outcome:
        """Through the doors in turn."""
        door = (graphql, rest)[self.turn % 2]
        self.turn += 1
        return self.street.run(door(self.street.world, mine.names[who], asked))

    def _see(self, mine: Tenant, who: str) -> None:
        for room in LINKS:
            found = self._ask(mine, who, Asked(OPERATIONS[f"{room}.search"], {"limit": 100}))
            must = mine.ledger.visible(who, room)
            assert found.problem is None
            assert found.data["data"] == must, (who, room)
            assert found.data["meta"]["total"] == len(must)

    def _check_versions(self, mine: Tenant) -> None:
        kept = {
            row["id"]: row["revision"]
            for room in LINKS
            for row in self.street.fetch(_versions(TABLES[room]), mine.business_id)
        }
        assert kept == mine.ledger.revisions

    def _check_traces(self, mine: Tenant) -> None:
        lines = [{**row, "changes": _by_field(row["changes"])} for row in self.street.fetch(_lines(), mine.business_id)]
        assert _sorted(lines) == _sorted(mine.ledger.audit)
        entries = [_entry(row) for row in self.street.fetch(_timeline(), mine.business_id)]
        assert _sorted(entries) == _sorted(mine.ledger.timeline)
        kept = self.street.fetch(_keys(), mine.business_id)
        answers = {key: answer.data for key, (_, answer) in mine.ledger.keys.items()}
        assert {(row["user_id"], row["operation"], row["key"]): _id(row["output"]) for row in kept} == {
            key: _id(data) for key, data in answers.items()
        }


def _answer(told: Outcome, asked: Asked) -> Answer:
    if told.problem is not None:
        return Answer(told.problem["status"], codes=tuple(sorted(code for code, _ in told.problem["errors"])))
    data = {"tags": told.data["tags"]} if asked.operation.name.endswith("_tags") else told.data
    return Answer(200, data, told.etag, told.replayed)


def _expected(must: Answer, asked: Asked, early: bool) -> Answer:
    """REST's tags answer with the tags alone, and a replay with all it answered at first."""
    if must.data is None or not asked.operation.name.endswith("_tags"):
        return must
    return replace(must, data={"tags": must.data["tags"]})


def _by_field(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(changes, key=lambda each: str(each["field"]))


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    metadata = row.pop("metadata")
    return {**row, "record_id": metadata["record_id"], "changes": _by_field(metadata["changes"])}


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In an order that does not hang on the order of members."""
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def _id(output: dict[str, Any]) -> str:
    record_id: str = output.get("data", output)["id"]
    return record_id


def _of_tenant(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.business_id == sa.bindparam("business_id", type_=types.text())


@shaped
def _versions(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table.c.id, table.c.revision).where(_of_tenant(table))


@shaped
def _lines() -> sa.Select[Any]:
    shown = (audit.c[name] for name in ("user_id", "operation", "record_id", "outcome", "changes"))
    return sa.select(*shown).where(_of_tenant(audit))


@shaped
def _timeline() -> sa.Select[Any]:
    names = ("subject", "author_id", "contact_id", "company_id", "deal_id", "metadata")
    return sa.select(*(activities.c[name] for name in names)).where(_of_tenant(activities))


@shaped
def _keys() -> sa.Select[Any]:
    shown = (idempotency.c[name] for name in ("user_id", "operation", "key", "output"))
    return sa.select(*shown).where(_of_tenant(idempotency))


def test_writes_come_to_what_the_model_says(street: Street) -> None:
    machine = type("Writes", (Writes,), {"street": street})
    run_state_machine_as_test(machine, settings=settings(stateful_step_count=STEPS))
