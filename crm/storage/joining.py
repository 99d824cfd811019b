"""What comes in the same row as the record it belongs to, in place of a statement of its own: single records by a left
join, the first of a list as rows within the row.

Only what the whole tenant sees is joined; where a role's reach or an owner decides, an edge is followed by itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from crm.access.principal import Principal
from crm.access.roles import Permission
from crm.access.visibility import Ownership, sees_all
from crm.kit.page import Carried, CarriedPage, CarriedRecord, Search
from crm.storage import where
from crm.storage.paging import Keyset, in_order, rows_within
from crm.storage.statement import Dialect

Column = sa.ColumnElement[Any]


@dataclass(frozen=True, eq=False)
class Joinable:
    """Rows that can be joined by their id: their columns by public name, and who sees them."""

    table: sa.Table
    columns: Mapping[str, sa.Column[Any]]
    permission: Permission | None
    ownership: Ownership = field(default_factory=Ownership)

    def whole_for(self, principal: Principal) -> bool:
        """Whether every row of the tenant is there for this principal to see."""
        return sees_all(principal, self.permission, self.ownership)


class Listed(ABC):
    """Rows that can be listed under a record."""

    @abstractmethod
    def first_under(self, by: str, parent: Column, search: Search) -> sa.Select[Any]:
        """The tenant's first rows under one parent, one more than a page; their sort value is `_sort`."""

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
    source: sa.FromClause = page
    brought: list[Column] = []
    for index, each in enumerate(carried):
        inner = f"{name}_{index}"
        if isinstance(each, CarriedRecord):
            there, columns, meant = _record(each, page, inner)
            source = source.outerjoin(there, meant)
            brought += columns
        else:
            brought.append(_list(dialect, each, page, inner).label(each.name))
    shown = sa.select(*page.c, *brought).select_from(source)
    return shown if keyset is None else shown.order_by(*in_order(page, keyset))


def _record(carried: CarriedRecord, page: sa.Subquery, name: str) -> tuple[sa.FromClause, list[Column], Column]:
    """The table to join, the columns it brings, and where it is the record that is meant."""
    assert isinstance(carried.source, Joinable)  # noqa: S101  storage made it
    there, columns = carried.source.table.alias(name), carried.source.columns
    brought: list[Column] = [there.c[columns[each].name].label(f"{carried.name}{each}") for each in carried.fields]
    return there, brought, sa.and_(there.c.business_id == where.tenant(), there.c.id == page.c[carried.key])


def _list(dialect: Dialect, carried: CarriedPage, page: sa.Subquery, name: str) -> Column:
    assert isinstance(carried.source, Listed)  # noqa: S101  storage made it
    search, keyset = carried.search, carried.source.keyset(carried.search)
    rows = carried.source.first_under(carried.by, page.c[carried.key], search).correlate(page)
    found = joined(dialect, rows, search.selection.carried, keyset, name)
    return rows_within(dialect, found, carried.layout, keyset)
