"""Validation (GraphQL specification §5) with every cost bounded: whether fields merge, and "did you mean".

graphql-core compares every two fields of a key; how many comparisons a document may ask for is fixed here. Suggestions
are looked for only where few are needed: each is compared with every name there is.
"""

from dataclasses import dataclass

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OverlappingFieldsCanBeMergedRule,
    ValidationContext,
    specified_rules,
    validate,
)

from crm.kit import problems
from crm.kit.errors import Refused

MAX_COMPARISONS = 10_000
MAX_ERRORS = 20
MAX_SUGGESTED = 3

_GAVE_UP = "Validation aborted."
"""What graphql-core says when the comparisons are spent."""


class BoundedOverlap(OverlappingFieldsCanBeMergedRule):
    """graphql-core's own rule with a budget of ours: its verdict, or none."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MAX_COMPARISONS


RULES: tuple[type[ASTValidationRule], ...] = tuple(
    BoundedOverlap if rule is OverlappingFieldsCanBeMergedRule else rule for rule in specified_rules
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an installation lets be asked: whether of the schema itself, and whether errors say what was meant."""

    introspection: bool = True
    suggestions: bool = True

    def errors(self, schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
        """What is wrong with a document. Raises Refused where it would take too long to tell."""
        rules = RULES if self.introspection else (*RULES, NoSchemaIntrospectionCustomRule)
        errors = validate(schema, document, rules, max_errors=MAX_ERRORS, hide_suggestions=True)
        if any(each.message == _GAVE_UP for each in errors):
            detail = f"Telling whether its fields merge takes more than {MAX_COMPARISONS:,} comparisons; repeat fewer."
            raise Refused(problems.GRAPHQL_VALIDATION, detail)
        if self.suggestions and 0 < len(errors) <= MAX_SUGGESTED:
            return validate(schema, document, rules, max_errors=MAX_ERRORS)
        return errors
