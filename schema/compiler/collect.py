"""Selections merged as GraphQL merges them (CollectFields): fields by response key, fragments that apply spread out.

Skipped fields are gone here already: a plan is made for one set of values of the variables in `@skip` and `@include`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    BooleanValueNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
)

Grouped = dict[str, list[FieldNode]]
Switches = Mapping[str, bool]
"""The values of the variables that `@skip` and `@include` ask."""


class Collector:
    """Collects the fields of selections of one document."""

    def __init__(self, document: DocumentNode, switches: Switches) -> None:
        self._switches = switches
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def fields(self, sets: Iterable[SelectionSetNode | None], kind: GraphQLObjectType) -> Grouped:
        """The fields selected on an object of a type, by response key, in the order of their first appearance."""
        grouped: Grouped = {}
        seen: set[str] = set()
        for selected in sets:
            if selected is not None:
                self._collect(selected, kind, grouped, seen)
        return grouped

    def _collect(self, selected: SelectionSetNode, kind: GraphQLObjectType, grouped: Grouped, seen: set[str]) -> None:
        for node in selected.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                grouped.setdefault((node.alias or node.name).value, []).append(node)
                continue
            inner = self._fragment(node, kind, seen)
            if inner is not None:
                self._collect(inner, kind, grouped, seen)

    def _fragment(self, node: SelectionNode, kind: GraphQLObjectType, seen: set[str]) -> SelectionSetNode | None:
        """What a fragment selects, where it applies and has not been spread here before."""
        if isinstance(node, FragmentSpreadNode):
            if node.name.value in seen:
                return None
            seen.add(node.name.value)
            fragment = self._fragments[node.name.value]
            return fragment.selection_set if _applies(fragment.type_condition.name.value, kind) else None
        if isinstance(node, InlineFragmentNode):
            named = node.type_condition
            return node.selection_set if named is None or _applies(named.name.value, kind) else None
        return None

    def _included(self, node: SelectionNode) -> bool:
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                wanted = self._value(next(iter(directive.arguments or ())).value)
                if wanted is (directive.name.value == "skip"):
                    return False
        return True

    def _value(self, node: Any) -> bool:
        if isinstance(node, VariableNode):
            return self._switches[node.name.value]
        assert isinstance(node, BooleanValueNode)  # noqa: S101  validation lets nothing else through
        return bool(node.value)


def _applies(condition: str, kind: GraphQLObjectType) -> bool:
    return condition == kind.name or any(each.name == condition for each in kind.interfaces)


def switches(document: DocumentNode) -> frozenset[str]:
    """The variables that any `@skip` or `@include` of a document asks."""
    return frozenset(_switches(document))


def _switches(document: DocumentNode) -> Iterator[str]:
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include"):
                for argument in directive.arguments or ():
                    if isinstance(argument.value, VariableNode):
                        yield argument.value.name.value
        selected = getattr(node, "selection_set", None)
        if selected is not None:
            waiting += selected.selections
