"""Rows and pages as a document asks for them. What a plan shows becomes one function for many rows, kept with the plan;
what it goes on to from there is told along with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from crm.kit.page import Page, Row
from schema.compiler.carry import Brought, BroughtPage, BroughtRecord, Load, Take
from schema.compiler.plan import Connection, EdgeStep, Part, Shape, Step
from schema.compiler.source import compiled, pages_source, rows_source

Out = dict[str, Any]
Waiting = dict[EdgeStep, list[tuple[Any, Out]]]
"""For every step that goes on from rows already shown: the key each of them leads on by, and where its answer goes."""

Cursor = Callable[[int, str, Any, str], str]
"""Makes a cursor in a list that was brought along: which list, its parent's id, the row's sort value and id."""

MAX_WAYS = 16
"""In how many ways one shape is kept: a document may be asked with more and less brought along."""

_Values = Sequence[Any] | Row
_Wait = Callable[[Sequence[_Values], Sequence[Out], Waiting], None]
_Way = tuple[Callable[..., list[Out]], list[_Wait]]

_ways: WeakKeyDictionary[Shape | Connection, dict[Any, _Way]] = WeakKeyDictionary()


def rows_shown(shape: Shape, rows: Sequence[Row], load: Load, cursor: Cursor, waiting: Waiting) -> list[Out]:
    """The objects of some rows, in their order."""
    show, waits = _way(shape, load, lambda: (rows_source(shape, load.by_step), _waits(shape, load.by_step, itemgetter)))
    outs = show(rows, cursor)
    for wait in waits:
        wait(rows, outs, waiting)
    return outs


def pages_shown(
    connection: Connection, pages: Sequence[Page], load: Load, cursor: Cursor, waiting: Waiting, *, later: bool
) -> list[Out]:
    """The objects of some pages, in their order. `later` tells that they continue earlier ones."""
    show, waits = _way(
        connection,
        load,
        lambda: (pages_source(connection, load.by_step), _page_waits(connection, load.by_step, itemgetter)),
    )
    outs = show(pages, later, cursor)
    if waits:
        rows = [row for page in pages for row in page.rows]
        for wait in waits:
            wait(rows, outs, waiting)
    return outs


def _way(shown: Shape | Connection, load: Load, make: Callable[[], tuple[str, list[_Wait]]]) -> _Way:
    known = _ways.get(shown)
    if known is None:
        known = _ways[shown] = {}
    way = known.get(load.form)
    if way is None:
        if len(known) >= MAX_WAYS:
            known.clear()
        source, waits = make()
        way = known[load.form] = (compiled(source), waits)
    return way


def _waits(shape: Shape, brought: Mapping[Step, Brought], take: Take) -> list[_Wait]:
    """What goes on from rows of a shape."""
    waits: list[_Wait] = []
    for step in shape.steps:
        found = brought.get(step)
        if found is None:
            waits.append(_going_on(step, take))
        elif isinstance(found, BroughtPage):
            waits += _waits_in_page(found, brought, take)
        else:
            waits += _waits_in_record(found, brought, take)
    for part in shape.parts:
        waits += _waits_in_part(part, take)
    return waits


def _going_on(step: EdgeStep, take: Take) -> _Wait:
    key = take(step.edge.key)

    def wait(rows: Sequence[_Values], outs: Sequence[Out], waiting: Waiting) -> None:
        if rows:  # a step with nothing to start from does not wait
            waiting.setdefault(step, []).extend(zip(map(key, rows), outs, strict=True))

    return wait


def _waits_in_part(part: Part, take: Take) -> list[_Wait]:
    """What goes on from what is nested in a row."""
    value, key, inner = take(part.field), part.key, _waits(part.shape, {}, itemgetter)

    def wait(rows: Sequence[_Values], outs: Sequence[Out], waiting: Waiting) -> None:
        there = [(found, out[key]) for row, out in zip(rows, outs, strict=True) if (found := value(row)) is not None]
        values = [found for found, _ in there]
        shown = [out for _, out in there]
        if part.listed:
            values, shown = list(chain.from_iterable(values)), list(chain.from_iterable(shown))
        for each in inner:
            each(values, shown, waiting)

    return [wait] if inner else []


def _waits_in_record(brought: BroughtRecord, by_step: Mapping[Step, Brought], take: Take) -> list[_Wait]:
    """What goes on from single records that were brought along."""
    key, taken = brought.step.key, brought.inner(take)
    there, inner = taken("id"), _waits(brought.step.shape, by_step, taken)

    def wait(rows: Sequence[_Values], outs: Sequence[Out], waiting: Waiting) -> None:
        found = [(row, out[key]) for row, out in zip(rows, outs, strict=True) if there(row) is not None]
        for each in inner:
            each([row for row, _ in found], [out for _, out in found], waiting)

    return [wait] if inner else []


def _waits_in_page(brought: BroughtPage, by_step: Mapping[Step, Brought], take: Take) -> list[_Wait]:
    """What goes on from the rows of a list that was brought along."""
    key, inner = brought.step.key, _page_waits(brought.step.connection, by_step, brought.inner(take))

    def wait(rows: Sequence[_Values], outs: Sequence[Out], waiting: Waiting) -> None:
        shown = brought.shown(rows, take)
        pages = [out[key] for out in outs]
        for each in inner:
            each(shown, pages, waiting)

    return [wait] if inner else []


def _page_waits(connection: Connection, brought: Mapping[Step, Brought], take: Take) -> list[_Wait]:
    """What goes on from the rows of pages; it is given the objects of the pages."""
    nodes = [_of_nodes(key, _waits(shape, brought, take)) for key, shape in connection.nodes]
    entries = [
        _of_entries(each.key, key, _waits(shape, brought, take))
        for each in connection.entries
        for key, shape in each.nodes
    ]
    return list(chain.from_iterable((*nodes, *entries)))


def _of_nodes(key: str, waits: Iterable[_Wait]) -> list[_Wait]:
    return [_of_objects(wait, lambda pages: [out for page in pages for out in page[key]]) for wait in waits]


def _of_entries(key: str, inner: str, waits: Iterable[_Wait]) -> list[_Wait]:
    return [_of_objects(wait, lambda pages: [out[inner] for page in pages for out in page[key]]) for wait in waits]


def _of_objects(wait: _Wait, objects: Callable[[Sequence[Out]], list[Out]]) -> _Wait:
    return lambda rows, pages, waiting: wait(rows, objects(pages), waiting)
