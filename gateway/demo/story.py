"""One tenant's records as their public values: made up by dice that always fall the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from crm.resources import BUSINESS, COMPANY, CONTACT, DEAL, PIPELINE, STAGE, USER, Resource
from gateway.demo import people, trade
from gateway.demo.cast import Cast
from gateway.demo.moments import FOUNDED, OPENED, TODAY, lately, later, made_id, spread

Values = dict[str, Any]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Met:
    """A contact as later records refer to it."""

    id: str
    company_id: str | None
    owner_id: str | None
    born: datetime
    last_contacted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """A deal as later records refer to it; `changes` are what became of it, by field, from what to what."""

    id: str
    contact_id: str | None
    company_id: str | None
    owner_id: str | None
    born: datetime
    moved: datetime
    changes: tuple[tuple[str, Any, Any], ...]


class Story:
    """The records of one tenant, `contacts` of them contacts and the others in proportion.

    Each kind may be walked once; contacts after companies, deals after contacts. What people do with them is `work`.
    """

    def __init__(self, cast: Cast, contacts: int) -> None:
        self.cast = cast
        self.counts = {COMPANY: max(1, contacts * 12 // 100), CONTACT: contacts, DEAL: max(1, contacts * 3 // 10)}
        self.business_id = self.id_of(BUSINESS, FOUNDED, 0)
        self.user_ids = [self.id_of(USER, FOUNDED, index) for index, _ in enumerate(cast.people)]
        self._owners: list[str | None] = [*self.user_ids, None]
        shares = [each.share for each in cast.people]
        self._shares = [*shares, 100 - sum(shares)]
        self._companies: list[tuple[str, str]] = []
        self.met: list[Met] = []
        self.made: list[Made] = []
        self._way_id = [self.id_of(PIPELINE, FOUNDED, index) for index, _ in enumerate(trade.PIPELINES)]

    def users(self) -> Iterator[Values]:
        for user_id, each in zip(self.user_ids, self.cast.people, strict=True):
            yield {
                "id": user_id,
                "name": each.name,
                "email": each.email,
                "team": each.team,
                "role": each.role,
                "created_at": FOUNDED,
                "updated_at": FOUNDED,
            }

    def pipelines(self) -> Iterator[Values]:
        for position, way in enumerate(trade.PIPELINES):
            yield {
                "id": self._way_id[position],
                "name": way.name,
                "is_default": position == 0,
                "position": position,
                "created_at": FOUNDED,
                "updated_at": FOUNDED,
            }

    def stages(self) -> Iterator[Values]:
        for index, way in enumerate(trade.PIPELINES):
            for position, step in enumerate(way.steps):
                yield {
                    "business_id": self.business_id,
                    "id": self._stage_id(index, position),
                    "pipeline_id": self._way_id[index],
                    "name": step.name,
                    "position": position,
                    "type": step.type,
                    "probability": step.probability,
                }

    def companies(self) -> Iterator[Values]:
        dice, of = self.dice(COMPANY), self.counts[COMPANY]
        for index in range(of):
            born = spread(dice, index, of, FOUNDED, OPENED)
            company_id = self.id_of(COMPANY, born, index)
            domain = f"company{index}-{self.cast.number}.example"
            self._companies.append((company_id, domain))
            yield self._common(dice, company_id, born) | _company(dice, index, domain)

    def contacts(self) -> Iterator[Values]:
        dice, of = self.dice(CONTACT), self.counts[CONTACT]
        for index in range(of):
            born = spread(dice, index, of, OPENED, TODAY)
            contact_id = self.id_of(CONTACT, born, index)
            company_id, domain = dice.choice(self._companies) if dice.random() < 0.9 else (None, "mail.example")
            values = self._common(dice, contact_id, born) | _contact(dice, index, domain, born)
            self.met.append(Met(contact_id, company_id, values["owner_id"], born, values["last_contacted_at"]))
            yield values | {"company_id": company_id}

    def deals(self) -> Iterator[Values]:
        dice, of = self.dice(DEAL), self.counts[DEAL]
        known = len(self.met)
        for index in range(of):
            born = spread(dice, index, of, OPENED + (TODAY - OPENED) / of, TODAY)
            met = self.met[lately(dice, known * index // of)]
            common = self._common(dice, self.id_of(DEAL, born, index), born)
            if dice.random() < 0.8:
                common["owner_id"] = met.owner_id
            deal = common | self._deal(dice, born) | _with(dice, met)
            self.made.append(self._made(deal))
            yield deal

    def _made(self, deal: Values) -> Made:
        first = self._stage_id(self._way_id.index(deal["pipeline_id"]), 0)
        became = (("stage_id", first, deal["stage_id"]), ("status", "open", deal["status"]))
        changes = tuple(each for each in became if each[1] != each[2])
        whose = (deal["contact_id"], deal["company_id"], deal["owner_id"])
        return Made(deal["id"], *whose, deal["created_at"], deal["stage_changed_at"], changes)

    def _deal(self, dice: Random, born: datetime) -> Values:
        way = 0 if dice.random() < 0.7 else 1
        steps = trade.PIPELINES[way].steps
        position = dice.choices(range(len(steps)), [each.share for each in steps])[0]
        step, moved = steps[position], later(dice, born)
        status = "abandoned" if step.type == "open" and dice.random() < 0.05 else step.type
        return {
            "name": f"{dice.choice(trade.DEAL_THINGS)} {born.year}",
            "value": dice.randrange(500, 250_000, 50) + dice.choice((0, 0, 0, 0.5, 0.99)),
            "currency": self.cast.currency if dice.random() < 0.9 else "GBP",
            "pipeline_id": self._way_id[way],
            "stage_id": self._stage_id(way, position),
            "status": status,
            "probability": 0 if status == "abandoned" else step.probability,
            "expected_close_date": None if dice.random() < 0.2 else (born + dice.randrange(20, 200) * _DAY).date(),
            "closed_at": None if status == "open" else moved,
            "stage_changed_at": moved,
            "lost_reason": dice.choice(trade.LOST_REASONS) if status == "lost" else None,
            "source": some(dice, trade.SOURCES, 0.6),
            "tags": several(dice, trade.DEAL_TAGS),
            "description": "Made up for the demonstration." if dice.random() < 0.3 else None,
            "custom_fields": _given(
                competitor=some(dice, trade.COMPETITORS, 0.3),
                discount=dice.randrange(5, 30) / 2 if dice.random() < 0.3 else None,
                strategic=True if dice.random() < 0.1 else None,
            ),
        }

    def _common(self, dice: Random, record_id: str, born: datetime) -> Values:
        return {
            "id": record_id,
            "owner_id": dice.choices(self._owners, self._shares)[0],
            "created_at": born,
            "updated_at": later(dice, born, 30),
        }

    def dice(self, resource: Resource) -> Random:
        return Random(f"{self.cast.number}/{resource.plural}")  # noqa: S311  the same every time is the point

    def id_of(self, resource: Resource, moment: datetime, index: int) -> str:
        return made_id(resource, moment, self.cast.number << 32 | index)

    def _stage_id(self, way: int, position: int) -> str:
        return self.id_of(STAGE, FOUNDED, way << 8 | position)


def _company(dice: Random, index: int, domain: str) -> Values:
    head, tail, ending = (
        dice.choice(each) for each in (trade.COMPANY_HEADS, trade.COMPANY_TAILS, trade.COMPANY_ENDINGS)
    )
    language = dice.choices(people.LANGUAGES, people.WEIGHTS)[0]
    known = dice.random() < 0.9
    return {
        "name": f"{head} {tail} {ending}",
        "domain": domain,
        "website": f"https://{domain}" if known else None,
        "phone": _phone(dice) if known else None,
        "email": f"office@{domain}" if known else None,
        "description": f"{tail} for everyone." if dice.random() < 0.5 else None,
        "industry": some(dice, trade.INDUSTRIES, 0.9),
        "annual_revenue": dice.randrange(100_000, 90_000_000, 5_000) if dice.random() < 0.7 else None,
        "employee_count": dice.randrange(3, 5_000) if dice.random() < 0.8 else None,
        "address": _address(dice, language) if dice.random() < 0.8 else None,
        "tags": several(dice, trade.COMPANY_TAGS),
        "custom_fields": _given(
            account_number=f"AC-{index:06d}" if known else None,
            health=dice.randrange(0, 101) if dice.random() < 0.6 else None,
            customer_since=str((FOUNDED - dice.randrange(900) * _DAY).date()) if dice.random() < 0.4 else None,
        ),
    }


def _contact(dice: Random, index: int, domain: str, born: datetime) -> Values:
    language = dice.choices(people.LANGUAGES, people.WEIGHTS)[0]
    given, given_plain = people.spelled(dice.choice(language.given))
    family, family_plain = people.spelled(dice.choice(language.family))
    nameless, unwritten = index % 50 == 17, index % 50 == 33
    return {
        "first_name": None if nameless else given,
        "last_name": None if nameless else family,
        "email": None if unwritten else f"{given_plain}.{family_plain}{index}@{domain}",
        "phone": _phone(dice) if unwritten or dice.random() < 0.85 else None,
        "job_title": some(dice, trade.JOB_TITLES, 0.8),
        "tags": several(dice, trade.CONTACT_TAGS),
        "lead_score": dice.randrange(0, 101),
        "last_contacted_at": later(dice, born, 200) if dice.random() < 0.7 else None,
        "source": some(dice, trade.SOURCES, 0.8),
        "address": _address(dice, language) if dice.random() < 0.5 else None,
        "website": f"https://{given_plain}.{domain}" if dice.random() < 0.1 else None,
        "timezone": language.timezone if dice.random() < 0.8 else None,
        "date_of_birth": (FOUNDED - dice.randrange(8_000, 24_000) * _DAY).date() if dice.random() < 0.4 else None,
        "do_not_contact": dice.random() < 0.05,
        "lifecycle_stage": dice.choices(("lead", "qualified", "customer", "other"), (50, 20, 25, 5))[0],
        "custom_fields": _given(
            tier=some(dice, trade.TIERS, 0.5),
            newsletter=dice.choice((True, False, None, None)),
            seats=dice.randrange(1, 200) if dice.random() < 0.3 else None,
            follow_up_on=str((born + dice.randrange(300) * _DAY).date()) if dice.random() < 0.3 else None,
        ),
    }


def _with(dice: Random, met: Met) -> Values:
    """Most deals are made with a contact and its company, some with either, a few with nobody yet."""
    chance = dice.random()
    return {
        "contact_id": met.id if chance < 0.9 else None,
        "company_id": met.company_id if chance < 0.8 or chance > 0.95 else None,
    }


def _address(dice: Random, language: people.Names) -> Values:
    return {
        "line1": f"{dice.randrange(1, 200)} {dice.choice(trade.STREETS)}",
        "line2": "Suite 400" if dice.random() < 0.1 else None,
        "city": language.city,
        "state": "CA" if language.country == "US" else None,
        "postal_code": f"{dice.randrange(10_000, 99_999)}",
        "country": language.country,
    }


def _phone(dice: Random) -> str:
    """A number that is set aside for fiction: 555-0100 to 555-0199 of any American area."""
    return f"+1{dice.choice(trade.AREA_CODES)}55501{dice.randrange(100):02d}"


def some(dice: Random, choices: tuple[str, ...], chance: float) -> str | None:
    """One of them, or none."""
    return dice.choice(choices) if dice.random() < chance else None


def several(dice: Random, choices: tuple[str, ...]) -> list[str]:
    """Up to three of them."""
    return dice.sample(choices, dice.choices((0, 1, 2, 3), (40, 35, 20, 5))[0])


def _given(**values: Any) -> Values:
    """Custom values: those that are there."""
    return {slug: value for slug, value in values.items() if value is not None}
