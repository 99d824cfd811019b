"""Records that come in the same row as those which hold their ids: a left join in place of a statement of their own.

Only what the whole tenant sees is joined; where a role's reach or an owner decides, an edge is followed by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from crm.access.principal import Principal
from crm.access.roles import Permission
from crm.access.visibility import Ownership, sees_all
from crm.kit.page import Carried
from crm.storage import where
from crm.storage.paging import Keyset, order


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


def joined(rows: sa.Select[Any], carried: Sequence[Carried], keyset: Keyset) -> sa.Select[Any]:
    """A page, or pages under many parents, in the same order, each row with what it carries."""
    if not carried:
        return rows
    page = rows.subquery("page")
    source: sa.FromClause = page
    brought: list[sa.ColumnElement[Any]] = []
    for index, each in enumerate(carried):
        assert isinstance(each.source, Joinable)  # noqa: S101  storage made it
        there = each.source.table.alias(f"carried_{index}")
        source = source.outerjoin(there, sa.and_(there.c.business_id == where.tenant(), there.c.id == page.c[each.key]))
        brought += [there.c[each.source.columns[name].name].label(f"{each.prefix}{name}") for name in each.fields]
    ordered = order(page.c["_sort"], page.c.id, keyset.direction, nullable=keyset.nullable)
    return sa.select(*page.c, *brought).select_from(source).order_by(*ordered)
