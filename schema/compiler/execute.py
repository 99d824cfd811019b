"""The compiled executor: a bound plan, level by level, straight to what the response says.

Each step runs once for all its parents. A step that fails is an error at every place it was to fill, and null there;
whatever is past the deadline fails so too, and its statement is cancelled in the database.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from graphql import FieldNode, GraphQLError
from graphql.execution.values import get_argument_values

from crm.edge import Edge
from crm.kit.commands import Command
from crm.kit.errors import CrmError, Invalid, NotFound
from crm.kit.page import REVISION, Carried, Page, Row, Search, carrying
from crm.operation import Arguments, Operation
from schema.arguments import retold
from schema.compiler.bind import Bound, Request
from schema.compiler.carry import NOTHING, Found, Load
from schema.compiler.deadline import Deadline
from schema.compiler.plan import (
    Connection,
    FetchStep,
    ManyStep,
    OneStep,
    Path,
    ReadStep,
    SearchStep,
    Shape,
    Step,
    WriteStep,
)
from schema.compiler.show import Cursor, Out, Waiting, pages_shown, rows_shown
from schema.context import Context
from schema.inputs import graphql_path, input_values
from schema.resolvers import instance_of, payload_of

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a step did by itself: how many rows it brought, how long it took, and from which keys it started."""

    rows: int
    milliseconds: float
    keys: Sequence[str] = ()


Did = Ran | Found
"""What a step did: by itself, or in the rows of another."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """A step that failed, and the objects that miss its answer; their paths are looked up at the end."""

    step: Step
    at: Sequence[Out]
    fault: CrmError
    bound: Bound


@dataclass(slots=True)
class Result:
    """The answer: `data`, the errors, and for every step that ran what it did, where steps were `told_apart`."""

    data: Out | None
    errors: list[GraphQLError] = field(default_factory=list)
    ran: dict[int, Did] = field(default_factory=dict)
    told_apart: bool = True

    def points(self, request: Request) -> int:
        """What was really spent: for each step that ran the pages of up to 100 rows it brought, at least one, and
        never more than it was reckoned at. Where steps were not told apart, all that was reckoned.
        """
        if not self.told_apart:
            return request.points
        return max(1, sum(_spent(each, did) for each in request.steps if (did := self.ran.get(each.id)) is not None))


async def execute(request: Request, context: Context, seconds: float) -> Result:
    """Run a bound plan for at most `seconds`.

    A query's steps share one connection, one after the other: measured, siblings side by side cost more in tasks,
    timers and turns at the pool than they gain, and no request waits for a second connection while it holds one.
    """
    with Deadline(seconds) as deadline:
        if request.plan.mutation or not request.plan.roots:
            return await _Execution(request, context, deadline).run()
        async with context.call.backend.session() as sql:
            return await _Execution(request, context.over(context.call.over(sql)), deadline).run()


class _Execution:
    def __init__(self, request: Request, context: Context, deadline: Deadline) -> None:
        self._request = request
        self._context = context
        self._deadline = deadline
        self._failures: list[_Failure] = []
        self._loads: dict[Bound, Load] = {}
        self._result = Result(dict.fromkeys(request.plan.keys))
        self._data: Out = self._result.data or {}
        self._result.data = self._data

    async def run(self) -> Result:
        plan = self._request.plan
        for key in plan.typenames:
            self._data[key] = plan.root_name
        for step in plan.roots:
            await self._root(step)
        self._result.errors += [error for each in self._failures for error in self._told(each)]
        return self._result

    async def _root(self, step: Step) -> None:
        waiting: Waiting = {}
        await _ROOTS[type(step)](self, step, waiting)
        await self._follow(waiting)

    async def _read(self, step: ReadStep, waiting: Waiting) -> None:
        bound = self._request.of[step][0]
        read = await self._timed(bound, step, (self._data,), lambda: self._perform_read(step, bound))
        if read is None:
            return
        rows = read.rows if isinstance(read, Page) else [read]
        made = self._rows(step.shape, bound, rows, waiting)
        self._data[step.key] = made if isinstance(read, Page) else made[0]

    async def _perform_read(self, step: ReadStep, bound: Bound) -> Any:
        call = self._context.call
        chosen = await call.read(step.operation, step_values(step))

        def record(carried: tuple[Carried, ...]) -> Awaitable[Any]:
            asked = replace(chosen, carried=carried) if carried else chosen
            return call.perform(step.operation, Arguments(id=bound.record_id, input=asked))

        return await self._carrying(bound, record)

    async def _search(self, step: SearchStep, waiting: Waiting) -> None:
        bound = self._request.of[step][0]
        page = await self._timed(bound, step, (self._data,), lambda: self._found(bound, step.operation))
        if page is not None:
            (made,) = self._pages(step.connection, bound, (page,), waiting)
            for key, _ in step.connection.totals:
                made[key] = page.total
            self._data[step.key] = made

    async def _found(self, bound: Bound, operation: Operation) -> Page:
        """The page a search gives."""
        call, search = self._context.call, _question(bound)

        def page(carried: tuple[Carried, ...]) -> Awaitable[Page]:
            return call.perform(operation, Arguments(input=carrying(search, carried)))

        return await self._carrying(bound, page)

    async def _fetch(self, step: FetchStep, waiting: Waiting) -> None:
        found: dict[str, Out] = {}
        for bound in self._request.of.get(step, ()):
            operation = bound.part
            assert isinstance(operation, Operation)  # noqa: S101  records are fetched by searches
            page = await self._timed(bound, step, (self._data,), lambda: self._found(bound, operation))  # noqa: B023  awaited at once
            if page is None:
                return
            shape = step.shapes[operation.gives.__name__]
            made = self._rows(shape, bound, page.rows, waiting)
            found.update((row["id"], out) for row, out in zip(page.rows, made, strict=True))
        given = get_argument_values(step.definition, step.nodes[0], self._request.variables)
        wanted: list[str] = given["ids"] if step.many else [given["id"]]
        nodes = [found.get(each) for each in wanted]
        self._data[step.key] = nodes if step.many else nodes[0]

    async def _write(self, step: WriteStep, waiting: Waiting) -> None:
        bound = self._request.of[step][0]
        result = await self._timed(bound, step, (self._data,), lambda: self._perform_write(step, bound))
        if result is not None:
            self._context.written(result)
            payload = payload_of(step.operation, result)
            (self._data[step.key],) = self._rows(step.payload, bound, (payload,), waiting)

    async def _perform_write(self, step: WriteStep, bound: Bound) -> Any:
        given = get_argument_values(step.definition, step.nodes[0], self._request.variables)
        takes = step.operation.takes
        values = input_values(takes, given["input"]) if isinstance(takes, Command) else {}
        arguments = Arguments(
            id=bound.record_id,
            if_match=given.get("ifMatch"),
            idempotency_key=self._context.key(given.get("idempotencyKey")),
        )
        return await self._context.call.run(step.operation, values, arguments)

    async def _follow(self, waiting: Waiting) -> None:
        """Every step that goes on from here, and whatever goes on from those."""
        for step, parents in waiting.items():
            await self._edge(step, parents)

    async def _edge(self, step: Step, parents: Sequence[tuple[Any, Out]]) -> None:
        further: Waiting = {}
        if isinstance(step, OneStep):
            await self._one(step, parents, further)
        elif isinstance(step, ManyStep):
            await self._many(step, parents, further)
        await self._follow(further)

    async def _one(self, step: OneStep, parents: Sequence[tuple[Any, Out]], waiting: Waiting) -> None:
        bound = self._request.of[step][0]
        ids = list(dict.fromkeys(key for key, _ in parents if key is not None))
        if not ids:
            return
        call, columns = self._context.call, step.shape.columns
        at = [out for key, out in parents if key is not None]
        found = await self._timed(bound, step, at, lambda: step.edge.batch(call, ids, columns), ids)
        if found is None:
            return
        made = dict(zip(found, self._rows(step.shape, bound, tuple(found.values()), waiting), strict=True))
        for key, out in parents:
            out[step.key] = made.get(key)

    async def _many(self, step: ManyStep, parents: Sequence[tuple[Any, Out]], waiting: Waiting) -> None:
        ids = list(dict.fromkeys(key for key, _ in parents))
        at = [out for _, out in parents]
        pages, totals = await self._lists(step, ids, at)
        if pages is None:
            return
        made = self._pages(step.connection, self._request.of[step][0], [pages[key] for key, _ in parents], waiting)
        for (key, out), shown in zip(parents, made, strict=True):
            for total_key, _ in step.connection.totals:
                shown[total_key] = None if totals is None else totals[key]
            out[step.key] = shown

    async def _lists(
        self, step: ManyStep, ids: list[str], at: Sequence[Out]
    ) -> tuple[Mapping[str, Page] | None, Mapping[str, int | None] | None]:
        """The pages under all parents, and the totals where they are asked for."""
        call, (bound, *counting) = self._context.call, self._request.of[step]
        search = _question(bound)

        async def continued(carried: tuple[Carried, ...]) -> Mapping[str, Page]:
            return {ids[0]: await step.edge.continued(call, ids[0], carrying(search, carried))}

        def first(carried: tuple[Carried, ...]) -> Awaitable[Mapping[str, Page]]:
            return step.edge.batch(call, ids, carrying(search, carried))

        follow = continued if _continues(bound) else first
        pages = await self._timed(bound, step, at, lambda: self._carrying(bound, follow), ids)
        if pages is None or not counting:
            return pages, None
        return pages, await self._timed(counting[0], step, at, lambda: step.edge.count(call, ids, search), ids)

    async def _carrying(self, bound: Bound, find: Callable[[tuple[Carried, ...]], Awaitable[T]]) -> T:
        """What a step finds, in one statement with all that its rows can bring this caller. One that fails, or takes
        long, is asked again without that, so that it shows which step it was and the others are answered; what the
        client got wrong is wrong either way.
        """
        load = self._request.loads.get(bound, NOTHING)
        if load.brought:
            carried = load.carried(self._context.call.principal)
            try:
                found = await self._deadline.attempt(lambda: find(carried))
            except (Invalid, NotFound):
                raise
            except Exception as fault:  # noqa: BLE001  it is told if it comes again
                log.warning("asked again without what was carried", extra={"step": bound.name, "cause": repr(fault)})
            else:
                self._loads[bound] = load
                return found
        return await find(())

    def _rows(self, shape: Shape, bound: Bound, rows: Sequence[Row], waiting: Waiting) -> list[Out]:
        """The objects of a step's rows, and of all that these brought."""
        load = self._loads.get(bound, NOTHING)
        self._note(load, rows)
        return rows_shown(shape, rows, load, self._cursor(load), waiting)

    def _pages(self, connection: Connection, bound: Bound, pages: Sequence[Page], waiting: Waiting) -> list[Out]:
        """The same of the pages it gave; one may stand in many places."""
        load = self._loads.get(bound, NOTHING)
        if load.brought:
            distinct = {id(page): page for page in pages}.values()
            self._note(load, [row for page in distinct for row in page.rows])
        return pages_shown(connection, pages, load, self._cursor(load), waiting, later=_continues(bound))

    def _note(self, load: Load, rows: Sequence[Row]) -> None:
        """Take note of what rows brought: it is there without time of its own."""
        for found in load.found_in(rows):
            self._result.ran[self._request.of[found.brought.step][0].id] = found

    def _cursor(self, load: Load) -> Cursor:
        """What makes the cursors of lists that were brought."""
        call, pages = self._context.call, load.pages

        def cursor(number: int, parent_id: str, sort: Any, row_id: str) -> str:
            return pages[number].step.edge.cursor(call, parent_id, pages[number].search, sort, row_id)

        return cursor

    async def _timed(
        self,
        bound: Bound,
        step: Step,
        at: Sequence[Out],
        work: Callable[[], Awaitable[Any]],
        keys: Sequence[str] = (),
    ) -> Any:
        """Run a step's work within the deadline. None where it failed, noted for every place it was to fill."""
        begun = time.perf_counter()
        try:
            answer = await self._deadline.within(work)
        except CrmError as known:
            fault: CrmError = known
        except Exception as unforeseen:  # noqa: BLE001  logged, and told as a server error that names nothing
            fault = self._context.unforeseen(unforeseen, bound.name)
        else:
            spent = (time.perf_counter() - begun) * 1000
            self._result.ran[bound.id] = Ran(_rows(bound, answer), spent, keys)
            return answer
        self._result.ran[bound.id] = Ran(0, (time.perf_counter() - begun) * 1000, keys)
        self._failures.append(_Failure(step, at, fault, bound))
        return None

    def _told(self, failure: _Failure) -> list[GraphQLError]:
        """One error for each place in the response."""
        bound, step, fault = failure.bound, failure.step, failure.fault
        if isinstance(fault, Invalid):
            fault = retold(fault, graphql_path if isinstance(step, WriteStep) else bound.given.graphql_path)
        instance = instance_of(self._context.describe, bound.part, bound.record_id)
        error = self._context.error(fault, instance)
        missing = {id(out) for out in failure.at}
        totals = step.connection.totals if bound.counts and isinstance(step, ManyStep) else ()
        tails: list[tuple[Path, Sequence[FieldNode]]] = [((step.key, key), nodes) for key, nodes in totals]
        return [
            GraphQLError(error.message, list(nodes), path=[*path, *tail], extensions=error.extensions)
            for path, out in _places(self._data, step.path[:-1])
            if id(out) in missing
            for tail, nodes in tails or [((step.key,), step.nodes)]
        ]


def step_values(step: ReadStep) -> dict[str, Any]:
    """The REST values of a read: its columns, so that no more is fetched."""
    names = [name for name in step.shape.columns if name != REVISION]  # that comes with every record
    return {"fields": names} if step.operation.targets and names else {}


def _spent(bound: Bound, did: Did) -> int:
    return 1 if bound.points == 1 else min(bound.points, max(1, -(-did.rows // 100)))


def _question(bound: Bound) -> Search:
    assert bound.search is not None  # noqa: S101  a list has one
    return bound.search


def _continues(bound: Bound) -> bool:
    return bound.search is not None and bound.search.cursor is not None


def _rows(bound: Bound, answer: Any) -> int:
    """How many rows a step brought; a count brings one for each parent."""
    if isinstance(answer, Page):
        return len(answer.rows)
    if isinstance(bound.part, Edge):
        return sum(len(each.rows) if isinstance(each, Page) else 1 for each in answer.values())
    return 1


def _places(data: Any, path: Path) -> list[tuple[list[str | int], Out]]:
    """Every object that stands at a path of the response, with its whole path; lists are walked through."""
    places: list[tuple[list[str | int], Any]] = [([], data)]
    for key in path:
        places = [deeper for at, out in places for deeper in _unlisted([*at, key], out.get(key))]
    return places


def _unlisted(at: list[str | int], value: Any) -> list[tuple[list[str | int], Any]]:
    if isinstance(value, list):
        return [deeper for index, each in enumerate(value) for deeper in _unlisted([*at, index], each)]
    return [] if value is None else [(at, value)]


_ROOTS: dict[type[Step], Callable[..., Awaitable[None]]] = {
    ReadStep: _Execution._read,  # noqa: SLF001  the table of its own methods
    SearchStep: _Execution._search,  # noqa: SLF001
    FetchStep: _Execution._fetch,  # noqa: SLF001
    WriteStep: _Execution._write,  # noqa: SLF001
}
