"""The reference executor: graphql-core over the resolvers, with every refusal told as a problem.

What the compiler does must equal what this does; it also answers introspection.
"""

import asyncio
import logging
from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, execute

from crm.kit.errors import CrmError, too_late
from schema.compiler.execute import Result
from schema.context import Context
from schema.resolvers import GRAPHQL_PATH

GRACE = 1.0
"""How many seconds a query whose time is over has to tell what it has."""

log = logging.getLogger(__name__)


async def run(
    schema: GraphQLSchema,
    document: DocumentNode,
    name: str | None,
    given: dict[str, Any],
    context: Context,
    seconds: float,
) -> Result:
    """The answer to one operation that may run, within `seconds`: what cannot be read in that time is an error at its
    place. What waits for something else, as a write for others, is refused whole a little later.
    """
    timed = context.over(context.call.until(asyncio.get_running_loop().time() + seconds))
    answer = execute(schema, document, context_value=timed, variable_values=given, operation_name=name)
    if isinstance(answer, ExecutionResult):
        return _result(answer, timed)
    try:
        async with asyncio.timeout(seconds + GRACE):
            result = _result(await answer, timed)
    except TimeoutError:
        raise too_late() from None
    context.replayed = timed.replayed
    return result


def _result(answer: ExecutionResult, context: Context) -> Result:
    return Result(answer.data, [_told(context, each) for each in answer.errors or ()])


def _told(context: Context, error: GraphQLError) -> GraphQLError:
    """An error a client may see: ours as it is, anything unexpected as a server error that names nothing."""
    if error.extensions and "problem" in error.extensions:
        return error
    log.error("unexpected error in a resolver", exc_info=error.original_error or error)
    told = context.error(CrmError("Something went wrong on our side."), GRAPHQL_PATH)
    return GraphQLError(told.message, error.nodes, path=error.path, extensions=told.extensions)
