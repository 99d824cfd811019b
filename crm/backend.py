"""Where operations and edges run. Doors and plans cannot tell which backend they have.

`Local` runs services over the database. Beside it stands `Describe`, the port through which the house can say which
public request an operation amounts to without knowing HTTP; a door implements it and the street injects it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from crm.kit.cursor import CursorKey
from crm.operation import Arguments, Custom, Operation
from crm.resources import Resource
from crm.storage.custom_fields import CustomFields
from crm.storage.database import Database, Sql

if TYPE_CHECKING:
    from crm.call import Call


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
    """Runs what a call asks, after scope, input and role have been checked."""

    @property
    def sql(self) -> Sql: ...
    @property
    def cursors(self) -> CursorKey: ...

    async def run(self, call: "Call", operation: Operation, arguments: Arguments) -> Any: ...

    async def custom_fields(self, business_id: str, resource: Resource) -> Custom:
        """The tenant's custom fields of one resource, by slug."""
        ...


class Local:
    """Services over the database: a read runs as it is, a write in a transaction of its own."""

    def __init__(self, database: Database, cursors: CursorKey) -> None:
        self.sql: Sql = database
        self.cursors = cursors
        self._database = database
        self._custom = CustomFields(database)

    async def run(self, call: "Call", operation: Operation, arguments: Arguments) -> Any:
        if operation.kind == "read":
            return await operation.run(call, arguments)
        async with self._database.transaction() as sql:
            return await operation.run(replace(call, sql=sql), arguments)

    async def custom_fields(self, business_id: str, resource: Resource) -> Custom:
        return await self._custom.of(business_id, resource)
