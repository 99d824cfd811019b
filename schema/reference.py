"""The reference executor: graphql-core over the resolvers, with every refusal told as a problem.

It answers a GraphQL response as plain data. A request that cannot run at all raises RequestError and has no `data`.
"""

import logging
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode, execute
from graphql.execution.values import VariableValues, get_variable_values

from crm.kit import problems
from crm.kit.errors import CrmError
from schema.context import Context
from schema.documents import Document, RequestError
from schema.requirements import Requirements
from schema.resolvers import GRAPHQL_PATH, instance_of

log = logging.getLogger(__name__)
MAX_VARIABLE_ERRORS = 20


class Refusals(Exception):
    """The caller may not run this document: one error for each path, and nothing has run."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("refused")
        self.errors = errors


def coerced(schema: GraphQLSchema, operation: OperationDefinitionNode, given: dict[str, Any]) -> VariableValues:
    """A document's variables. Raises RequestError where they do not fit it."""
    values = get_variable_values(schema, operation.variable_definitions or (), given, MAX_VARIABLE_ERRORS)
    if isinstance(values, list):
        raise RequestError(problems.GRAPHQL_VALIDATION, values)
    return values


def check(
    schema: GraphQLSchema,
    document: Document,
    operation: OperationDefinitionNode,
    variables: VariableValues,
    context: Context,
) -> None:
    """Raises Refusals where a scope or the role lacks anything the document selects."""
    refused = Requirements(schema, document.ast, variables).refusals(operation, context.call.principal)
    if refused:
        raise Refusals(
            [
                _at(context.error(each.fault, instance_of(context.describe, each.part)), list(each.path))
                for each in refused
            ]
        )


async def run(
    schema: GraphQLSchema, document: Document, name: str | None, given: dict[str, Any], context: Context
) -> dict[str, Any]:
    """The response to one operation. Raises RequestError, Refusals and Refused before anything runs."""
    operation = document.operation(name)
    variables = coerced(schema, operation, given)
    check(schema, document, operation, variables, context)
    result = await _awaited(
        execute(schema, document.ast, context_value=context, variable_values=given, operation_name=name)
    )
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = [_told(context, each).formatted for each in result.errors]
    return {**answer, "data": result.data}


async def _awaited(result: Any) -> ExecutionResult:
    answer: ExecutionResult = result if isinstance(result, ExecutionResult) else await result
    return answer


def _at(error: GraphQLError, path: list[str | int]) -> GraphQLError:
    return GraphQLError(error.message, path=path, extensions=error.extensions)


def _told(context: Context, error: GraphQLError) -> GraphQLError:
    """An error a client may see: ours as it is, anything unexpected as a server error that names nothing."""
    if error.extensions and "problem" in error.extensions:
        return error
    log.error("unexpected error in a resolver", exc_info=error.original_error or error)
    fault = CrmError("Something went wrong on our side.")
    told = context.error(fault, GRAPHQL_PATH)
    return GraphQLError(told.message, error.nodes, path=error.path, extensions=told.extensions)
