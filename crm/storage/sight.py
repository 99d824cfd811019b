"""Pages and totals for those who see only some of a table's records: quick however few or many those are.

A page is first looked for near: among the next so many records of the list, whoever's they are. Where so few of them
are visible that the page stays short, it is gathered from far: what the principal owns and what hangs on what they may
see, each by its own index. The answer is the same either way, and only one of the two is worked out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from crm.access.visibility import WHOLE
from crm.kit.page import REVISION
from crm.storage import paging, where
from crm.storage.expressions import unseen
from crm.storage.paging import Stretch, limited
from crm.storage.statement import Dialect
from crm.storage.where import Source, Where

NEAR = 2_000
NEAR_OF_EACH = 80
MANY = 8
"""One of so many visible is many."""

Column = sa.ColumnElement[Any]


def how_far(rows: int) -> int:
    """How many records of a list are looked through for so many before they are gathered from far."""
    return max(NEAR, NEAR_OF_EACH * rows)


@dataclass(frozen=True, eq=False)
class Sight:
    """What is asked for, of which table, by someone who does not see all of it. `near` is how far near goes."""

    dialect: Dialect
    source: Source
    asked: Where
    near: int

    @property
    def table(self) -> sa.Table:
        return self.source.table

    @property
    def wanted(self) -> Column:
        """What was asked for, visible or not."""
        return where.lowered(self.source, replace(self.asked, visibility=WHOLE))

    def page(self, columns: Sequence[str], rows: int, stretch: Stretch) -> sa.Select[Any]:
        """The first `rows` of one stretch of a list: a Take."""
        if self.asked.words:
            return self._found(columns, rows, stretch)
        near = self._near(columns, rows, stretch).cte()
        full = sa.select(sa.func.count()).select_from(near).scalar_subquery() == sa.literal_column(str(rows))
        settled = sa.select(sa.or_(full, sa.not_(self._goes_on(stretch.bounds))).label("yes")).cte()
        yes = sa.select(settled.c.yes).scalar_subquery()
        far = self._unless(yes, self._far(columns, rows, stretch), rows)
        both = sa.union_all(sa.select(near).where(yes), far).subquery()
        return sa.select(both).order_by(*stretch.order(both.c["_sort"], both.c.id))

    def counted(self, most: int) -> sa.Select[Any]:
        """How many records are visible of those that were asked for, counting to `most` and one more: by looking at
        each, where they are few, or many of them visible, or found by their words; else by the ways to see one.
        """
        one: sa.Select[Any] = sa.select(sa.literal_column("1").label("one"))
        each = paging.counted(one.where(where.lowered(self.source, self.asked)), most)
        if self.asked.words:
            return each
        ways = (sa.select(limited(way, most + 1).subquery()) for way in self._ways((self.table.c.id,), ()))
        gathered = paging.counted(sa.select(sa.union(*ways).subquery()), most)
        few = sa.not_(self._goes_on(()))
        looked_at = sa.or_(few, self._many()) if self._hashes else few
        whole = sa.case((looked_at, each.scalar_subquery()), else_=gathered.scalar_subquery())
        return sa.select(whole.label("total"))

    def _unless(self, settled: Column, far: sa.Select[Any], rows: int) -> sa.Select[Any]:
        """What is far, not even looked for once things are settled. Each database knows its own way not to look."""
        if self._hashes:
            return sa.select(far.subquery()).where(sa.not_(settled))
        none_or_all = sa.case((settled, sa.literal_column("0")), else_=sa.literal_column(str(rows)))
        return sa.select(far.limit(none_or_all).subquery())

    @property
    def _hashes(self) -> bool:
        """PostgreSQL looks at many records at once; SQLite asks of each anew."""
        return self.dialect.name == "postgresql"

    def _many(self) -> Column:
        """Whether many of some records are visible."""
        some = limited(sa.select(*self._deciding()).where(self.wanted), self.near).subquery()
        seen = sa.select(sa.func.count()).select_from(some).where(self._visible(some))
        return seen.scalar_subquery() > sa.literal_column(str(self.near // MANY))

    def _visible(self, rows: sa.FromClause) -> Column:
        return where.visible(rows, self.source, self.asked.visibility)

    def _near(self, columns: Sequence[str], rows: int, stretch: Stretch) -> sa.Select[Any]:
        """The visible ones among the next records."""
        nearest = sa.select(*self._deciding(*columns, "revision", stretch.sort)).where(self.wanted, *stretch.bounds)
        passed = limited(nearest.order_by(*_order(stretch, self.table)), self.near).subquery()
        visible = _shown(passed, columns, stretch).where(self._visible(passed))
        if self._hashes:
            visible = visible.order_by(*_order(stretch, passed))
        return limited(visible, rows)  # SQLite would sort them all again; it takes them in the order they come in

    def _far(self, columns: Sequence[str], rows: int, stretch: Stretch) -> sa.Select[Any]:
        """The first of all that any way leads to."""
        sort = self.table.c[stretch.sort].label("_sort")
        ways = self._ways((self.table.c.id, sort), stretch.bounds, stretch, rows)
        found = sa.union(*(sa.select(way.subquery()) for way in ways)).subquery()
        ordered = sa.select(found.c.id).order_by(*stretch.order(found.c["_sort"], found.c.id))
        return self._these(columns, limited(ordered, rows), stretch)

    def _found(self, columns: Sequence[str], rows: int, stretch: Stretch) -> sa.Select[Any]:
        """The visible ones among those whose words were asked for. All of these are looked up first: the planner
        would rather walk the list and read everyone's words on the way.
        """
        looked_up = sa.select(*self._deciding(stretch.sort)).where(self.wanted, *stretch.bounds)
        found = looked_up.offset(sa.literal_column("0")).subquery()
        visible = sa.select(found.c.id).where(self._visible(found))
        return self._these(columns, limited(visible.order_by(*_order(stretch, found)), rows), stretch)

    def _these(self, columns: Sequence[str], ids: sa.Select[Any], stretch: Stretch) -> sa.Select[Any]:
        """Some records by their ids, in order."""
        table = self.table
        shown = _shown(table, columns, stretch).where(table.c.business_id == where.tenant(), table.c.id.in_(ids))
        return shown.order_by(*_order(stretch, table))

    def _deciding(self, *besides: str) -> list[sa.Column[Any]]:
        """The columns that decide who sees a record, and others."""
        names = {"id", *self.source.owners, *self.source.links, *besides}
        return [each for each in self.table.c if each.name in names]

    def _goes_on(self, bounds: Sequence[Column]) -> Column:
        """Whether there is more than near shows."""
        others: sa.Select[Any] = sa.select(sa.literal_column("1")).select_from(self.table).where(self.wanted, *bounds)
        return sa.exists(limited(others.offset(sa.literal_column(str(self.near))), 1))

    def _ways(
        self, columns: Sequence[Column], bounds: Sequence[Column], stretch: Stretch | None = None, rows: int = 0
    ) -> Iterator[sa.Select[Any]]:
        """Each way a record can be visible, as the records it leads to. What every linked record makes visible could
        be nearly all there are: of those no more are taken than a page shows.
        """
        plain = sa.select(*columns).where(self.wanted, *bounds)
        for column in self.source.owners:
            yield self._reached(plain, column, self._users())
        for column, reach in self.asked.visibility.linked:
            if reach != "all":
                yield self._reached(plain, column, where.linked(self.source, column, reach))
            else:
                every = plain.where(self.table.c[column].is_not(None))
                yield limited(every.order_by(*_order(stretch, self.table)), rows) if stretch else every

    def _reached(self, plain: sa.Select[Any], column: str, ids: sa.Select[Any]) -> sa.Select[Any]:
        """The records that hold one of some ids, found by that column's index whatever the planner expects."""
        if self.dialect.name != "postgresql":
            return plain.where(self.table.c[column].in_(ids))
        key = ids.subquery()
        held = plain.where(self.table.c[column] == key.c.id).offset(sa.literal_column("0")).lateral()
        return sa.select(*held.c).select_from(key.join(held, sa.true()))

    def _users(self) -> sa.Select[Any]:
        users = where.users(self.asked.visibility.reach)
        if self.dialect.name == "postgresql":
            return sa.select(sa.func.unnest(unseen(users)).table_valued("id").render_derived().c.id)
        return sa.select(sa.func.json_each(users).table_valued("value").c.value.label("id"))


def _order(stretch: Stretch, rows: sa.FromClause) -> list[Any]:
    return stretch.order(rows.c[stretch.sort], rows.c.id)


def _shown(rows: sa.FromClause, columns: Sequence[str], stretch: Stretch) -> sa.Select[Any]:
    shown = [(rows.c.revision if name == REVISION else rows.c[name]).label(name) for name in columns]
    return sa.select(*shown, rows.c[stretch.sort].label("_sort"))
