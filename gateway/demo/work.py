"""What a tenant's people do: their tasks, their notes, and the activities that tell of both and of their deals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from typing import Any, TypeVar

from crm.activities.repository import CONTACTING
from crm.kit.values import wire
from crm.resources import ACTIVITY, NOTE, TASK, Resource
from gateway.demo import trade
from gateway.demo.moments import OPENED, TODAY, lately, later, spread
from gateway.demo.story import Made, Met, Story, Values, several, some

Known = TypeVar("Known", Met, Made)

_DAY = timedelta(days=1)
_BEGUN = OPENED + (TODAY - OPENED) / 20
"""By then there is somebody to do something about."""
_LINKS = ("contact_id", "company_id", "deal_id")


@dataclass(frozen=True, slots=True)
class Event:
    """Something the timeline tells of. `changes` are by field, from what to what."""

    subject: str
    at: datetime
    user_id: str
    record_id: str
    links: Values
    changes: tuple[tuple[str, Any, Any], ...]


class Work:
    """The tasks, notes and activities of one story, walked once each, in this order, after all of the story is told."""

    def __init__(self, story: Story) -> None:
        contacts = len(story.met)
        self.counts = {TASK: contacts * 8 // 10, NOTE: contacts * 6 // 10, ACTIVITY: contacts * 16 // 10}
        self._story = story
        self._doers = [each for each, person in zip(story.user_ids, story.cast.people, strict=True) if person.share]
        self._events = [self._moved(deal) for deal in story.made if deal.changes]

    def tasks(self) -> Iterator[Values]:
        dice, of = self._story.dice(TASK), self.counts[TASK]
        for index in range(of):
            born = spread(dice, index, of, _BEGUN, TODAY)
            task = {
                "id": self._story.id_of(TASK, born, index),
                "title": dice.choice(trade.TASK_TITLES),
                "description": some(dice, trade.REMARKS, 0.3),
                "due_at": None if dice.random() < 0.2 else born + dice.randrange(1, 40) * _DAY,
                "priority": dice.choices(("low", "medium", "high", "urgent"), (20, 50, 20, 10))[0],
                "type": dice.choices(("todo", "call", "email", "meeting"), (40, 30, 20, 10))[0],
                "assignee_id": None if dice.random() < 0.05 else dice.choice(self._doers),
                "created_by_id": dice.choice(self._doers),
                "tags": several(dice, trade.TASK_TAGS),
                **self._about(dice, TASK, born),
                "created_at": born,
            }
            yield task | self._done(dice, task)

    def _done(self, dice: Random, task: Values) -> Values:
        """Two of three tasks are done, and the timeline knows."""
        if dice.random() < 0.35:
            return {"completed": False, "completed_at": None, "updated_at": later(dice, task["created_at"], 10)}
        at = later(dice, task["created_at"], 30)
        links = {name: task[name] for name in _LINKS}
        if any(links.values()):
            changes = (("completed", False, True), ("completed_at", None, at))
            doer = task["assignee_id"] or task["created_by_id"]
            self._events.append(Event("Task completed", at, doer, task["id"], links, changes))
        return {"completed": True, "completed_at": at, "updated_at": at}

    def notes(self) -> Iterator[Values]:
        dice, of = self._story.dice(NOTE), self.counts[NOTE]
        for index in range(of):
            born = spread(dice, index, of, _BEGUN, TODAY)
            pinned_at = later(dice, born, 5) if dice.random() < 0.1 else None
            yield {
                "id": self._story.id_of(NOTE, born, index),
                "body": " ".join(dice.sample(trade.REMARKS, dice.randrange(1, 4))),
                "pinned": pinned_at is not None,
                "pinned_at": pinned_at,
                "author_id": dice.choice(self._doers),
                **self._about(dice, NOTE, born),
                "created_at": born,
                "updated_at": pinned_at or born,
            }

    def activities(self) -> Iterator[Values]:
        """The newest e-mail, call or meeting of every contact that was contacted; then whatever else there was."""
        dice, of = self._story.dice(ACTIVITY), self.counts[ACTIVITY]
        events = self._events[: of // 4]
        contacted = [each for each in self._story.met if each.last_contacted_at][: of - len(events)]
        others = of - len(events) - len(contacted)
        told = chain(
            (_told(event) for event in events),
            (self._reached(dice, each, each.last_contacted_at) for each in contacted),
            (self._happened(dice) for _ in range(others)),
        )
        for index, values in enumerate(told):
            born = values["occurred_at"]
            fresh = {"id": self._story.id_of(ACTIVITY, born, index), "created_at": born, "updated_at": born}
            yield values | fresh

    def _reached(self, dice: Random, met: Met, at: datetime | None) -> Values:
        kind = dice.choice(CONTACTING)
        return _logged(dice, kind, met.owner_id or dice.choice(self._doers)) | {
            "occurred_at": at,
            "contact_id": met.id,
            "company_id": met.company_id if dice.random() < 0.5 else None,
            "deal_id": None,
        }

    def _happened(self, dice: Random) -> Values:
        """Something earlier with a contact, or with a company or deal alone: none that would be a contact's newest."""
        met = dice.choice(self._story.met)
        if met.last_contacted_at and dice.random() < 0.6:
            span = max(1, int((met.last_contacted_at - met.born).total_seconds()))
            return self._reached(dice, met, met.born + timedelta(seconds=dice.randrange(span)))
        at = later(dice, met.born, 100)
        if met.company_id is None or dice.random() < 0.5:
            kind, links = dice.choice(("sms", "other")), {"contact_id": met.id, "company_id": None}
        else:
            kind, links = dice.choice(CONTACTING), {"contact_id": None, "company_id": met.company_id}
        return _logged(dice, kind, dice.choice(self._doers)) | links | {"occurred_at": at, "deal_id": None}

    def _about(self, dice: Random, kind: Resource, born: datetime) -> Values:
        """Something that was there already: a contact, mostly, perhaps its company; a deal; or, of tasks, nothing."""
        if kind is TASK and dice.random() < 0.1:
            return dict.fromkeys(_LINKS)
        if dice.random() < 0.3:
            deal = _known(dice, self._story.made, born)
            return {"contact_id": deal.contact_id, "company_id": None, "deal_id": deal.id}
        met = _known(dice, self._story.met, born)
        company_id = met.company_id if dice.random() < 0.4 else None
        return {"contact_id": met.id, "company_id": company_id, "deal_id": None}

    def _moved(self, deal: Made) -> Event:
        links = {"contact_id": deal.contact_id, "company_id": deal.company_id, "deal_id": deal.id}
        return Event("Deal moved", deal.moved, deal.owner_id or self._doers[0], deal.id, links, deal.changes)


def _known(dice: Random, those: Sequence[Known], moment: datetime) -> Known:
    """One of those that were there by then; they are spread evenly, in order."""
    return those[lately(dice, int(len(those) * ((moment - OPENED) / (TODAY - OPENED))) - 1)]


def _logged(dice: Random, kind: str, author_id: str) -> Values:
    """What somebody writes of an e-mail, a call, a meeting or anything else."""
    return {
        "type": kind,
        "subject": dice.choice(trade.SUBJECTS[kind]),
        "body": some(dice, trade.REMARKS, 0.4),
        "direction": None if kind == "other" else dice.choice(("inbound", "outbound", "outbound")),
        "duration_seconds": dice.randrange(60, 5_400, 30) if kind in ("call", "meeting") else None,
        "outcome": some(dice, trade.OUTCOMES, 0.4),
        "author_id": author_id,
        "metadata": {"channel": "mobile"} if kind == "call" and dice.random() < 0.3 else {},
    }


def _told(event: Event) -> Values:
    """An entry of the timeline, as the house writes them."""
    changes = [{"field": name, "from": wire(before), "to": wire(after)} for name, before, after in event.changes]
    return {
        "type": "system",
        "subject": event.subject,
        "body": None,
        "direction": None,
        "occurred_at": event.at,
        "duration_seconds": None,
        "outcome": None,
        **event.links,
        "author_id": event.user_id,
        "metadata": {"record_id": event.record_id, "changes": changes},
    }
