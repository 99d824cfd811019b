"""A plan told as the public REST calls it stands for: every step with its price, its scope and its requests.

Before a run a value that an earlier step brings is written `{{steps[0].data[*].company_id}}`; after one the values are
real, and every request can be run as it stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql.execution.values import get_argument_values

from crm.backend import Request as RestRequest
from crm.edge import Edge, ToMany
from crm.kit.commands import Command
from schema.compiler.bind import Bound, Request
from schema.compiler.execute import Did
from schema.compiler.plan import WriteStep
from schema.context import Context
from schema.inputs import input_values
from schema.resolvers import edge_operation

MAX_REQUESTS = 100
AT_ONCE = 100
"""How many ids one REST filter takes."""


def explained(request: Request, context: Context, base: str, ran: Mapping[int, Did] | None = None) -> dict[str, Any]:
    """The plan as plain data; `ran` tells what its steps did, where they did."""
    scopes = sorted({each.part.scope for each in request.steps if each.part.scope is not None})
    return {
        "points": request.points,
        "scopes": scopes,
        "missing_scopes": [scope for scope in scopes if scope not in context.call.principal.scopes],
        "steps": [_step(each, request, context, base, ran) for each in request.steps],
    }


def _step(bound: Bound, request: Request, context: Context, base: str, ran: Mapping[int, Did] | None) -> dict[str, Any]:
    done = ran.get(bound.id) if ran is not None else None
    requests, replaced = _requests(bound, request, context, done, run=ran is not None)
    told: dict[str, Any] = {
        "id": bound.id,
        "name": bound.name,
        "path": list(bound.path),
        "parents": bound.parents if bound.after is not None else None,
        "first": bound.first,
        "points": bound.points,
        "scopes": [bound.part.scope] if bound.part.scope else [],
        "after": bound.after,
        "replaces": replaced,
        "requests": [_told(each, context, base) for each in requests],
    }
    if ran is not None:
        told["rows"] = done.rows if done else 0
        told["milliseconds"] = round(done.milliseconds, 3) if done else 0
    return told


def _told(request: RestRequest, context: Context, base: str) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "body": request.body,
        "curl": context.curl(request, base),
    }


def _requests(
    bound: Bound, request: Request, context: Context, done: Did | None, *, run: bool
) -> tuple[list[RestRequest], int]:
    """The requests a step stands for, at most 100 of them, and how many it replaces."""
    if not isinstance(bound.part, Edge):
        values = _written(bound.step, request) if isinstance(bound.step, WriteStep) else bound.given.values
        return [context.describe(bound.part, id=bound.record_id, values=values)], 1
    if run and done is None:
        return [], 0
    keys: Sequence[str] | None = done.keys if done is not None else None
    bodies = list(_bodies(bound, bound.part, keys))
    operation = edge_operation(bound.part)
    replaced = len(bodies) if keys is not None else (bound.parents if isinstance(bound.part, ToMany) else 1)
    return [context.describe(operation, values=body) for body in bodies[:MAX_REQUESTS]], replaced


def _bodies(bound: Bound, edge: Edge, keys: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    """The bodies of the searches an edge stands for: one for up to 100 single records, one for each list."""
    placeholder = f"{{{{{bound.source}}}}}"
    if not isinstance(edge, ToMany):
        batches: list[Any] = (
            [placeholder] if keys is None else [keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE)]
        )
        for batch in batches:
            values = batch if isinstance(batch, str) else list(batch)
            yield {"filters": [{"field": edge.by, "operator": "in", "values": values}], "limit": AT_ONCE}
        return
    asked = {**bound.given.values, **({"limit": 1} if bound.counts else {})}
    for key in [placeholder] if keys is None else keys:
        parent = {"field": edge.by, "operator": "eq", "value": key}
        yield {**asked, "filters": [parent, *asked.get("filters", ())]}


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(keys), AT_ONCE):
        yield list(keys[at : at + AT_ONCE])


def _written(step: WriteStep, request: Request) -> dict[str, Any]:
    given = get_argument_values(step.definition, step.nodes[0], request.variables)
    takes = step.operation.takes
    return input_values(takes, given["input"]) if isinstance(takes, Command) else {}
