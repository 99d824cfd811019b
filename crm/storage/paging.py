"""Keyset pages as SQL: where a page begins, in which order it runs, and the same under many parents at once.

A sort whose column may be empty is read in two branches, the records with a value and those without, so that one
index serves it either way and "no value comes last" holds in both directions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from crm.kit.page import Direction
from crm.storage import types
from crm.storage.expressions import one_of
from crm.storage.statement import Dialect

Begin = Literal["start", "value", "null"]
"""Where a page begins: at the first record, after one with a sort value, after one without."""

Column = sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class Keyset:
    """The shape of a page's order: its column, whether that may be empty, its direction, and where it begins."""

    column: str
    nullable: bool
    direction: Direction
    begin: Begin = "start"


@dataclass(frozen=True, eq=False)
class Stretch:
    """One stretch of a list: the bounds it lies within, and how it runs. `sort` is the column of the list's order; a
    stretch of those that have no value there runs by id alone.
    """

    bounds: tuple[Column, ...]
    sort: str
    direction: Direction
    valued: bool = True

    def order(self, sort: Column, key: Column) -> list[Any]:
        return order(sort, key, self.direction) if self.valued else [_turned(key, self.direction)]


Take = Callable[[Stretch], sa.Select[Any]]
"""The first records of a stretch, in its order; their sort value is `_sort`."""


def page(take: Take, table: sa.Table, keyset: Keyset, rows: int) -> sa.Select[Any]:
    """The first `rows` records in keyset order."""
    if not keyset.nullable:
        return take(_valued(table, keyset))
    if keyset.begin == "null":
        return take(_valueless(table, keyset))
    both = sa.union_all(
        *(
            sa.select(take(stretch).subquery(), sa.literal_column(rank).label("_rank"))
            for rank, stretch in (("0", _valued(table, keyset)), ("1", _valueless(table, keyset)))
        )
    ).subquery()
    outer = sa.select(*(each for each in both.c if each.name != "_rank"))
    return limited(outer.order_by(both.c["_rank"], *order(both.c["_sort"], both.c.id, keyset.direction)), rows)


def plain(shown: sa.Select[Any], table: sa.Table, rows: int) -> Take:
    """A Take of whatever `shown` shows."""

    def take(stretch: Stretch) -> sa.Select[Any]:
        sort = table.c[stretch.sort]
        found = shown.add_columns(sort.label("_sort")).where(*stretch.bounds)
        return limited(found.order_by(*stretch.order(sort, table.c.id)), rows)

    return take


def _valued(table: sa.Table, keyset: Keyset) -> Stretch:
    """The records that have a sort value, from where the page begins."""
    column = table.c[keyset.column]
    bounds: tuple[Column, ...] = (column.is_not(None),) if keyset.nullable else ()
    if keyset.begin == "value":
        here = sa.tuple_(column, table.c.id)
        there = sa.tuple_(sa.bindparam("after_value", type_=column.type), _after_id())
        bounds = (*bounds, here > there if keyset.direction == "asc" else here < there)
    return Stretch(bounds, keyset.column, keyset.direction)


def _valueless(table: sa.Table, keyset: Keyset) -> Stretch:
    """The records that have none, from where the page begins."""
    bounds: tuple[Column, ...] = (table.c[keyset.column].is_(None),)
    if keyset.begin == "null":
        bounds = (*bounds, table.c.id > _after_id() if keyset.direction == "asc" else table.c.id < _after_id())
    return Stretch(bounds, keyset.column, keyset.direction, valued=False)


def under_parents(
    dialect: Dialect, shown: sa.Select[Any], table: sa.Table, parent: str, keyset: Keyset, rows: int
) -> sa.Select[Any]:
    """The first `rows` of `shown` under each of many parents, in one statement; the parent's id is `_parent`."""
    if dialect.name == "postgresql":
        return _laterally(shown, table, parent, keyset, rows)
    return _windowed(shown.add_columns(table.c[keyset.column].label("_sort")), table, parent, keyset, rows)


def _laterally(shown: sa.Select[Any], table: sa.Table, parent: str, keyset: Keyset, rows: int) -> sa.Select[Any]:
    parents = sa.func.unnest(_parents()).table_valued("id", name="parents").render_derived()
    inner = under_one(shown, table, parent, parents.c.id, keyset, rows).lateral("children")
    outer = sa.select(*inner.c, parents.c.id.label("_parent")).select_from(parents.join(inner, sa.true()))
    return outer.order_by(*in_order(inner, keyset))


def _windowed(shown: sa.Select[Any], table: sa.Table, parent: str, keyset: Keyset, rows: int) -> sa.Select[Any]:
    ordered = order(table.c[keyset.column], table.c.id, keyset.direction, nullable=keyset.nullable)
    rank = sa.func.row_number().over(partition_by=table.c[parent], order_by=ordered)
    inner = shown.add_columns(table.c[parent].label("_parent"), rank.label("_rank")).where(
        one_of(table.c[parent], _parents())
    )
    ranked = inner.subquery("children")
    outer = sa.select(*(each for each in ranked.c if each.name != "_rank"))
    return outer.where(ranked.c["_rank"] <= sa.literal_column(str(rows))).order_by(ranked.c["_rank"])


def counted(shown: sa.Select[Any], most: int) -> sa.Select[Any]:
    """How many rows `shown` has, counting to `most` and one more."""
    return sa.select(sa.func.count().label("total")).select_from(limited(shown, most + 1).subquery())


def totalled(page: sa.Select[Any], keyset: Keyset, total: sa.Select[Any]) -> sa.Select[Any]:
    """A page and its total in one statement: `_total` stands in every row, and an empty page is one row without id."""
    rows, count = page.subquery("page"), total.subquery("counted")
    both = sa.select(*rows.c, count.c.total.label("_total")).select_from(count.outerjoin(rows, sa.true()))
    return both.order_by(*in_order(rows, keyset))


def under_one(
    shown: sa.Select[Any], table: sa.Table, by: str, parent: Column, keyset: Keyset, rows: int
) -> sa.Select[Any]:
    """The first `rows` of `shown` under the parent whose id is `parent`."""
    shown = shown.add_columns(table.c[keyset.column].label("_sort")).where(table.c[by] == parent)
    ordered = order(table.c[keyset.column], table.c.id, keyset.direction, nullable=keyset.nullable)
    return limited(shown.order_by(*ordered), rows)


def rows_within(dialect: Dialect, rows: sa.Select[Any], layout: Sequence[str], keyset: Keyset) -> Column:
    """All of `rows`, in their order, as one value of the statement around them; `layout` names what each is to hold."""
    shown = [rows.selected_columns[name] for name in layout]
    kind = types.rows([each.type for each in shown])
    if dialect.name == "postgresql":
        texts = postgresql.array([types.as_text(each) for each in shown])
        packed = rows.with_only_columns(texts, maintain_column_froms=True)
        return sa.type_coerce(sa.func.array(packed.scalar_subquery()), kind)
    inner = rows.subquery()
    rank = sa.func.row_number().over(order_by=in_order(inner, keyset))
    ranked = sa.select(*(inner.c[name] for name in layout), rank.label("_rank")).subquery()
    return sa.type_coerce(sa.select(sa.func.json_group_array(sa.func.json_array(*ranked.c))).scalar_subquery(), kind)


def counted_under_parents(
    dialect: Dialect, shown: sa.Select[Any], table: sa.Table, parent: str, most: int
) -> sa.Select[Any]:
    """The same under each of many parents; a parent without any is not in the answer."""
    if dialect.name == "postgresql":
        parents = sa.func.unnest(_parents()).table_valued("id", name="parents").render_derived()
        inner = limited(shown.where(table.c[parent] == parents.c.id), most + 1).lateral("children")
        source: sa.FromClause = parents.join(inner, sa.true())
        by: Any = parents.c.id
    else:
        rank = sa.func.row_number().over(partition_by=table.c[parent])
        inner_rows = (
            shown.add_columns(table.c[parent].label("_parent"), rank.label("_rank"))
            .where(one_of(table.c[parent], _parents()))
            .subquery("children")
        )
        few = sa.select(inner_rows.c["_parent"]).where(inner_rows.c["_rank"] <= sa.literal_column(str(most + 1)))
        source = few.subquery("few")
        by = source.c["_parent"]
    return sa.select(by.label("_parent"), sa.func.count().label("total")).select_from(source).group_by(by)


def in_order(rows: sa.FromClause, keyset: Keyset) -> list[Any]:
    """The order of rows already taken, by their `_sort` and `id`."""
    return order(rows.c["_sort"], rows.c.id, keyset.direction, nullable=keyset.nullable)


def order(column: Column, key: Column, direction: Direction, *, nullable: bool = False) -> list[Any]:
    """The order of a list: by value, ties by id in the same direction, no value last either way."""
    turned = [_turned(column, direction), _turned(key, direction)]
    return [column.is_(None), *turned] if nullable else turned


def _turned(column: Column, direction: Direction) -> Any:
    return column.asc() if direction == "asc" else column.desc()


def limited(shown: sa.Select[Any], rows: int) -> sa.Select[Any]:
    """Page sizes are literals: a parameter here makes PostgreSQL plan for no page at all, five times slower."""
    return shown.limit(sa.literal_column(str(rows)))


def _after_id() -> sa.BindParameter[str]:
    return sa.bindparam("after_id", type_=types.text())


def _parents() -> sa.BindParameter[Any]:
    return sa.bindparam("parents", type_=types.many(types.text()))
