"""A plan bound to one request: arguments read, pages sized, points counted, refusals found, before anything runs.

What a plan asks of its caller (scopes, role) is checked first, then every argument; one that is lacking or wrong
refuses the whole document, with an error for each place.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import GraphQLError
from graphql.execution.values import VariableValues, get_argument_values

from crm.edge import Edge
from crm.kit import problems
from crm.kit.errors import CrmError, Forbidden, Invalid, Refused
from crm.kit.filters import CUSTOM
from crm.kit.page import Search, Searchable, Selection
from crm.kit.problems import Violation
from crm.operation import Operation
from schema.arguments import Values, retold, search_values
from schema.compiler.carry import Load, load
from schema.compiler.plan import (
    Connection,
    FetchStep,
    ManyStep,
    OneStep,
    Path,
    Plan,
    ReadStep,
    SearchStep,
    Shape,
    Step,
    WriteStep,
)
from schema.context import Context
from schema.resolvers import GRAPHQL_PATH, edge_operation, instance_of, searches_by_id, too_many_ids

STAGES = 50
"""How many stages a pipeline is reckoned to have."""

COUNTED_AT_ONCE = 10
PAGE = 100

NOTHING = Values({})


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """One step of one request. `parents` is how many records it may start from, `first` its page size (None: single),
    `after` the id of the step it waits for. `search` is its question where it gives a page; `source` tells where the
    keys it starts from are found in the answers of earlier steps; `counts` tells a step that only counts.
    """

    id: int
    step: Step
    part: Operation | Edge
    path: Path
    parents: int
    first: int | None
    points: int
    after: int | None
    given: Values = NOTHING
    search: Search | None = None
    record_id: str | None = None
    source: str = ""
    counts: bool = False

    @property
    def name(self) -> str:
        return self.part.full_name if isinstance(self.part, Edge) else self.part.name


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """All the steps of one request, in document order, and what they cost together. `loads` tells what the rows of a
    step can bring along.
    """

    plan: Plan
    steps: tuple[Bound, ...]
    variables: VariableValues
    of: Mapping[Step, tuple[Bound, ...]]
    loads: Mapping[Bound, Load]

    @property
    def points(self) -> int:
        return max(1, sum(each.points for each in self.steps))


class Refusals(Exception):
    """The document may not run: one error for each place, and nothing has run. `status` is the problem's own."""

    def __init__(self, status: int, errors: Sequence[GraphQLError]) -> None:
        super().__init__(f"refused: {status}")
        self.status = status
        self.errors = list(errors)


async def bind(plan: Plan, variables: VariableValues, context: Context, *, checked: bool = True) -> Request:
    """Raises Refusals where an argument will not do, or (when `checked`) a scope or the role lacks."""
    return await _Binding(plan, variables, context).request(checked=checked)


async def check(steps: Sequence[Bound], context: Context) -> None:
    """Raises Refusals where the caller lacks a scope, or the role altogether, for any of the steps."""
    refused = {each: fault for each in steps if (fault := _refusal(each, context)) is not None}
    if not refused:
        return
    first = next(iter(refused.values()))
    for each in steps:
        if isinstance(each.step, WriteStep):
            # Every write of a document that is refused is refused with it, and leaves the trace of that.
            await context.call.refused(each.step.operation, each.record_id, first)
    raise Refusals(403, [_told(context, fault, each) for each, fault in refused.items()])


def _refusal(bound: Bound, context: Context) -> Forbidden | None:
    if bound.counts:
        return None
    try:
        context.call.check(bound.part)
    except Forbidden as fault:
        return fault
    return None


def _told(context: Context, fault: CrmError, bound: Bound) -> GraphQLError:
    return context.error_at(fault, instance_of(context.describe, bound.part, bound.record_id), bound.path)


def is_anyones(request: Request) -> bool:
    """Whether another request for the same plan is bound to just the same: nothing in it hangs on a variable or on a
    tenant's custom fields.
    """
    return not any(
        condition.field.name.startswith(CUSTOM)
        for bound in request.steps
        if bound.search is not None
        for condition in bound.search.conditions
    )


Told = Callable[[str], str]
"""Where a field of a record is found in the answers of earlier steps: `company_id` in `steps[0].data[*].company_id`."""


def _within(prefix: str) -> Told:
    """The fields of what stands at `prefix`. A stage's pipeline is the record the stage is shown in."""
    return lambda name: f"{prefix}.{name}" if name != "_pipeline_id" else f"{prefix.rpartition('.')[0]}.id"


class _Binding:
    def __init__(self, plan: Plan, variables: VariableValues, context: Context) -> None:
        self._plan = plan
        self._variables = variables
        self._context = context
        self._bound: list[Bound] = []
        self._wrong: list[GraphQLError] = []

    async def request(self, *, checked: bool) -> Request:
        for step in self._plan.roots:
            await self._root(step)
        if checked:
            await check(self._bound, self._context)
        if self._wrong:
            raise Refusals(422, self._wrong)
        of: dict[Step, tuple[Bound, ...]] = {}
        for each in self._bound:
            of[each.step] = (*of.get(each.step, ()), each)
        return Request(self._plan, tuple(self._bound), self._variables, of, self._loads())

    def _loads(self) -> Mapping[Bound, Load]:
        """What the rows of each step can bring along."""
        lists = {each.step: search for each in self._bound if (search := _plain(each)) is not None}
        return {each: load(shapes, _most(each), lists) for each in self._bound if (shapes := _shapes(each))}

    async def _root(self, step: Step) -> None:
        given = self._given(step)
        if isinstance(step, ReadStep):
            record_id = given.get("id")
            bound = self._add(step, step.operation, record_id=record_id)
            await self._shape(step.shape, PAGE if step.operation.pages else 1, bound.id, _within(f"steps[{bound.id}]"))
        elif isinstance(step, WriteStep):
            bound = self._add(step, step.operation, record_id=given.get("id"))
            await self._payload(step, bound)
        elif isinstance(step, FetchStep):
            await self._fetch(step, given["ids"] if step.many else [given["id"]])
        elif isinstance(step, SearchStep):
            values = search_values(given)
            search = await self._search(step, step.operation, values, step.connection)
            bound = self._add(step, step.operation, first=search.limit, given=values, search=search)
            await self._connection(step.connection, search.limit, bound.id)

    def _given(self, step: Step) -> dict[str, Any]:
        """A field's arguments. Raises Refusals where a variable is null that its place does not allow to be."""
        try:
            return get_argument_values(step.definition, step.nodes[0], self._variables)
        except GraphQLError as fault:
            refused = Refused(problems.GRAPHQL_VALIDATION, fault.message)
            error = self._context.error_at(refused, GRAPHQL_PATH, step.path)
            raise Refusals(refused.kind.status, [error]) from None

    async def _payload(self, step: WriteStep, bound: Bound) -> None:
        """The record in a payload is what REST answers with, or `data` of it."""
        inside = "data" if "data" in step.operation.gives.model_fields else ""
        told = _within(".".join(filter(None, (f"steps[{bound.id}]", inside))))
        for part in step.payload.parts:
            await self._shape(part.shape, 1, bound.id, told)

    async def _fetch(self, step: FetchStep, wanted: Sequence[str]) -> None:
        """One search for each kind of record asked for."""
        fault = too_many_ids(wanted)
        if fault is not None:
            self._wrong.append(self._context.error_at(fault, GRAPHQL_PATH, step.path))
            return
        for operation, search in searches_by_id(wanted):
            shape = step.shapes[operation.gives.__name__]
            count = len(search.conditions[0].values)
            asked = replace(search, selection=Selection(shape.columns))
            values = Values(
                {"filters": [{"field": "id", "operator": "in", "values": list(search.conditions[0].values)}]}
            )
            bound = self._add(step, operation, first=count, given=values, search=asked)
            await self._shape(shape, count, bound.id, _within(f"steps[{bound.id}].data[*]"))

    async def _shape(self, shape: Shape, parents: int, after: int, told: Told) -> None:
        for part in shape.parts:
            inside = _within(told(f"{part.field}[*]" if part.listed else part.field))
            await self._shape(part.shape, parents * (STAGES if part.listed else 1), after, inside)
        for step in shape.steps:
            if isinstance(step, OneStep):
                await self._one(step, parents, after, told)
            elif isinstance(step, ManyStep):
                await self._many(step, parents, after, told)

    async def _connection(self, connection: Connection, parents: int, after: int) -> None:
        for shape in connection.shapes:
            await self._shape(shape, parents, after, _within(f"steps[{after}].data[*]"))

    async def _one(self, step: OneStep, parents: int, after: int, told: Told) -> None:
        source = told(step.edge.key)
        bound = self._add(step, step.edge, parents=parents, after=after, source=source)
        found = f"steps[{bound.id}].data[*]"

        def of_stage(name: str) -> str:
            """A stage comes inside the pipeline that is found: its id is what it was asked for by."""
            return source if name == "id" else f"{found}.{'id' if name == '_pipeline_id' else name}"

        inside = _within(found) if edge_operation(step.edge).resource is step.edge.target else of_stage
        await self._shape(step.shape, parents, bound.id, inside)

    async def _many(self, step: ManyStep, parents: int, after: int, told: Told) -> None:
        values = search_values(self._given(step))
        search = await self._search(step, step.operation, values, step.connection)
        if search.cursor is not None and not step.single:
            message = "`cursor` continues a list under a single record only; here there may be many."
            fault = Invalid([Violation("after", "unexpected", message)])
            self._wrong.append(self._error(fault, step.edge, step.path))
        asked: dict[str, Any] = {
            "parents": parents,
            "after": after,
            "given": values,
            "search": search,
            "source": told(step.edge.key),
        }
        bound = self._add(step, step.edge, first=search.limit, **asked)
        if step.connection.totals:
            self._add(step, step.edge, counts=True, **asked)
        await self._connection(step.connection, parents * search.limit, bound.id)

    async def _search(self, step: Step, operation: Operation, values: Values, connection: Connection) -> Search:
        """The question of a list. One that cannot be read is noted, and the default stands in for it."""
        try:
            search: Search = await self._context.call.read(operation, values.values)
        except Invalid as fault:
            self._wrong.append(self._error(retold(fault, values.graphql_path), operation, step.path))
            assert isinstance(operation.takes, Searchable)  # noqa: S101  it gives pages
            search = operation.takes.read({}, {})
        nested = isinstance(step, ManyStep)
        return replace(
            search,
            counted=bool(connection.totals) and not nested,
            row_cursors=connection.cursors,
            next_cursor=False,
            selection=Selection(connection.columns),
        )

    def _add(
        self,
        step: Step,
        part: Operation | Edge,
        *,
        parents: int = 1,
        first: int | None = None,
        after: int | None = None,
        counts: bool = False,
        **asked: Any,
    ) -> Bound:
        path = (*step.path, "totalCount") if counts else step.path
        bound = Bound(
            id=len(self._bound),
            step=step,
            part=part,
            path=path,
            parents=parents,
            first=first,
            points=_points(part, parents, first, counts=counts),
            after=after,
            counts=counts,
            **asked,
        )
        self._bound.append(bound)
        return bound

    def _error(self, fault: CrmError, part: Operation | Edge, path: Path) -> GraphQLError:
        return self._context.error_at(fault, instance_of(self._context.describe, part), path)


def _plain(bound: Bound) -> Search | None:
    """The question of a list whose first page is asked for as it is: nothing filtered, nothing counted."""
    search = bound.search
    if search is None or search.conditions or search.words or search.cursor or bound.counts:
        return None
    return search if isinstance(bound.step, ManyStep) and bound.step.carriable else None


def _shapes(bound: Bound) -> tuple[Shape, ...]:
    """How the rows are shown that a step reads by a statement of its own."""
    step = bound.step
    if isinstance(step, SearchStep | ManyStep):
        return () if bound.counts else step.connection.shapes
    if isinstance(step, FetchStep) and isinstance(bound.part, Operation):
        return (step.shapes[bound.part.gives.__name__],)
    return (step.shape,) if isinstance(step, ReadStep) and step.operation.targets else ()


def _most(bound: Bound) -> int:
    """How many rows a step brings at most."""
    return bound.parents * (bound.first or 1)


def _points(part: Operation | Edge, parents: int, first: int | None, *, counts: bool) -> int:
    """What a step is reckoned to cost: the pages of up to 100 records it may touch."""
    if isinstance(part, Operation):
        return 1
    if counts:
        return -(-parents // COUNTED_AT_ONCE)
    return -(-parents * (first or 1) // PAGE)


def costliest(request: Request) -> Iterator[Bound]:
    """The steps that cost most, the dearest first."""
    yield from sorted(request.steps, key=lambda each: -each.points)
