"""The limits of a document (design §4), measured on its syntax before anything slower looks at it.

Every fragment is measured once, however often it is spread: 22 fragments that double each other are 22 measurements.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from crm.kit import problems
from crm.kit.errors import Refused

MAX_TOKENS = 2_000
MAX_DEPTH = 12
MAX_ALIASES = 30
MAX_ROOT_FIELDS = 20
MAX_DIRECTIVES = 50
MAX_SAME_KEY = 30


@dataclass(frozen=True, slots=True)
class Size:
    """A selection's size: how deep it goes, and how many fields, aliases and directives it spells out."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


def check(document: DocumentNode) -> None:
    """Raises Refused for a document beyond any limit."""
    measure = _Measure(document)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            _check(measure, definition)


def _check(measure: "_Measure", operation: OperationDefinitionNode) -> None:
    size = measure.selection(operation.selection_set)
    introspects = measure.introspects(operation.selection_set)
    if size.depth > MAX_DEPTH and not introspects:
        raise _refused(f"The document is {size.depth} levels deep; {MAX_DEPTH} are allowed.")
    if size.aliases > MAX_ALIASES:
        raise _refused(f"The document has {size.aliases} aliases; {MAX_ALIASES} are allowed.")
    if size.directives > MAX_DIRECTIVES:
        raise _refused(f"The document has {size.directives} directives; {MAX_DIRECTIVES} are allowed.")
    if (roots := measure.root_fields(operation.selection_set)) > MAX_ROOT_FIELDS:
        raise _refused(f"The document has {roots} root fields; {MAX_ROOT_FIELDS} are allowed.")


def _refused(detail: str) -> Refused:
    return Refused(problems.GRAPHQL_VALIDATION, detail)


class _Measure:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[str, Size] = {}

    def selection(self, selected: SelectionSetNode) -> Size:
        """The size of a selection with the fragments it spreads, each counted once for the whole document."""
        depth = fields = aliases = directives = 0
        keys: dict[str, int] = {}
        for node in selected.selections:
            size, levels = self._node(node)
            depth = max(depth, size.depth + levels)
            fields, aliases = fields + size.fields, aliases + size.aliases
            directives += size.directives + len(node.directives or ())
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                keys[key] = keys.get(key, 0) + 1
                if keys[key] > MAX_SAME_KEY:
                    raise _refused(f"The field `{key[:80]}` is repeated more than {MAX_SAME_KEY} times in one place.")
        return Size(depth, fields, aliases, directives)

    def _node(self, node: object) -> tuple[Size, int]:
        """The size of one selection, and how many levels it adds above its own depth."""
        if isinstance(node, FieldNode):
            inner = self.selection(node.selection_set) if node.selection_set else Size()
            alias = int(node.alias is not None)
            return Size(inner.depth, inner.fields + 1, inner.aliases + alias, inner.directives), 1
        if isinstance(node, InlineFragmentNode):
            return self.selection(node.selection_set), 0
        assert isinstance(node, FragmentSpreadNode)  # noqa: S101  there are no other selections
        return self._fragment(node.name.value), 0

    def _fragment(self, name: str) -> Size:
        known = self._known.get(name)
        if known is not None:
            # Counted where it was first spread; only its depth still matters here.
            return Size(depth=known.depth)
        self._known[name] = Size()  # a fragment inside itself ends here; validation tells of it
        fragment = self._fragments.get(name)
        size = self.selection(fragment.selection_set) if fragment else Size()
        self._known[name] = size
        return size

    def root_fields(self, selected: SelectionSetNode, seen: frozenset[str] = frozenset()) -> int:
        """How many fields stand at the root, fragments spread out; a fragment counts once."""
        count = 0
        for node in selected.selections:
            if isinstance(node, FieldNode):
                count += 1
            elif isinstance(node, InlineFragmentNode):
                count += self.root_fields(node.selection_set, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen = seen | {node.name.value}
                fragment = self._fragments.get(node.name.value)
                count += self.root_fields(fragment.selection_set, seen) if fragment else 0
        return count

    def introspects(self, selected: SelectionSetNode) -> bool:
        """Whether every root field asks about the schema: such documents are deep by nature, and cost nothing."""
        return all(isinstance(node, FieldNode) and node.name.value.startswith("__") for node in selected.selections)
