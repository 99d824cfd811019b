"""What a document needs of its caller, found before anything runs: every operation and edge it selects, by path.

A fragment is walked once, however often it is spread; only a refusal spells the paths out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_directive_values,
    get_named_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.type import GraphQLField, GraphQLIncludeDirective, GraphQLSkipDirective

from crm.access.principal import Principal
from crm.edge import Edge
from crm.kit.errors import Forbidden
from crm.operation import Operation
from schema.fields import Fetch, Follow, Run, mark_of
from schema.resolvers import searches_by_id

Part = Operation | Edge
Path = tuple[str, ...]
MAX_TOLD = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """A place in the document that the caller lacks the scope or the permission for."""

    path: Path
    part: Part
    fault: Forbidden


class Requirements:
    """The walk over one operation of a document, with its variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: VariableValues) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def refusals(self, operation: OperationDefinitionNode, principal: Principal) -> list[Refusal]:
        """Every path the principal may not take, at most 50; nothing refused is the empty list."""
        root = self._schema.get_root_type(operation.operation)
        lacking = {
            part: fault
            for part in self._parts(operation.selection_set, root, {})
            if (fault := _refused(principal, part)) is not None
        }
        if not lacking:
            return []
        places = (place for place in self._places(operation.selection_set, root, ()) if place[1] in lacking)
        return [Refusal(path, part, lacking[part]) for path, part in islice(dict(places).items(), MAX_TOLD)]

    def _parts(self, selected: SelectionSetNode, parent: Any, seen: dict[str, set[Part]]) -> set[Part]:
        """The operations and edges a selection needs; `seen` remembers fragments."""
        parts: set[Part] = set()
        for node, field, kind in self._selected(selected, parent):
            if isinstance(node, FieldNode):
                parts |= self._own(node, field)
                if node.selection_set and field is not None:
                    parts |= self._parts(node.selection_set, get_named_type(field.type), seen)
            elif isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in seen:
                    seen[name] = set()
                    seen[name] |= self._parts(self._fragments[name].selection_set, kind, seen)
                parts |= seen[name]
            else:
                parts |= self._parts(node.selection_set, kind, seen)
        return parts

    def _places(self, selected: SelectionSetNode, parent: Any, at: Path) -> Iterator[tuple[Path, Part]]:
        """The same with the path of each, spelled out."""
        for node, field, kind in self._selected(selected, parent):
            if isinstance(node, FieldNode):
                here = (*at, (node.alias or node.name).value)
                yield from ((here, part) for part in self._own(node, field))
                if node.selection_set and field is not None:
                    yield from self._places(node.selection_set, get_named_type(field.type), here)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._places(self._fragments[node.name.value].selection_set, kind, at)
            else:
                yield from self._places(node.selection_set, kind, at)

    def _selected(
        self, selected: SelectionSetNode, parent: Any
    ) -> Iterator[tuple[FieldNode | FragmentSpreadNode | InlineFragmentNode, GraphQLField | None, Any]]:
        """The selections that are not skipped: a field with its definition, a fragment with its type."""
        for node in selected.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node, self._field(parent, node), None
            elif isinstance(node, FragmentSpreadNode):
                condition = self._fragments[node.name.value].type_condition
                yield node, None, self._schema.get_type(condition.name.value)
            elif isinstance(node, InlineFragmentNode):
                named = node.type_condition
                yield node, None, self._schema.get_type(named.name.value) if named else parent

    def _field(self, parent: Any, node: FieldNode) -> GraphQLField | None:
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            field: GraphQLField | None = parent.fields.get(node.name.value)
            return field
        return None

    def _own(self, node: FieldNode, field: GraphQLField | None) -> set[Part]:
        mark = mark_of(field) if field is not None else None
        if isinstance(mark, Run):
            return {mark.operation}
        if isinstance(mark, Follow):
            return {mark.edge}
        if isinstance(mark, Fetch) and field is not None:
            return set(self._fetched(field, node))
        return set()

    def _fetched(self, field: GraphQLField, node: FieldNode) -> Iterator[Part]:
        arguments: Mapping[str, Any] = get_argument_values(field, node, self._variables)
        wanted = arguments.get("ids") or [arguments.get("id") or ""]
        yield from (operation for operation, _ in searches_by_id(wanted))

    def _included(self, node: Any) -> bool:
        skip = get_directive_values(GraphQLSkipDirective, node, self._variables)
        if skip is not None and skip["if"]:
            return False
        include = get_directive_values(GraphQLIncludeDirective, node, self._variables)
        return include is None or bool(include["if"])


def _refused(principal: Principal, part: Part) -> Forbidden | None:
    try:
        principal.check_scope(part.scope)
        principal.check_role(part.may)
    except Forbidden as fault:
        return fault
    return None
