"""Which steps' answers can come in the rows of the step before them, in one statement: single records joined to the
rows that hold their ids, the first of a list as rows within the row they are under.

What of it a caller sees is for the edges to say: each brings what its own statement would.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any

from crm.access.principal import Principal
from crm.kit.page import Carried, CarriedPage, CarriedRecord, Row, Search, carrying, layout_of, prefixed
from schema.compiler.plan import ManyStep, OneStep, Shape, Step

MAX_VALUES = 1_000
"""The most values of single records that are repeated in the rows of a step: a statement of their own costs as much."""

MAX_ROWS = 1_000
"""The most rows that come within the rows of a step: with more of them a statement less does not show."""

MAX_STEPS = 16
"""The most steps that come in the rows of one: planners take ever longer over more."""

Take = Callable[[str], Callable[[Any], Any]]
"""How a field of a row is taken."""


@dataclass(frozen=True, eq=False)
class BroughtRecord:
    """A single record in its parent's row, in fields whose names `name` begins: no record has such itself. So are
    those named that are `within` it.
    """

    step: OneStep
    name: str
    within: tuple["Brought", ...] = ()

    def carried(self, principal: Principal) -> CarriedRecord:
        """What storage is told to bring."""
        edge = self.step.edge
        besides = tuple(each.carried(principal) for each in self.within)
        return edge.carried(self.step.shape.needed, self.name, edge.seen_by(principal), besides)

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the row that it fills."""
        return prefixed(self.name, (*self.step.shape.needed, *(name for each in self.within for name in each.names)))

    def inner(self, take: Take) -> Take:
        """How a field of it is taken, given how one of its parent's row is."""
        return lambda field: take(f"{self.name}{field}")

    @property
    def form(self) -> Hashable:
        return self.step, self.name, tuple(each.form for each in self.within)


@dataclass(frozen=True, eq=False)
class BroughtPage:
    """The first of a list, as rows in the field `name` of the row they are under, each with what is `within` it."""

    step: ManyStep
    name: str
    search: Search
    within: tuple["Brought", ...] = ()

    def carried(self, principal: Principal) -> CarriedPage:
        """What storage is told to bring."""
        edge = self.step.edge
        search = carrying(self.search, tuple(each.carried(principal) for each in self.within))
        return edge.carried(search, self.name, edge.seen_by(principal))

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the row that it fills."""
        return (self.name,)

    @cached_property
    def layout(self) -> tuple[str, ...]:
        """What the values of its rows are."""
        return layout_of(self.search, (each.names for each in self.within))

    def inner(self, _: Take) -> Take:
        """How a field of its rows is taken, whatever row they are in."""
        return lambda field: itemgetter(self.layout.index(field))

    def shown(self, parents: Iterable[Any], take: Take) -> list[Any]:
        """Its rows that are shown, under some parents."""
        return [row for found in map(take(self.name), parents) for row in found[: self.search.limit]]

    @property
    def form(self) -> Hashable:
        return self.step, self.name, self.search.limit, self.layout, tuple(each.form for each in self.within)


Brought = BroughtRecord | BroughtPage


@dataclass(frozen=True, eq=False)
class Load:
    """What comes in the rows of one step."""

    brought: tuple[Brought, ...] = ()

    def carried(self, principal: Principal) -> tuple[Carried, ...]:
        """What storage is told to bring: the same for all who see alike, and made once for them."""
        seen = tuple(each.step.edge.seen_by(principal) for each in self.by_step.values())
        carried = self._known.get(seen)
        if carried is None:
            carried = self._known[seen] = tuple(each.carried(principal) for each in self.brought)
        return carried

    @cached_property
    def _known(self) -> dict[Hashable, tuple[Carried, ...]]:
        return {}

    @cached_property
    def form(self) -> Hashable:
        """All that it hangs on how what is brought is found again: loads of one form are shown by one function."""
        return tuple(each.form for each in self.brought)

    @cached_property
    def by_step(self) -> Mapping[Step, Brought]:
        """Each by the step it answers, those within others too."""
        return {each.step: each for each in _all(self.brought)}

    @cached_property
    def pages(self) -> tuple[BroughtPage, ...]:
        """The lists of it, in the order of their numbers."""
        return tuple(each for each in self.by_step.values() if isinstance(each, BroughtPage))

    def found_in(self, rows: Sequence[Row]) -> Iterator["Found"]:
        """What rows brought, for each step of which there was anything to start from."""
        for each in self.brought:
            yield from _found(each, lambda: rows, itemgetter)


NOTHING = Load()


@dataclass(frozen=True, eq=False)
class Found:
    """What rows brought of one step. Counted when somebody asks: measured, that took a twelfth of W1."""

    brought: Brought
    _parents: Callable[[], Sequence[Any]]
    _take: Take
    milliseconds: float = 0.0

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What the step started from."""
        keys = dict.fromkeys(map(self._take(self.brought.step.edge.key), self._parents()))
        return tuple(key for key in keys if key is not None)

    @cached_property
    def rows(self) -> int:
        """How many it brought."""
        return len(self.shown)

    @cached_property
    def shown(self) -> Sequence[Any]:
        """The rows it brought that are shown; of single records those that differ, each in a row that holds it."""
        if isinstance(self.brought, BroughtPage):
            return self.brought.shown(self._parents(), self._take)
        known = self.brought.inner(self._take)("id")
        return tuple({there: row for row in self._parents() if (there := known(row)) is not None}.values())

    @property
    def begun(self) -> bool:
        """Whether there was anything to start from."""
        key = self._take(self.brought.step.edge.key)
        return any(key(row) is not None for row in self._parents())


def _found(brought: Brought, parents: Callable[[], Sequence[Any]], take: Take) -> Iterator[Found]:
    found = Found(brought, parents, take)
    if not found.begun:
        return
    yield found
    for each in brought.within:
        yield from _found(each, lambda: found.shown, brought.inner(take))


def load(shapes: Sequence[Shape], rows: int, lists: Mapping[Step, Search]) -> Load:
    """What so many rows that are shown so can bring. `lists` are the questions of the lists that can come at all."""
    brought = tuple(_Loading(lists).under(shapes, rows))
    return Load(brought) if brought else NOTHING


class _Loading:
    """What is brought while there is room."""

    def __init__(self, lists: Mapping[Step, Search]) -> None:
        self._lists = lists
        self._values = MAX_VALUES
        self._rows = MAX_ROWS
        self._steps = MAX_STEPS

    def under(self, shapes: Sequence[Shape], rows: int) -> Iterator[Brought]:
        for index, step in enumerate(step for shape in shapes for step in shape.steps):
            if isinstance(step, OneStep):
                yield from self._record(step, rows, f"_{index}_")
            elif isinstance(step, ManyStep) and step in self._lists:
                yield from self._page(step, rows, f"_{index}_")

    def _record(self, step: OneStep, rows: int, name: str) -> Iterator[Brought]:
        values = rows * len(step.shape.needed)
        if step.carriable and values <= self._values and self._steps:
            self._values -= values
            self._steps -= 1
            yield BroughtRecord(step, name, tuple(self.under((step.shape,), rows)))

    def _page(self, step: ManyStep, parents: int, name: str) -> Iterator[Brought]:
        search = self._lists[step]
        rows = parents * search.limit
        if rows <= self._rows and self._steps:
            self._rows -= rows
            self._steps -= 1
            yield BroughtPage(step, name, search, tuple(self.under(step.connection.shapes, rows)))


def _all(brought: Sequence[Brought]) -> Iterator[Brought]:
    for each in brought:
        yield each
        yield from _all(each.within)
