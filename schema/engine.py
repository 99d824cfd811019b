"""The engine of the GraphQL door: a document, its plan, its price, its run, and what the answer says of all that."""

import math
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import VariableValues, get_variable_values

from crm.kit import problems
from crm.kit.errors import Malformed, Refused
from schema import reference
from schema.compiler.bind import Request, bind, check, costliest, is_anyones
from schema.compiler.execute import Result, execute
from schema.compiler.explain import explained
from schema.context import Context
from schema.documents import Document, Documents, RequestError, checked

MAX_VARIABLE_ERRORS = 20
SECONDS = 10.0


class Executor(Enum):
    """Who runs queries: the compiler, or graphql-core over the same edges."""

    COMPILED = "compiled"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Asked:
    """A well-formed GraphQL request: a document, or the hash of one that is kept. `explain` asks for the plan too."""

    query: str | None
    hash: str | None
    operation_name: str | None
    variables: dict[str, Any]
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """`max_points` is the most one document may cost, `seconds` how long it may run, `base` the API's own address."""

    schema: GraphQLSchema
    documents: Documents
    executor: Executor = Executor.COMPILED
    max_points: int = 200
    seconds: float = SECONDS
    base: str = ""

    def operation(self, asked: Asked) -> tuple[Document, OperationDefinitionNode]:
        """The document, and the operation of it that is asked for. Raises RequestError and Refused."""
        document = self._document(asked)
        return document, document.operation(asked.operation_name)

    def _document(self, asked: Asked) -> Document:
        if asked.query is None:
            return self.documents.kept(asked.hash or "")
        return self.documents.read(asked.query if asked.hash is None else checked(asked.query, asked.hash))

    async def run(self, asked: Asked, context: Context) -> dict[str, Any]:
        """The response. Raises RequestError, Refusals, Refused and TooMany before anything runs."""
        document, operation = self.operation(asked)
        variables = self._variables(operation, asked.variables)
        request = await self._bound(document, operation, variables, context)
        budget = context.call.budget
        await budget.charge(request.points - 1)  # one was charged on arrival
        result = await self._result(document, asked, request, context)
        spent = result.points(request)
        await budget.refund(request.points - spent)
        return self._response(asked, request, result, spent, context)

    async def plan(self, asked: Asked, context: Context) -> dict[str, Any]:
        """What a document would do and cost, without running it."""
        document, operation = self.operation(asked)
        variables = self._variables(operation, asked.variables)
        request = await bind(self.documents.plan(document, operation, variables), variables, context, checked=False)
        return explained(request, context, self.base)

    async def _bound(
        self, document: Document, operation: OperationDefinitionNode, variables: VariableValues, context: Context
    ) -> Request:
        plan = self.documents.plan(document, operation, variables)
        if context.idempotency_key is not None and plan.mutation and len(plan.roots) != 1:
            raise Malformed("`Idempotency-Key` goes with one mutation field; give several an argument each.")
        request = document.requests.get(plan)
        if request is None:
            request = await bind(plan, variables, context)
            if not (operation.variable_definitions or plan.mutation) and is_anyones(request):
                document.requests[plan] = request  # measured: binding W1 anew costs an eighth of the whole request
        else:
            await check(request.steps, context)
        most = min(self.max_points, context.call.budget.rate.points)
        if request.points > most:
            raise Refused(problems.QUERY_TOO_COSTLY, _too_costly(request, most))
        return request

    async def _result(self, document: Document, asked: Asked, request: Request, context: Context) -> Result:
        if self.executor is Executor.REFERENCE or request.plan.introspective:
            result = await reference.run(
                self.schema, document.ast, asked.operation_name, asked.variables, context, self.seconds
            )
            result.told_apart = False
            return result
        return await execute(request, context, self.seconds)

    def _variables(self, operation: OperationDefinitionNode, given: dict[str, Any]) -> VariableValues:
        """A document's variables. Raises RequestError where they do not fit it."""
        values = get_variable_values(
            self.schema, operation.variable_definitions or (), given, max_errors=MAX_VARIABLE_ERRORS
        )
        if isinstance(values, list):
            raise RequestError(problems.GRAPHQL_VALIDATION, values)
        return values

    def _response(self, asked: Asked, request: Request, result: Result, spent: int, context: Context) -> dict[str, Any]:
        window = context.call.budget.window
        extensions: dict[str, Any] = {
            "cost": {
                "requested": request.points,
                "actual": spent,
                "limit": window.limit if window else None,
                "remaining": window.remaining if window else None,
                "reset": math.ceil(window.reset) if window else None,
            }
        }
        if asked.explain:
            extensions["plan"] = explained(request, context, self.base, result.ran)
        answer: dict[str, Any] = {}
        if result.errors:
            answer["errors"] = [each.formatted for each in result.errors]
        return {**answer, "data": result.data, "extensions": extensions}


def _too_costly(request: Request, most: int) -> str:
    dearest = ", ".join(f"`{'.'.join(each.path)}` ({each.points})" for each in islice(costliest(request), 3))
    return f"The document costs {request.points:,} points; {most:,} are allowed. The costliest fields: {dearest}."
