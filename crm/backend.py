"""Where operations and edges run: the port. Doors and plans cannot tell which backend they have; `local` is the one
over the database. Beside the port stands `Describe`, the port through which the house can say which
public request an operation amounts to without knowing HTTP; a door implements it and the street injects it.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from crm.kit.cursor import CursorKey
from crm.kit.errors import CrmError
from crm.operation import Arguments, Custom, Operation
from crm.resources import Resource
from crm.storage.database import Sql


@dataclass(frozen=True, slots=True)
class Request:
    """The public request an operation amounts to: a method, a path with its query, and a JSON body or none."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


class Describe(Protocol):
    """Operation and arguments to the REST request that says the same. `values` is the operation's raw input."""

    def __call__(
        self, operation: Operation, *, id: str | None = None, values: Mapping[str, Any] | None = None
    ) -> Request: ...


class Backend(Protocol):
    """Runs what a Call asks, after scope, input and role have been checked. A Call knows its backend, not the other way
    round: here it is anything.
    """

    @property
    def sql(self) -> Sql: ...
    @property
    def cursors(self) -> CursorKey: ...

    def session(self) -> AbstractAsyncContextManager[Sql]:
        """What a caller's reads may share while the block runs, one after the other."""
        ...

    async def run(self, call: Any, operation: Operation, arguments: Arguments) -> Any: ...

    async def custom_fields(self, business_id: str, resource: Resource) -> Custom:
        """The tenant's custom fields of one resource, by slug."""
        ...

    async def detach(self, call: Any, resource: Resource, record_id: str) -> None:
        """Let go of a record in everything that links to it, before it is deleted."""
        ...

    async def refused(self, call: Any, operation: Operation, record_id: str | None, fault: CrmError) -> None:
        """Take note of a write that was refused; nothing else remains of it."""
        ...
