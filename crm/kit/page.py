"""Searches and pages: what a list is asked for (contract §3), read once for both doors, and what it answers."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Literal

import orjson

from crm.kit import fields, values
from crm.kit.cursor import Position
from crm.kit.errors import Invalid
from crm.kit.fields import PublicField, Record, fields_of
from crm.kit.filters import Condition, canonical, lookup, read_conditions
from crm.kit.problems import Violation
from crm.kit.text import is_storable, words

Row = dict[str, Any]
"""One record's public fields by name. Names that begin with `_` are the house's own and never leave it."""

REVISION = "_revision"
"""The row's version, from which its ETag is made."""

SORT = "_sort"
"""The value a list's row is sorted by."""

Direction = Literal["asc", "desc"]

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
MAX_TOTAL = 10_000
MAX_SEARCH_TEXT = 255


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by; ties break by id in the same direction, records without a value come last."""

    field: PublicField
    direction: Direction


class _HashedOnce:
    """A value that is part of many statements' shapes and is hashed once: measured, each time it took as long as all
    else that finds a statement.
    """

    __slots__ = ("_hash",)
    _hash: int

    def _keep_hash(self, *members: Hashable) -> None:
        object.__setattr__(self, "_hash", hash(members))


@dataclass(frozen=True, slots=True)
class CarriedRecord(_HashedOnce):
    """A record that comes in the same row as the one which holds its id in `key`.

    `source` is where storage finds it, `fields` what of it is wanted, each named with `name` before it in the row,
    `seen` what of such records the caller may see. What it carries itself is named so too.
    """

    key: str
    source: Hashable
    fields: tuple[str, ...]
    name: str
    seen: Hashable
    carried: tuple["Carried", ...] = ()

    def __post_init__(self) -> None:
        self._keep_hash(self.key, self.source, self.fields, self.name, self.seen, self.carried)

    def __hash__(self) -> int:
        return self._hash

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the row that it fills."""
        return prefixed(self.name, (*self.fields, *(name for each in self.carried for name in each.names)))


@dataclass(frozen=True, slots=True)
class CarriedPage(_HashedOnce):
    """The first rows of a list that come in the row of the record they are under: as many as the question's page has,
    and one more where there is one; each is a sequence of values, in the order of `layout`.

    `source` is where storage finds them, `by` their field that holds the record's `key`, `name` the row's field, `seen`
    what of such records the caller may see.
    """

    key: str
    source: Hashable
    by: str
    search: "Search"
    name: str
    seen: Hashable

    def __post_init__(self) -> None:
        self._keep_hash(self.key, self.source, self.by, self.search, self.name, self.seen)

    def __hash__(self) -> int:
        return self._hash

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the row that it fills."""
        return (self.name,)

    @property
    def layout(self) -> tuple[str, ...]:
        """What the values of its rows are."""
        return layout_of(self.search, (each.names for each in self.search.selection.carried))


Carried = CarriedRecord | CarriedPage
"""What comes in a row besides its own record."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of each record is wanted: the fields to show (None: all), the to-one edges to bring along, and what is to
    come in the same row.
    """

    fields: tuple[str, ...] | None = None
    include: tuple[str, ...] = ()
    carried: tuple[Carried, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """One question to a list. `cursor` is still the client's text; only the tenant can tell whether it is good.

    `row_cursors` and `next_cursor` tell which cursors the page is to give.
    """

    order: Order
    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    row_cursors: bool = False
    next_cursor: bool = True
    counted: bool = True
    selection: Selection = field(default_factory=Selection)

    def binding(self, resource: str, business_id: str) -> bytes:
        """What its cursors are good for: everything asked but the page size."""
        order = (self.order.field.name, self.order.direction)
        asked = [resource, business_id, order, sorted(self.words), canonical(self.conditions)]
        return orjson.dumps(asked)

    def within(self, condition: Condition) -> "Search":
        """The same search of the records that meet one condition more."""
        return replace(self, conditions=(*self.conditions, condition))


def prefixed(name: str, fields: Iterable[str]) -> tuple[str, ...]:
    """Where the fields of a single record, and of what it carries, are found in a row that carries it."""
    return tuple(f"{name}{field}" for field in fields)


def layout_of(search: Search, carried: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """What the values of rows within a row are: the fields asked for, the sort value where there are to be cursors, and
    the fields that each of what they carry fills.
    """
    own = (*(search.selection.fields or ()), *((SORT,) if search.row_cursors else ()))
    return (*own, *chain.from_iterable(carried))


def carrying(search: Search, carried: tuple[Carried, ...]) -> Search:
    """The same search, its rows with what they are to carry."""
    return replace(search, selection=replace(search.selection, carried=carried)) if carried else search


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `total` is None where there are more than 10,000, or where nobody asked.

    `cursors` holds one for each row where the search asked for them; `next` is None on the last page.
    """

    rows: list[Row]
    has_more: bool = False
    next: str | None = None
    total: int | None = None
    cursors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Searchable:
    """How searches of one record are read: its fields, its to-one edges, and filters beyond its own fields."""

    record: type[Record]
    include: tuple[str, ...] = ()
    beyond: tuple[PublicField, ...] = ()
    members: tuple[str, ...] = (
        "filters", "search_text", "order_by", "sort_direction", "limit", "cursor", "row_cursors", "include",
        "fields",
    )  # fmt: skip

    @property
    def sortable(self) -> tuple[str, ...]:
        return tuple(name for name, each in fields_of(self.record).items() if each.sortable)

    @property
    def filterable(self) -> dict[str, PublicField]:
        known = {**fields_of(self.record), **{each.name: each for each in self.beyond}}
        return {name: each for name, each in known.items() if each.kind.operators}

    def read(self, raw: Mapping[str, Any], custom: Mapping[str, PublicField]) -> Search:
        """The search a body asks for. Raises Invalid with every violation."""
        wrong = [
            Violation(name[:100], "unknown_field", f"`{name[:100]}` is not a member of a search.")
            for name in raw
            if name not in self.members
        ]
        conditions, faults = read_conditions(raw.get("filters"), lookup(self.filterable, custom))
        wrong += faults
        search = Search(
            order=self._order(raw, wrong),
            conditions=conditions,
            words=_words(raw.get("search_text"), wrong),
            limit=read_limit(raw.get("limit"), wrong),
            cursor=_text(raw, "cursor", wrong),
            row_cursors=_flag(raw, "row_cursors", wrong),
            selection=read_selection(raw, self.record, self.include, wrong),
        )
        if wrong:
            raise Invalid(wrong)
        return search

    def by_ids(self, ids: Sequence[str]) -> Search:
        """The search for at most 100 records by their ids."""
        by, direction = self.record.default_order
        known = fields_of(self.record)
        condition = Condition(known["id"], "in", tuple(ids))
        return Search(Order(known[by], direction), (condition,), limit=MAX_LIMIT, counted=False)

    def _order(self, raw: Mapping[str, Any], wrong: list[Violation]) -> Order:
        by, direction = self.record.default_order
        asked = raw.get("order_by")
        if asked is not None:
            if asked in self.sortable:
                by, direction = asked, "desc"
            else:
                message = f"`order_by` must be one of {', '.join(self.sortable)}."
                wrong.append(Violation("order_by", "unknown_field", message))
        turned = raw.get("sort_direction")
        if turned in ("asc", "desc"):
            direction = turned
        elif turned is not None:
            wrong.append(Violation("sort_direction", "choice", "`sort_direction` must be one of asc, desc."))
        return Order(fields_of(self.record)[by], direction)


def read_limit(raw: object, wrong: list[Violation]) -> int:
    if raw is None:
        return DEFAULT_LIMIT
    raw = values.whole(raw)
    if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= MAX_LIMIT:
        message = f"`limit` must be between 1 and {MAX_LIMIT}."
        wrong.append(Violation("limit", "out_of_range", message))
        return DEFAULT_LIMIT
    return raw


def read_selection(
    raw: Mapping[str, Any], record: type[Record], edges: Sequence[str], wrong: list[Violation]
) -> Selection:
    """`include` and `fields`, as lists; what a query string says is split before it comes here."""
    chosen = _names(raw, "fields", tuple(fields_of(record)), wrong)
    include = _names(raw, "include", edges, wrong)
    return Selection(None if chosen is None else tuple(dict.fromkeys(("id", *chosen))), include or ())


def _names(raw: Mapping[str, Any], member: str, known: Sequence[str], wrong: list[Violation]) -> tuple[str, ...] | None:
    listed = raw.get(member)
    if listed is None:
        return None
    if not isinstance(listed, list):
        wrong.append(Violation(member, "type", f"`{member}` must be an array of names."))
        return None
    choices = ", ".join(known) or "none"
    for index, name in enumerate(listed):
        if name not in known:
            at = f"{member}[{index}]"
            wrong.append(Violation(at, "choice", f"`{at}` must be one of {choices}."))
    return tuple(dict.fromkeys(name for name in listed if isinstance(name, str)))


def _words(raw: object, wrong: list[Violation]) -> tuple[str, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, str) or not is_storable(raw):
        wrong.append(Violation("search_text", "type", "`search_text` must be a string."))
        return ()
    if len(raw) > MAX_SEARCH_TEXT:
        message = f"`search_text` must be at most {MAX_SEARCH_TEXT} characters."
        wrong.append(Violation("search_text", "too_long", message))
        return ()
    return tuple(words(raw))


def _text(raw: Mapping[str, Any], member: str, wrong: list[Violation]) -> str | None:
    value = raw.get(member)
    if value is None or isinstance(value, str):
        return value
    wrong.append(Violation(member, "type", f"`{member}` must be a string."))
    return None


def _flag(raw: Mapping[str, Any], member: str, wrong: list[Violation]) -> bool:
    value = raw.get(member)
    if value is None or isinstance(value, bool):
        return bool(value)
    wrong.append(Violation(member, "type", f"`{member}` must be true or false."))
    return False


_RESTORED: Mapping[fields.Kind, Callable[[Any], Any]] = {
    fields.MONEY: values.read_money,
    fields.TIMESTAMP: values.read_timestamp,
    fields.DATE: values.read_date,
}


def restored(order: Order, position: Position) -> Position:
    """A cursor's position with its sort value as the database compares it: JSON knows no dates."""
    restore = _RESTORED.get(order.field.kind)
    if restore is None or position.value is None:
        return position
    return Position(restore(position.value), position.id)
