"""Call: one caller's one request. Whatever door it came through, every operation runs and every edge is followed here:
scope, then input, then role, then the backend.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from crm.access.principal import Principal
from crm.backend import Backend
from crm.contracts import Contract
from crm.edge import Columns, Edge, ToMany, ToOne
from crm.journal import Journal
from crm.kit import ids
from crm.kit.budget import Budget
from crm.kit.clock import Clock
from crm.kit.cursor import CursorKey
from crm.kit.errors import CrmError, Forbidden, NotFound
from crm.kit.filters import CUSTOM
from crm.kit.page import Page, Row, Search
from crm.operation import Arguments, Operation
from crm.storage.database import Sql, Timed


@dataclass(frozen=True, slots=True)
class Call:
    """`sql` is the database, or inside a write its transaction, and `journal` what that write has to tell.

    `trace_id` names the request in logs and problems.
    """

    principal: Principal
    contract: Contract
    backend: Backend
    sql: Sql
    clock: Clock
    budget: Budget
    trace_id: str
    journal: Journal = field(default_factory=Journal)

    @property
    def cursors(self) -> CursorKey:
        return self.backend.cursors

    async def admit(self, operation: Operation, record_id: str | None = None) -> None:
        """Raises Forbidden where the token lacks the scope: what a door asks before it reads what was sent."""
        try:
            self.principal.check_scope(operation.scope)
        except Forbidden as fault:
            await self.refused(operation, record_id, fault)
            raise

    def over(self, sql: Sql) -> "Call":
        """The same call, whose reads go through a session."""
        return replace(self, sql=sql)

    def until(self, moment: float) -> "Call":
        """The same call, whose reads must end by a moment of the event loop's time. They raise Refused past it."""
        return self.over(Timed(self.sql, moment))

    async def run(self, operation: Operation, values: Mapping[str, Any], arguments: Arguments) -> Any:
        """Run an operation on a client's values. Raises CrmError; nothing has happened then."""
        try:
            self.principal.check_scope(operation.scope)
            return await self.perform(operation, replace(arguments, input=await self.read(operation, values)))
        except CrmError as fault:
            await self.refused(operation, arguments.id, fault)
            raise

    async def refused(self, operation: Operation, record_id: str | None, fault: CrmError) -> None:
        """Take note of a write that was refused; a read leaves no trace. What is no id is nobody's to keep."""
        if operation.kind != "read":
            known = record_id if ids.is_id(record_id, operation.resource) else None
            await self.backend.refused(self, operation, known, fault)

    async def perform(self, operation: Operation, arguments: Arguments) -> Any:
        """Run an operation on input that has been read. Raises CrmError; nothing has happened then."""
        self.check(operation)
        if operation.targets and not ids.is_id(arguments.id, operation.resource):
            raise NotFound(f"There is no {operation.resource.singular} with this id.")
        return await self.backend.run(self, operation, arguments)

    async def read(self, operation: Operation, values: Mapping[str, Any]) -> Any:
        """An operation's input from a client's values. Raises Invalid with every violation."""
        custom = {}
        if _speaks_of_custom_fields(values):
            custom = dict(await self.backend.custom_fields(self.principal.business_id, operation.resource))
        return operation.takes.read(values, custom)

    def check(self, part: Operation | Edge) -> None:
        """Raises Forbidden where the token's scope, or the role altogether, refuses an operation or an edge."""
        self.principal.check_scope(part.scope)
        self.principal.check_role(part.may)

    async def follow_one(self, edge: ToOne, keys: Sequence[str], columns: Columns = None) -> Mapping[str, Row]:
        """The records an edge leads to, by key; one that is not visible is absent."""
        self.check(edge)
        return await edge.batch(self, keys, columns) if keys else {}

    async def follow_many(self, edge: ToMany, keys: Sequence[str], search: Search) -> Mapping[str, Page]:
        """The first page under each parent."""
        self.check(edge)
        return await edge.batch(self, keys, search) if keys else {}

    async def count_many(self, edge: ToMany, keys: Sequence[str], search: Search) -> Mapping[str, int | None]:
        """How many there are under each parent; None above 1,000."""
        self.check(edge)
        return await edge.count(self, keys, search) if keys else {}


def _speaks_of_custom_fields(values: Mapping[str, Any]) -> bool:
    """Whether the tenant's definitions are needed to read these values."""
    if values.get("custom_fields"):
        return True
    conditions = values.get("filters")
    return isinstance(conditions, list) and any(
        isinstance(each, dict) and str(each.get("field", "")).startswith(CUSTOM) for each in conditions
    )
