"""Records of every resource, drawn at random: few distinct values, so that ties, hits and misses all happen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from hypothesis import strategies as st

from crm.catalogue import REPOSITORIES
from crm.kit import fields
from crm.kit.fields import PublicField, Record, fields_of
from crm.kit.page import Row
from crm.resources import ACTIVITY, COMPANY, CONTACT, DEAL, NOTE, PIPELINE, STAGE, TASK, USER, Resource
from tests.properties.texts import texts

Rows = dict[Resource, dict[str, Row]]
"""Records by resource and id; their values are what a record shows."""

NONE_IN_SO_MANY = 1 / 3
CUSTOM_TYPES = {"tier": "string", "size": "number", "hot": "boolean", "since": "date"}
CUSTOM_OWNERS = (CONTACT, COMPANY, DEAL)
FIRST: Mapping[Resource, Row] = {USER: {"role": "admin"}}
"""What is kept of a record and is no field of it."""

RECORD: Mapping[Resource, type[Record]] = {each.record.resource: each.record for each in REPOSITORIES}
ORDER = (USER, COMPANY, CONTACT, PIPELINE, STAGE, DEAL, TASK, NOTE, ACTIVITY)
"""What must be there before what."""


@dataclass(frozen=True)
class Pool:
    """The values of one example, by kind; most of them more than once."""

    texts: Sequence[str]
    phones: Sequence[str]
    integers: Sequence[int]
    amounts: Sequence[int | float]
    numbers: Sequence[int | float]
    moments: Sequence[datetime]
    days: Sequence[date]


def some(values: st.SearchStrategy[Any], at_least: int = 2, at_most: int = 5) -> st.SearchStrategy[list[Any]]:
    return st.lists(values, min_size=at_least, max_size=at_most)


MOMENT = datetime(2026, 6, 17, 14, 30, tzinfo=UTC)

moments = st.one_of(
    st.integers(0, 3).map(lambda second: MOMENT.replace(second=second)),
    st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)),
)
days = st.one_of(st.integers(1, 3).map(lambda day: date(2026, 6, day)), st.dates())
amounts = st.one_of(st.integers(0, 400), st.integers(0, 10**15)).map(
    lambda hundredths: hundredths // 100 if hundredths % 100 == 0 else hundredths / 100
)
integers = st.one_of(st.integers(-2, 2), st.integers(-(2**31) + 1, 2**31 - 1))
numbers = st.one_of(integers, st.floats(-(2.0**53) + 1, 2.0**53 - 1), st.sampled_from([0.1, 0.5, -0.0, 1.0, 1e-7]))
phones = st.integers(0, 30).map(lambda number: f"+1415555{number:04d}")

pools = st.builds(
    Pool,
    texts=some(texts, 4, 8),
    phones=some(phones),
    integers=some(integers),
    amounts=some(amounts),
    numbers=some(numbers),
    moments=some(moments),
    days=some(days),
)

_POOLED: Mapping[fields.Kind, Callable[[Random, Pool], Any]] = {
    fields.TEXT: lambda random, pool: random.choice(pool.texts),
    fields.INTEGER: lambda random, pool: random.choice(pool.integers),
    fields.MONEY: lambda random, pool: random.choice(pool.amounts),
    fields.TIMESTAMP: lambda random, pool: random.choice(pool.moments),
    fields.DATE: lambda random, pool: random.choice(pool.days),
    fields.BOOLEAN: lambda random, _: random.random() < 0.5,
    fields.TAGS: lambda random, pool: random.choices(pool.texts, k=random.randrange(4)),
    fields.OBJECT: lambda *_: {},
}


def value(random: Random, field: PublicField, pool: Pool, rows: Rows) -> Any:
    """A value of one field; links lead to records that are there."""
    if field.nullable and random.random() < NONE_IN_SO_MANY:
        return None
    if field.points_to is not None:
        there = sorted(rows.get(field.points_to, {}))
        return random.choice(there) if there else None
    if field.kind is fields.ENUM:
        return random.choice(field.choices)
    return random.choice(pool.phones) if field.name == "phone" else _POOLED[field.kind](random, pool)


def custom_values(random: Random, pool: Pool) -> dict[str, Any]:
    """Values of the custom fields every tenant here has; any of them may be missing, or be null."""
    kinds: dict[str, Any] = {
        "tier": random.choice(pool.texts),
        "size": random.choice(pool.numbers),
        "hot": random.choice((True, False)),
        "since": random.choice(pool.days).isoformat(),
    }
    there = [slug for slug in kinds if random.random() > NONE_IN_SO_MANY]
    return {slug: random.choice((kinds[slug], kinds[slug], None)) for slug in there}


@st.composite
def records(draw: st.DrawFn, resource: Resource, number: int, pool: Pool, rows: Rows) -> Row:
    """One record of a resource, with the id of that number.

    Which of the pool's values it has is one draw: a choice for every field would cost more than all the statements.
    """
    record = RECORD[resource]
    random = Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311  chance, not secrecy
    row = {name: value(random, each, pool, rows) for name, each in fields_of(record).items() if name not in _OURS}
    row["id"] = id_of(resource, number)
    if resource in CUSTOM_OWNERS:
        row["custom_fields"] = custom_values(random, pool)
    finish = _FINISH.get(resource)
    return finish(row, number) if finish else row


_OURS = {"id", "custom_fields", "stages", "address"}


def id_of(resource: Resource, number: int) -> str:
    return f"{resource.prefix}_{number:024x}"


def _contact(row: Row, number: int) -> Row:
    if not any(row[each] for each in ("first_name", "last_name", "email", "phone")):
        row["phone"] = f"+1555{number:07d}"
    names = [row[each] for each in ("first_name", "last_name") if row[each]]
    return {**row, "name": " ".join(names) or row["email"] or row["phone"], "address": None}


def _user(row: Row, number: int) -> Row:
    return {**row, "email": f"{row['email'][:100]}{number}@example.com"}  # one of a kind in its tenant


_FINISH: Mapping[Resource, Callable[[Row, int], Row]] = {
    CONTACT: _contact,
    USER: _user,
    COMPANY: lambda row, _: {**row, "address": None},
    PIPELINE: lambda row, _: {**row, "stages": []},
}


def company(number: int, name: str) -> Row:
    """A plain company of that name."""
    plain: Row = {"created_at": MOMENT, "updated_at": MOMENT, "domain": None, "tags": [], "custom_fields": {}}
    return {**plain, "id": id_of(COMPANY, number), "name": name}


@st.composite
def stages(draw: st.DrawFn, number: int, pool: Pool, rows: Rows) -> Row:
    """One stage; its pipeline shows it too."""
    pipeline = draw(st.sampled_from(sorted(rows[PIPELINE])))
    stage = {
        "id": id_of(STAGE, number),
        "pipeline_id": pipeline,
        "name": draw(st.sampled_from(pool.texts)),
        "position": len(rows[PIPELINE][pipeline]["stages"]),
        "type": draw(st.sampled_from(("open", "won", "lost"))),
        "probability": draw(st.integers(0, 100)),
    }
    rows[PIPELINE][pipeline]["stages"].append({name: each for name, each in stage.items() if name != "pipeline_id"})
    return stage


@st.composite
def worlds(draw: st.DrawFn, pool: Pool, counts: Mapping[str, int]) -> Rows:
    """At most so many records of each resource, by plural; at least one of what is asked for at all."""
    rows: Rows = {}
    for resource in ORDER:
        most = counts.get(resource.plural, 0)
        if not most:
            continue
        numbers = draw(st.lists(st.integers(0, 4 * most), min_size=1, max_size=most, unique=True))
        rows[resource] = {}
        for number in numbers:
            drawn = stages(number, pool, rows) if resource is STAGE else records(resource, number, pool, rows)
            row = draw(drawn)
            rows[resource][row["id"]] = row
    return rows


_ABOUT = {"users": 2, "companies": 2, "contacts": 2, "pipelines": 1, "stages": 1, "deals": 2}

NEEDS: Mapping[Resource, Mapping[str, int]] = {
    USER: {},
    COMPANY: {"users": 2},
    CONTACT: {"users": 2, "companies": 2},
    PIPELINE: {},
    DEAL: {"users": 2, "companies": 2, "contacts": 2, "pipelines": 2, "stages": 3},
    TASK: _ABOUT,
    NOTE: _ABOUT,
    ACTIVITY: _ABOUT,
}
"""What the records of a resource hang on."""
