"""A repository: one resource's rows, read by id, by page, and under many parents, always within a principal's sight.

Every room makes one and adds nothing to it but its own table. Statements are shapes; see `statement`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, Protocol

import sqlalchemy as sa

from crm.access.principal import Principal
from crm.access.roles import Permission
from crm.access.visibility import Ownership, Visibility, visibility
from crm.kit.clock import Clock
from crm.kit.cursor import CursorKey, Position
from crm.kit.errors import Invalid
from crm.kit.fields import PublicField, Record, fields_of
from crm.kit.filters import Condition
from crm.kit.page import MAX_TOTAL, REVISION, SORT, Carried, Order, Page, Row, Search, restored
from crm.kit.problems import Violation
from crm.storage import expressions, paging, sight, types, where
from crm.storage.database import Sql
from crm.storage.joining import Joinable, Listed, joined
from crm.storage.paging import Keyset
from crm.storage.sight import Sight
from crm.storage.statement import Dialect, shaped, spoken
from crm.storage.where import Where

MAX_NESTED_TOTAL = 1_000

NO_PAGE = Page([])
"""What all parents without children have."""


class Asker(Protocol):
    """Who reads: the part of a Call that storage may know."""

    @property
    def principal(self) -> Principal: ...
    @property
    def sql(self) -> Sql: ...
    @property
    def cursors(self) -> CursorKey: ...
    @property
    def clock(self) -> Clock: ...


@dataclass(frozen=True, eq=False)
class Member:
    """A filter that asks about what a record holds: `field` is compared to `column` of the rows `joined` to it."""

    field: PublicField
    column: sa.Column[Any]
    joined: sa.ColumnElement[bool]


@dataclass(frozen=True, eq=False)
class Repository(Listed):
    """One resource's rows. `computed` are public fields no column holds as they are shown.

    `permission` is what reading asks of a role (None: everyone's), `links` where each link column leads,
    `members` the filters that look into what a record holds.
    """

    record: type[Record]
    table: sa.Table
    permission: Permission | None
    ownership: Ownership = field(default_factory=Ownership)
    links: Mapping[str, "Repository"] = field(default_factory=dict)
    computed: Mapping[str, sa.ColumnElement[Any]] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """All there is of a row."""
        return (*fields_of(self.record), REVISION)

    @cached_property
    def joinable(self) -> Joinable:
        """These rows as they can be joined to others that hold their ids."""
        names = fields_of(self.record).keys() - self.computed.keys()
        columns = {each.name: each for each in self.table.c if each.name in names} | {REVISION: self.table.c.revision}
        return Joinable(self.source, columns)

    @cached_property
    def source(self) -> where.Source:
        """What their WHERE is lowered over."""
        return where.Source(
            self.table,
            self.ownership.columns,
            {column: (there.table, there.ownership.columns) for column, there in self.links.items()},
            {name: (member.column, member.joined) for name, member in self.members.items()},
        )

    def seen_by(self, principal: Principal) -> Visibility:
        """What of them a principal may read."""
        return visibility(principal, self.permission, self.ownership)

    async def get(
        self, asker: Asker, record_id: str, columns: tuple[str, ...] | None = None, carried: tuple[Carried, ...] = ()
    ) -> Row | None:
        """The record, or None where there is none this principal may see."""
        return (await self.by_ids(asker, (record_id,), columns, carried)).get(record_id)

    async def by_ids(
        self,
        asker: Asker,
        ids: Sequence[str],
        columns: tuple[str, ...] | None = None,
        carried: tuple[Carried, ...] = (),
    ) -> dict[str, Row]:
        """Those of the records that this principal may see, by id."""
        asked, parameters = where.asked(asker.principal, self.seen_by(asker.principal), self.record.resource)
        shape = _by_ids(self, self._shown(columns), asked, carried)
        rows = await asker.sql.fetch(shape, {**_besides(asker, carried), **parameters, "ids": list(ids)})
        return {row["id"]: row for row in rows}

    async def matching(self, asker: Asker, conditions: tuple[Condition, ...], columns: tuple[str, ...]) -> list[Row]:
        """All the records that meet the conditions, in no order: for conditions that bound their number."""
        seen = self.seen_by(asker.principal)
        asked, parameters = where.asked(asker.principal, seen, self.record.resource, conditions)
        return await asker.sql.fetch(_matching(self, columns, asked), parameters)

    async def search(self, asker: Asker, search: Search) -> Page:
        """One page, and the total where it is asked for. Raises Invalid where the cursor is not this search's."""
        position = self._position(asker, search)
        asked, parameters = self._asked(asker, search)
        shape = _page(
            self,
            self._shown(search.selection.fields),
            asked,
            self._keyset(search.order, position),
            search.limit + 1,
            MAX_TOTAL if search.counted else None,
            sight.how_far(search.limit + 1),
            search.selection.carried,
        )
        rows = await asker.sql.fetch(shape, {**parameters, **_after(position)})
        if not search.counted:
            return self._page(asker, search, rows)
        total: int = rows[0]["_total"]
        found = [row for row in rows if row["id"] is not None]  # an empty page is a row that says the total alone
        return replace(self._page(asker, search, found), total=total if total <= MAX_TOTAL else None)

    async def children(self, asker: Asker, parent: str, ids: Sequence[str], search: Search) -> dict[str, Page]:
        """The first page under each parent, in one statement. `parent` is the column that holds the parent's id."""
        asked, parameters = self._asked(asker, search)
        shape = _children(
            self,
            self._shown(search.selection.fields),
            asked,
            parent,
            self._keyset(search.order, None),
            search.limit + 1,
            search.selection.carried,
        )
        pages = dict.fromkeys(ids, NO_PAGE)
        found = await asker.sql.fetch(shape, {**parameters, "parents": list(pages)})
        rows: dict[str, list[Row]] = {}
        for row in found:
            rows.setdefault(row["_parent"], []).append(row)
        cursors = search.row_cursors or search.next_cursor
        for each, some in rows.items():
            pages[each] = self._page(asker, self.under(parent, each, search) if cursors else search, some)
        return pages

    def first_under(self, by: str, parent: sa.ColumnElement[Any], search: Search, seen: Visibility) -> sa.Select[Any]:
        rows = selected(self, self._shown(search.selection.fields), Where(seen))
        return paging.under_one(rows, self.table, by, parent, self.keyset(search), search.limit + 1)

    def keyset(self, search: Search) -> Keyset:
        return self._keyset(search.order, None)

    def under(self, parent: str, parent_id: str, search: Search) -> Search:
        """The search that an edge amounts to under one parent: its cursors are that search's."""
        return search.within(Condition(fields_of(self.record)[parent], "eq", (parent_id,)))

    async def child_counts(
        self, asker: Asker, parent: str, ids: Sequence[str], search: Search
    ) -> dict[str, int | None]:
        """How many there are under each parent, in one statement; None above 1,000."""
        asked, parameters = self._asked(asker, search)
        shape = _child_counts(self, asked, parent, MAX_NESTED_TOTAL)
        found = await asker.sql.fetch(shape, {**parameters, "parents": list(dict.fromkeys(ids))})
        totals: dict[str, int] = {row["_parent"]: row["total"] for row in found}
        return {each: total if (total := totals.get(each, 0)) <= MAX_NESTED_TOTAL else None for each in ids}

    def cursor_under(self, asker: Asker, parent: str, parent_id: str, search: Search, sort: Any, row_id: str) -> str:
        """The cursor that continues a list under one parent after one of its rows."""
        return self.cursor(asker, self.under(parent, parent_id, search), {SORT: sort, "id": row_id})

    def cursor(self, asker: Asker, search: Search, row: Row) -> str:
        """The cursor that continues `search` after `row`."""
        binding = search.binding(self.record.resource.plural, asker.principal.business_id)
        return asker.cursors.write(binding, Position(row[SORT], row["id"]), asker.clock())

    def _asked(self, asker: Asker, search: Search) -> tuple[Where, dict[str, Any]]:
        seen = self.seen_by(asker.principal)
        shape, parameters = where.asked(asker.principal, seen, self.record.resource, search.conditions, search.words)
        return shape, {**_besides(asker, search.selection.carried), **parameters}

    def _shown(self, columns: tuple[str, ...] | None) -> tuple[str, ...]:
        return self.whole if columns is None else columns

    def _keyset(self, order: Order, position: Position | None) -> Keyset:
        column = where.sorted_by(self.table, order.field)
        begin: paging.Begin = "start"
        if position is not None:
            begin = "null" if position.value is None else "value"
        return Keyset(column.name, bool(column.nullable), order.direction, begin)

    def _position(self, asker: Asker, search: Search) -> Position | None:
        if search.cursor is None:
            return None
        binding = search.binding(self.record.resource.plural, asker.principal.business_id)
        try:
            return restored(search.order, asker.cursors.read(binding, search.cursor, asker.clock()))
        except ValueError as fault:
            raise Invalid([Violation("cursor", "cursor", f"`cursor` {fault}.")]) from None

    def _page(self, asker: Asker, search: Search, rows: list[Row]) -> Page:
        has_more = len(rows) > search.limit
        shown = rows[: search.limit]
        following = self.cursor(asker, search, shown[-1]) if has_more and search.next_cursor else None
        each = tuple(self.cursor(asker, search, row) for row in shown) if search.row_cursors else ()
        return Page(shown, has_more, following, cursors=each)


def _besides(asker: Asker, carried: tuple[Carried, ...]) -> dict[str, Any]:
    """The parameters of what comes along."""
    return where.anyones(asker.principal) if carried else {}


def _after(position: Position | None) -> dict[str, Any]:
    return {} if position is None else {"after_value": position.value, "after_id": position.id}


def shown(repository: Repository, columns: tuple[str, ...]) -> list[sa.Label[Any]]:
    """The fields of a row as SQL shows them."""
    known = {**repository.table.c, **repository.computed, REVISION: repository.table.c.revision}
    return [known[name].label(name) for name in columns]


def selected(repository: Repository, columns: tuple[str, ...], asked: Where) -> sa.Select[Any]:
    """Those fields of every row that meets what was asked."""
    return sa.select(*shown(repository, columns)).where(_where(repository, asked))


def _where(repository: Repository, asked: Where) -> sa.ColumnElement[Any]:
    return where.lowered(repository.source, asked)


def _ones(repository: Repository, asked: Where) -> sa.Select[Any]:
    return sa.select(sa.literal_column("1").label("one")).where(_where(repository, asked))


@spoken
def _by_ids(
    dialect: Dialect,
    repository: Repository,
    columns: tuple[str, ...],
    asked: Where,
    carried: tuple[Carried, ...],
) -> sa.Select[Any]:
    ids = sa.bindparam("ids", type_=types.many(types.text()))
    rows = selected(repository, columns, asked).where(expressions.one_of(repository.table.c.id, ids))
    return joined(dialect, rows, carried)


@shaped
def _matching(
    repository: Repository,
    columns: tuple[str, ...],
    asked: Where,
) -> sa.Select[Any]:
    return selected(repository, columns, asked)


@spoken
def _page(
    dialect: Dialect,
    repository: Repository,
    columns: tuple[str, ...],
    asked: Where,
    keyset: Keyset,
    rows: int,
    count_to: int | None,
    near: int,
    carried: tuple[Carried, ...],
) -> sa.Select[Any]:
    table = repository.table
    if asked.owned:
        seen = Sight(dialect, repository.source, asked, near)
        page, count = paging.page(partial(seen.page, columns, rows), table, keyset, rows), seen.counted
    else:
        page = paging.page(paging.plain(selected(repository, columns, asked), table, rows), table, keyset, rows)
        count = partial(paging.counted, _ones(repository, asked))
    found = page if count_to is None else paging.totalled(page, keyset, count(count_to))
    return joined(dialect, found, carried, keyset)


@spoken
def _children(
    dialect: Dialect,
    repository: Repository,
    columns: tuple[str, ...],
    asked: Where,
    parent: str,
    keyset: Keyset,
    rows: int,
    carried: tuple[Carried, ...],
) -> sa.Select[Any]:
    shown = selected(repository, columns, asked)
    found = paging.under_parents(dialect, shown, repository.table, parent, keyset, rows)
    return joined(dialect, found, carried, keyset)


@spoken
def _child_counts(dialect: Dialect, repository: Repository, asked: Where, parent: str, most: int) -> sa.Select[Any]:
    return paging.counted_under_parents(dialect, _ones(repository, asked), repository.table, parent, most)
