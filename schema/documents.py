"""Documents: measured, parsed, validated and compiled once for each text, and remembered by its hash.

What is remembered is bounded by its size: a document weighs what its text is long, a plan what it shows. Trusted
documents are remembered for ever, and an installation may let in nothing else.
"""

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, parse
from graphql.execution.values import VariableValues

from crm.kit import problems
from crm.kit.errors import Malformed, Refused
from schema import limits
from schema.compiler.bind import Request
from schema.compiler.collect import switches
from schema.compiler.compile import compile_plan
from schema.compiler.plan import Plan
from schema.rules import Rules

MAX_WEIGHT = 500_000
"""A character of a document takes about 130 bytes once parsed: 65 MB for all of them."""

SHOWN_WEIGHT = 4
"""A field of a plan takes about as much as so many characters."""

MAX_PLANS = 16

Mode = Literal["any", "log", "trusted"]
Switched = tuple[str | None, tuple[bool, ...]]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Document:
    """A document that fits the schema: its operations by name, the plans made of them so far, and what those plans
    are bound to where that is the same for every request.
    """

    hash: str
    ast: DocumentNode
    operations: dict[str | None, OperationDefinitionNode]
    switches: tuple[str, ...]
    weight: int
    plans: dict[Switched, Plan] = field(default_factory=dict)
    requests: dict[Plan, Request] = field(default_factory=dict)

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


class RequestError(Exception):
    """The document cannot be run: GraphQL errors of one kind of problem."""

    def __init__(self, kind: problems.Kind, errors: list[GraphQLError]) -> None:
        super().__init__(kind.title)
        self.kind = kind
        self.errors = errors


class Documents:
    """The documents of one process. `trusted` are the texts of those that are always let in; with the mode `trusted`
    no others are, with `log` others are logged. `most` is how much of the others is remembered.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        rules: Rules = Rules(),  # noqa: B008  frozen
        trusted: Iterable[str] = (),
        mode: Mode = "any",
        most: int = MAX_WEIGHT,
    ) -> None:
        self._schema = schema
        self._rules = rules
        self._mode = mode
        self._known: OrderedDict[str, Document] = OrderedDict()
        self._weight = 0
        self._most = most
        self._trusted = {document.hash: document for document in map(self._validated, trusted)}

    def read(self, text: str) -> Document:
        """The document of a text. Raises RequestError or Refused where it is no GraphQL, too large, or unfit."""
        digest = digest_of(text)
        known = self._trusted.get(digest)
        if known is not None:
            return known
        if self._mode == "trusted":
            raise Refused(problems.GRAPHQL_VALIDATION, "This document is none of those that are let in here.")
        if self._mode == "log":
            log.warning("a document that is not trusted", extra={"sha256": digest})
        known = self._known.get(digest)
        if known is not None:
            self._known.move_to_end(digest)
            return known
        document = self._known[digest] = self._validated(text)
        self._weigh(document.weight)
        return document

    def kept(self, digest: str) -> Document:
        """The document of a hash. Raises Refused where none is kept under it."""
        known = self._trusted.get(digest) or (None if self._mode == "trusted" else self._known.get(digest))
        if known is None:
            # Clients of automatic persisted queries know this answer by its very words.
            raise Refused(problems.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        if digest in self._known:
            self._known.move_to_end(digest)
        return known

    def plan(self, document: Document, operation: OperationDefinitionNode, variables: VariableValues) -> Plan:
        """The plan of one operation under the values of the variables that `@skip` and `@include` ask."""
        values = {name: _switch(name, variables) for name in document.switches if name in variables.coerced}
        asked = (operation.name.value if operation.name else None, tuple(values.values()))
        plan = document.plans.get(asked)
        if plan is None:
            plan = compile_plan(self._schema, document.ast, operation, values)
            if len(document.plans) < MAX_PLANS:
                document.plans[asked] = plan
                if document.hash in self._known:
                    document.weight += plan.shown * SHOWN_WEIGHT
                    self._weigh(plan.shown * SHOWN_WEIGHT)
        return plan

    def _weigh(self, added: int) -> None:
        """The least used are forgotten."""
        self._weight += added
        while self._weight > self._most and len(self._known) > 1:
            self._weight -= self._known.popitem(last=False)[1].weight

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
        return Document(digest_of(text), ast, operations, tuple(sorted(switches(ast))), len(text))


def digest_of(text: str) -> str:
    """The hash a document is known by."""
    return hashlib.sha256(text.encode()).hexdigest()


def checked(text: str, digest: str) -> str:
    """The text that comes with a hash. Raises Malformed where the hash is another's."""
    if digest_of(text) != digest:
        raise Malformed("`extensions.persistedQuery.sha256Hash` is not the hash of `query`.")
    return text


def _switch(name: str, variables: VariableValues) -> bool:
    """Raises Refused for a null that a default let in: neither yes nor no."""
    value = variables.coerced[name]
    if not isinstance(value, bool):
        raise Refused(problems.GRAPHQL_VALIDATION, f"The variable `${name[:80]}` must not be null where it is used.")
    return value
