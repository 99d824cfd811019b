"""Rows and pages as a document asks for them. What a plan shows is turned into functions once, and each of them shows
many rows at a time: measured, asking the plan anew for every row took a fifth of W1.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from crm.kit.etag import etag
from crm.kit.page import Page, Row
from schema.compiler.plan import Connection, Conversion, Entries, PageInfo, Part, Shape, Step

Out = dict[str, Any]
Waiting = dict[Step, list[tuple[Row, Out]]]
"""For every step that goes on from rows already shown: each row, and where its answer goes."""

ShowRows = Callable[[Sequence[Row], Waiting], list[Out]]
ShowPages = Callable[[Sequence[Page], bool, Waiting], list[Out]]
"""Pages of one step; whether they continue earlier ones."""

_Rows = Sequence[Row]
_Outs = Sequence[Out]
_Fill = Callable[[_Rows, _Outs, Waiting], None]
"""Puts into the objects of some rows what cannot simply be taken from these."""

_FillPages = Callable[[Sequence[Page], bool, _Outs, Waiting], None]

_rows: WeakKeyDictionary[Shape, dict[str, ShowRows]] = WeakKeyDictionary()
_pages: WeakKeyDictionary[Connection, ShowPages] = WeakKeyDictionary()


def rows_shown(shape: Shape, rows: _Rows, waiting: Waiting, prefix: str = "") -> list[Out]:
    """The objects of some rows, in their order. `prefix` is what the names of their fields begin with."""
    known = _rows.get(shape)
    if known is None:
        known = _rows[shape] = {}
    show = known.get(prefix)
    if show is None:
        show = known[prefix] = _of_rows(shape, prefix)
    return show(rows, waiting)


def pages_shown(connection: Connection, pages: Sequence[Page], *, later: bool, waiting: Waiting) -> list[Out]:
    """The objects of some pages, in their order. `later` tells that they continue earlier ones."""
    show = _pages.get(connection)
    if show is None:
        show = _pages[connection] = _of_pages(connection)
    return show(pages, later, waiting)


def _of_rows(shape: Shape, prefix: str = "") -> ShowRows:
    template: Out = dict.fromkeys(key for key, _ in shape.pairs) | dict(shape.constants)
    taken = [(key, name) for key, name in shape.pairs if name]
    keys, values = tuple(key for key, _ in taken), _getter([f"{prefix}{name}" for _, name in taken])
    fills = _fills(shape, prefix)
    if len(taken) == len(template) and not fills:
        return lambda rows, _: [dict(zip(keys, values(row), strict=True)) for row in rows]

    def show(rows: _Rows, waiting: Waiting) -> list[Out]:
        outs = [template.copy() for _ in rows]
        for row, out in zip(rows, outs, strict=True):
            out.update(zip(keys, values(row), strict=True))
        for fill in fills:
            fill(rows, outs, waiting)
        return outs

    return show


def _getter(names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    """A row's values of these names, as a tuple: itemgetter gives a bare value for one name and knows no none."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)


def _fills(shape: Shape, prefix: str) -> list[_Fill]:
    return [
        *(_converted(key, f"{prefix}{name}", conversion) for key, name, conversion in shape.converted),
        *(_list_within(part) if part.listed else _object_within(part) for part in shape.parts),
        *(_going_on(step) for step in shape.steps),
    ]


def _converted(key: str, name: str, conversion: Conversion) -> _Fill:
    def fill(rows: _Rows, outs: _Outs, _: Waiting) -> None:
        for row, out in zip(rows, outs, strict=True):
            out[key] = convert(row)

    def enum(row: Row) -> str | None:
        value = row[name]
        return None if value is None else str(value).upper()

    convert = etag if conversion == "etag" else enum
    return fill


def _object_within(part: Part) -> _Fill:
    key, field, show = part.key, part.field, _of_rows(part.shape)

    def fill(rows: _Rows, outs: _Outs, waiting: Waiting) -> None:
        there = [(row[field], out) for row, out in zip(rows, outs, strict=True) if row[field] is not None]
        inner = show([value for value, _ in there], waiting)
        for (_, out), made in zip(there, inner, strict=True):
            out[key] = made

    return fill


def _list_within(part: Part) -> _Fill:
    key, field, show = part.key, part.field, _of_rows(part.shape)

    def fill(rows: _Rows, outs: _Outs, waiting: Waiting) -> None:
        for row, out in zip(rows, outs, strict=True):
            out[key] = show(row[field], waiting)

    return fill


def _going_on(step: Step) -> _Fill:
    def fill(rows: _Rows, outs: _Outs, waiting: Waiting) -> None:
        if rows:  # a step with nothing to start from does not wait
            waiting.setdefault(step, []).extend(zip(rows, outs, strict=True))

    return fill


def _of_pages(connection: Connection) -> ShowPages:
    template: Out = dict.fromkeys(connection.keys) | dict(connection.constants)
    fills: list[_FillPages] = [
        *(_nodes(key, shape) for key, shape in connection.nodes),
        *(_edges(entries) for entries in connection.entries),
        *(_ends(info) for info in connection.page_infos),
    ]

    def show(pages: Sequence[Page], later: bool, waiting: Waiting) -> list[Out]:
        outs = [template.copy() for _ in pages]
        for fill in fills:
            fill(pages, later, outs, waiting)
        return outs

    return show


def _nodes(key: str, shape: Shape) -> _FillPages:
    show = _of_rows(shape)

    def fill(pages: Sequence[Page], _: bool, outs: _Outs, waiting: Waiting) -> None:
        _deal(key, pages, outs, show([row for page in pages for row in page.rows], waiting))

    return fill


def _edges(entries: Entries) -> _FillPages:
    key, cursors = entries.key, entries.cursors
    template: Out = dict.fromkeys(entries.order) | dict(entries.constants)
    nodes = [(inner_key, _of_rows(shape)) for inner_key, shape in entries.nodes]

    def fill(pages: Sequence[Page], _: bool, outs: _Outs, waiting: Waiting) -> None:
        rows = [row for page in pages for row in page.rows]
        made = [template.copy() for _ in rows]
        for inner_key, show in nodes:
            _put(made, inner_key, show(rows, waiting))
        for inner_key in cursors:
            _put(made, inner_key, (cursor for page in pages for cursor in page.cursors))
        _deal(key, pages, outs, made)

    return fill


def _deal(key: str, pages: Sequence[Page], outs: _Outs, made: _Outs) -> None:
    """Give every page the objects of its own rows."""
    rest = iter(made)
    for page, out in zip(pages, outs, strict=True):
        out[key] = list(islice(rest, len(page.rows)))


def _put(outs: _Outs, key: str, values: Iterable[Any]) -> None:
    for out, value in zip(outs, values, strict=True):
        out[key] = value


def _ends(info: PageInfo) -> _FillPages:
    key, members = info.key, info.members

    def fill(pages: Sequence[Page], later: bool, outs: _Outs, _: Waiting) -> None:
        for page, out in zip(pages, outs, strict=True):
            says = _said_of(page, later=later)
            out[key] = {inner_key: says[name] for inner_key, name in members}

    return fill


def _said_of(page: Page, *, later: bool) -> Out:
    cursors = page.cursors
    return {
        "hasNextPage": page.has_more,
        "hasPreviousPage": later,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
        "__typename": "PageInfo",
    }
