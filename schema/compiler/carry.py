"""Which steps' answers can come in the rows of the step before them, in one statement: single records joined to the
rows that hold their ids, the first of a list as rows within the row they are under.

Whether they do is for the caller's role to say: only what it sees whole is brought along.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any

from crm.access.principal import Principal
from crm.kit.page import Carried, CarriedPage, CarriedRecord, Row, Search, carrying
from schema.compiler.plan import ManyStep, OneStep, Shape, Step

MAX_VALUES = 1_000
"""The most values of single records that are repeated in the rows of a step: a statement of their own costs as much."""

MAX_ROWS = 1_000
"""The most rows that come within the rows of a step: with more of them a statement less does not show."""


@dataclass(frozen=True, eq=False)
class BroughtRecord:
    """A single record in its parent's row, in fields whose names `name` begins: no record has such itself."""

    step: OneStep
    name: str

    @cached_property
    def carried(self) -> CarriedRecord:
        return self.step.edge.carried(self.step.shape.columns, self.name)

    @property
    def form(self) -> Hashable:
        return self.step, self.name


@dataclass(frozen=True, eq=False)
class BroughtPage:
    """The first of a list, as rows in the field `name` of the row they are under, each with what is `within` it."""

    step: ManyStep
    name: str
    search: Search
    within: tuple["Brought", ...] = ()

    @cached_property
    def carried(self) -> CarriedPage:
        search = carrying(self.search, tuple(each.carried for each in self.within))
        return self.step.edge.carried(search, self.name)

    @cached_property
    def layout(self) -> tuple[str, ...]:
        """What the values of its rows are."""
        return self.carried.layout

    @property
    def form(self) -> Hashable:
        return self.step, self.name, self.search.limit, self.layout, tuple(each.form for each in self.within)


Brought = BroughtRecord | BroughtPage


@dataclass(frozen=True, eq=False)
class Load:
    """What comes in the rows of one step, for those who see all of it."""

    brought: tuple[Brought, ...] = ()

    @cached_property
    def carried(self) -> tuple[Carried, ...]:
        """What storage is told to bring."""
        return tuple(each.carried for each in self.brought)

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

    def seen_by(self, principal: Principal) -> "Load":
        """The part of it that a principal sees whole."""
        if all(each.step.edge.whole_for(principal) for each in self.by_step.values()):
            return self
        return Load(tuple(_seen(self.brought, principal)))


NOTHING = Load()

_Take = Callable[[str], Callable[[Any], Any]]
"""How a field of a row is taken."""


@dataclass(frozen=True, eq=False)
class Found:
    """What rows brought of one step. Counted when somebody asks: measured, that took a twelfth of W1."""

    brought: Brought
    _parents: Callable[[], Sequence[Any]]
    _take: _Take
    milliseconds: float = 0.0

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """What the step started from."""
        keys = dict.fromkeys(map(self._take(self.brought.step.edge.key), self._parents()))
        return tuple(key for key in keys if key is not None)

    @cached_property
    def rows(self) -> int:
        """How many it brought: of single records those that differ."""
        if isinstance(self.brought, BroughtPage):
            return len(self.shown)
        return len({*map(self._take(f"{self.brought.name}id"), self._parents())} - {None})

    @cached_property
    def shown(self) -> list[Any]:
        """The rows of a list that are shown."""
        assert isinstance(self.brought, BroughtPage)  # noqa: S101  only lists have rows of their own
        limit = self.brought.search.limit
        return [row for found in map(self._take(self.brought.name), self._parents()) for row in found[:limit]]

    @property
    def begun(self) -> bool:
        """Whether there was anything to start from."""
        key = self._take(self.brought.step.edge.key)
        return any(key(row) is not None for row in self._parents())


def _found(brought: Brought, parents: Callable[[], Sequence[Any]], take: _Take) -> Iterator[Found]:
    found = Found(brought, parents, take)
    if not found.begun:
        return
    yield found
    if isinstance(brought, BroughtPage):
        layout = brought.layout
        for each in brought.within:
            yield from _found(each, lambda: found.shown, lambda name: itemgetter(layout.index(name)))


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

    def under(self, shapes: Sequence[Shape], rows: int) -> Iterator[Brought]:
        for index, step in enumerate(step for shape in shapes for step in shape.steps):
            if isinstance(step, OneStep):
                yield from self._record(step, rows, f"_{index}_")
            elif isinstance(step, ManyStep) and step in self._lists:
                yield from self._page(step, rows, f"_{index}_")

    def _record(self, step: OneStep, rows: int, name: str) -> Iterator[Brought]:
        values = rows * len(step.shape.columns)
        if step.carriable and values <= self._values:
            self._values -= values
            yield BroughtRecord(step, name)

    def _page(self, step: ManyStep, parents: int, name: str) -> Iterator[Brought]:
        search = self._lists[step]
        rows = parents * search.limit
        if rows <= self._rows:
            self._rows -= rows
            yield BroughtPage(step, name, search, tuple(self.under(step.connection.shapes, rows)))


def _all(brought: Sequence[Brought]) -> Iterator[Brought]:
    for each in brought:
        yield each
        if isinstance(each, BroughtPage):
            yield from _all(each.within)


def _seen(brought: Sequence[Brought], principal: Principal) -> Iterator[Brought]:
    for each in brought:
        if each.step.edge.whole_for(principal):
            yield replace(each, within=tuple(_seen(each.within, principal))) if isinstance(each, BroughtPage) else each
