"""What comes in the same row as the record it belongs to, in place of a statement of its own: single records by a left
join, the first of a list as rows within the row.

Each is seen by the rules of its own resource, whatever it comes with.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from crm.access.visibility import WHOLE, Visibility
from crm.kit.page import Carried, CarriedPage, CarriedRecord, Search
from crm.storage import where
from crm.storage.paging import Keyset, in_order, rows_within
from crm.storage.statement import Dialect
from crm.storage.where import Source

Column = sa.ColumnElement[Any]


@dataclass(frozen=True, eq=False)
class Joinable:
    """Rows that can be joined by their id: what their WHERE is lowered over, and their columns by public name."""

    source: Source
    columns: Mapping[str, sa.Column[Any]]


class Listed(ABC):
    """Rows that can be listed under a record."""

    @abstractmethod
    def first_under(self, by: str, parent: Column, search: Search, seen: Visibility) -> sa.Select[Any]:
        """The first visible rows under one parent, one more than a page; their sort value is `_sort`."""

    @abstractmethod
    def keyset(self, search: Search) -> Keyset:
        """The order of a search's pages."""


def joined(
    dialect: Dialect, rows: sa.Select[Any], carried: Sequence[Carried], keyset: Keyset | None = None, name: str = "page"
) -> sa.Select[Any]:
    """Records in no order, or pages in theirs: each row with what it carries."""
    if not carried:
        return rows
    page = rows.subquery(name)
    along = _Along(dialect, page)
    along.bring(carried, page, dict(page.c.items()), name)
    shown = sa.select(*page.c, *along.columns).select_from(along.source)
    return shown if keyset is None else shown.order_by(*in_order(page, keyset))


class _Along:
    """What comes along with the rows of a page: the tables joined to it, and their columns."""

    def __init__(self, dialect: Dialect, page: sa.FromClause) -> None:
        self.source = page
        self.columns: list[Column] = []
        self._dialect = dialect

    def bring(
        self, carried: Sequence[Carried], here: sa.FromClause, row: Mapping[str, Column], name: str, prefix: str = ""
    ) -> None:
        """Bring what the records carry that are `here`, fields by name in `row`; columns begin with `prefix`."""
        for index, each in enumerate(carried):
            inner, field = f"{name}_{index}", f"{prefix}{each.name}"
            if isinstance(each, CarriedRecord):
                self._record(each, row[each.key], inner, field)
            else:
                self.columns.append(_list(self._dialect, each, here, row[each.key], inner).label(field))

    def _record(self, carried: CarriedRecord, key: Column, name: str, field: str) -> None:
        """Join the record that is meant, if it is visible."""
        assert isinstance(carried.source, Joinable)  # noqa: S101  storage made it
        source, seen = carried.source.source, _visibility(carried)
        there = source.table.alias(name)
        row: dict[str, Column] = {public: there.c[each.name] for public, each in carried.source.columns.items()}
        meant = sa.and_(there.c.business_id == where.tenant(), there.c.id == key)
        self.source = self.source.outerjoin(
            there, meant if seen == WHOLE else sa.and_(meant, where.visible(there, source, seen))
        )
        self.columns += [row[each].label(f"{field}{each}") for each in carried.fields]
        self.bring(carried.carried, there, row, name, field)


def _list(dialect: Dialect, carried: CarriedPage, here: sa.FromClause, key: Column, name: str) -> Column:
    """The first of a list under the records that are `here`, whose id is `key`."""
    assert isinstance(carried.source, Listed)  # noqa: S101  storage made it
    search, keyset = carried.search, carried.source.keyset(carried.search)
    rows = carried.source.first_under(carried.by, key, search, _visibility(carried)).correlate(here)
    found = joined(dialect, rows, search.selection.carried, keyset, name)
    return rows_within(dialect, found, carried.layout, keyset)


def _visibility(carried: Carried) -> Visibility:
    assert isinstance(carried.seen, Visibility)  # noqa: S101  an edge made it
    return carried.seen
