"""Edge: one relation between records, and the one statement that follows it from many parents at once.

Dataloaders, GraphQL fields and REST `include` are all made of edges. An edge names the operation and the filter field
it stands for, so that following it can be told as a request to the public API.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crm.access.principal import Principal
from crm.access.roles import Permission
from crm.access.scopes import scope
from crm.access.visibility import Ownership, Visibility, visibility
from crm.kit.page import Carried, CarriedPage, CarriedRecord, Page, Row, Search
from crm.resources import Resource
from crm.storage.joining import Joinable
from crm.storage.repository import Asker, Repository

Columns = tuple[str, ...] | None
"""The public fields wanted; None for all."""

FollowOne = Callable[[Asker, Sequence[str], Columns], Awaitable[Mapping[str, Row]]]
FollowMany = Callable[[Asker, Sequence[str], Search], Awaitable[Mapping[str, Page]]]
ContinueMany = Callable[[Asker, str, Search], Awaitable[Page]]
CountMany = Callable[[Asker, Sequence[str], Search], Awaitable[Mapping[str, int | None]]]


@dataclass(frozen=True, eq=False)
class Edge:
    """`source.name` is its full name. `stands_for` is an operation's name, `by` the filter field of it.

    `key` is the field of the parent whose value is followed, `there` what it leads to, for statements that bring it
    along, and `ownership` whose that is.
    """

    name: str
    source: Resource
    target: Resource
    may: Permission | None
    stands_for: str
    by: str
    key: str
    there: Joinable
    ownership: Ownership

    @property
    def full_name(self) -> str:
        return f"{self.source.singular}.{self.name}"

    @property
    def scope(self) -> str | None:
        """The scope following it needs; None: any token will do."""
        return scope(self.may.resource, self.may.verb) if self.may else None

    def can_carry(self, fields: Iterable[str]) -> bool:
        """Whether these fields of what it leads to can come in the parent's row."""
        return self.there.columns.keys() >= set(fields)

    def seen_by(self, principal: Principal) -> Visibility:
        """What of the records it may lead to a principal may see."""
        return visibility(principal, self.may, self.ownership)


@dataclass(frozen=True, eq=False)
class ToOne(Edge):
    """An edge to at most one record. `batch` gives the targets by key; a key that leads nowhere is absent."""

    batch: FollowOne

    def carried(
        self, fields: tuple[str, ...], name: str, seen: Visibility, besides: tuple[Carried, ...] = ()
    ) -> CarriedRecord:
        """The record in its parent's row, in fields that begin with `name`, and what it carries itself."""
        return CarriedRecord(self.key, self.there, fields, name, seen, besides)


@dataclass(frozen=True, eq=False)
class ToMany(Edge):
    """An edge to a list. `batch` gives the first page for every parent, `continued` a later one for a single parent,
    `count` a total for every parent (None above 1,000). `listed` is what they are read from.
    """

    batch: FollowMany
    continued: ContinueMany
    count: CountMany
    listed: Repository

    def carried(self, search: Search, name: str, seen: Visibility) -> CarriedPage:
        """The first of the list in its parent's row, as rows in the field `name`."""
        return CarriedPage(self.key, self.listed, self.by, search, name, seen)

    def cursor(self, asker: Asker, parent_id: str, search: Search, sort: Any, row_id: str) -> str:
        """The cursor after a row that came along with its parent."""
        return self.listed.cursor_under(asker, self.by, parent_id, search, sort, row_id)


def to_one(name: str, source: Resource, key: str, target: Repository) -> ToOne:
    """The edge from a record to the one whose id it holds in `key`."""
    there = target.record.resource
    return ToOne(
        name=name,
        source=source,
        target=there,
        may=target.permission,
        stands_for=f"{there.plural}.search",
        by="id",
        key=key,
        batch=lambda call, ids, columns: target.by_ids(call, ids, columns),
        there=target.joinable,
        ownership=target.ownership,
    )


def to_many(name: str, source: Resource, by: str, target: Repository) -> ToMany:
    """The edge from a record to those that hold its id in `by`, newest first unless asked otherwise."""
    there = target.record.resource
    return ToMany(
        name=name,
        source=source,
        target=there,
        may=target.permission,
        stands_for=f"{there.plural}.search",
        by=by,
        key="id",
        batch=lambda call, ids, search: target.children(call, by, ids, search),
        continued=lambda call, parent_id, search: target.search(call, target.under(by, parent_id, search)),
        count=lambda call, ids, search: target.child_counts(call, by, ids, search),
        there=target.joinable,
        ownership=target.ownership,
        listed=target,
    )
