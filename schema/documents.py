"""Documents: parsed, measured, validated and compiled once for each text, and remembered by it."""

from collections import OrderedDict
from dataclasses import dataclass, field

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from crm.kit import problems
from crm.kit.errors import Refused
from schema import limits
from schema.compiler.collect import switches
from schema.compiler.compile import compile_plan
from schema.compiler.plan import Plan
from schema.rules import Rules

MAX_DOCUMENTS = 1_000
MAX_PLANS = 16

Asked = tuple[str | None, tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that fits the schema: its operations by name, and the plans made of them so far."""

    ast: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]
    switches: tuple[str, ...]
    plans: dict[Asked, Plan] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises Refused where the name leaves it open: it is never guessed."""
        if name is not None:
            found = self.operations.get(name)
            if found is None:
                raise Refused(problems.GRAPHQL_VALIDATION, f"The document has no operation named {name[:80]!r}.")
            return found
        if len(self.operations) != 1:
            detail = "The document has several operations; `operationName` must say which."
            raise Refused(problems.GRAPHQL_VALIDATION, detail)
        return next(iter(self.operations.values()))

    def plan(self, schema: GraphQLSchema, operation: OperationDefinitionNode, variables: VariableValues) -> Plan:
        """The plan of one operation under the values of the variables that `@skip` and `@include` ask."""
        values = {name: _switch(name, variables) for name in self.switches if name in variables.coerced}
        asked = (operation.name.value if operation.name else None, tuple(values.values()))
        plan = self.plans.get(asked)
        if plan is None:
            plan = compile_plan(schema, self.ast, operation, values)
            if len(self.plans) >= MAX_PLANS:
                self.plans.clear()
            self.plans[asked] = plan
        return plan


def _switch(name: str, variables: VariableValues) -> bool:
    """Raises Refused for a null that a default let in: neither yes nor no."""
    value = variables.coerced[name]
    if not isinstance(value, bool):
        raise Refused(problems.GRAPHQL_VALIDATION, f"The variable `${name[:80]}` must not be null where it is used.")
    return value


class RequestError(Exception):
    """The document cannot be run: GraphQL errors of one kind of problem."""

    def __init__(self, kind: problems.Kind, errors: list[GraphQLError]) -> None:
        super().__init__(kind.title)
        self.kind = kind
        self.errors = errors


class Documents:
    """The documents of one process; the least used are forgotten."""

    def __init__(self, schema: GraphQLSchema, rules: Rules = Rules()) -> None:  # noqa: B008  frozen
        self._schema = schema
        self._rules = rules
        self._known: OrderedDict[str, Document] = OrderedDict()

    def read(self, text: str) -> Document:
        """The document of a text. Raises RequestError or Refused where it is no GraphQL, too large, or unfit."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
            return known
        document = self._validated(text)
        self._known[text] = document
        if len(self._known) > MAX_DOCUMENTS:
            self._known.popitem(last=False)
        return document

    def _validated(self, text: str) -> Document:
        try:
            limits.check(text)
            ast = parse(text)
        except GraphQLError as fault:
            raise RequestError(problems.GRAPHQL_PARSE, [fault]) from None
        except RecursionError:
            raise RequestError(problems.GRAPHQL_PARSE, [GraphQLError("The document is nested too deeply.")]) from None
        errors = self._rules.errors(self._schema, ast)
        if errors:
            raise RequestError(problems.GRAPHQL_VALIDATION, errors)
        operations = {
            each.name.value if each.name else None: each
            for each in ast.definitions
            if isinstance(each, OperationDefinitionNode)
        }
        return Document(ast, operations, tuple(sorted(switches(ast))))
