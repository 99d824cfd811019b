"""When everything in the demonstration happened: two years up to one fixed morning, and ids that tell the same."""

from datetime import UTC, datetime, timedelta
from random import Random

from crm.resources import Resource

TODAY = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
FOUNDED = TODAY - timedelta(days=730)
OPENED = FOUNDED + timedelta(days=120)
"""Companies are from before this, contacts and deals from after it."""

_FEW = 12


def made_id(resource: Resource, moment: datetime, number: int) -> str:
    """An id as `crm.kit.ids` makes them, with a number where the random bits would be."""
    return f"{resource.prefix}_{int(moment.timestamp()) * 1_000 << 48 | number:024x}"


def spread(random: Random, index: int, of: int, first: datetime, last: datetime) -> datetime:
    """The moment of one of many, which are spread evenly and in order, with a little disorder in between."""
    step = (last - first) / of
    return (first + step * index + step * random.random() * 0.9).replace(microsecond=0)


def lately(random: Random, count: int) -> int:
    """The index of one of the first `count` of many: three times in four of the last few, since most happens with those
    who were met not long ago. The newest records, which a newcomer looks at first, have something to show then.
    """
    first = max(0, count - _FEW) if random.random() < 0.75 else 0
    return random.randrange(first, max(1, count))


def later(random: Random, moment: datetime, days: int = 60) -> datetime:
    """Some time after a moment, but not after today."""
    return min(moment + timedelta(seconds=random.randrange(days * 86_400)), TODAY)
