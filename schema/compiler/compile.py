"""From a document to its plan: every field's mark says what it is, every selection becomes a shape.

Work is bounded: a document that would need more than 2,000 steps or 20,000 shown fields is refused while compiling.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_enum_type,
    is_leaf_type,
)
from graphql.type import GraphQLField

from crm.catalogue import OPERATIONS
from crm.edge import ToMany, ToOne
from crm.kit import problems
from crm.kit.errors import Refused
from crm.kit.page import REVISION, Searchable
from schema.compiler.collect import Collector, Grouped, Switches
from schema.compiler.plan import (
    Connection,
    Conversion,
    EdgeStep,
    Entries,
    FetchStep,
    ManyStep,
    OneStep,
    PageInfo,
    Part,
    Path,
    Plan,
    ReadStep,
    RootStep,
    SearchStep,
    Shape,
    WriteStep,
)
from schema.fields import Column, Etag, Fetch, Follow, Run, Write, mark_of

MAX_STEPS = 2_000
MAX_SHOWN = 20_000
TYPENAME = "__typename"


def compile_plan(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, switches: Switches
) -> Plan:
    """The plan of one operation. Raises Refused where it is larger than any that may run."""
    return _Compiler(schema, Collector(document, switches)).plan(operation)


@dataclass(slots=True)
class _Shaped:
    """A shape in the making."""

    columns: dict[str, None] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    constants: list[tuple[str, str]] = field(default_factory=list)
    converted: list[tuple[str, str, Conversion]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    steps: list[EdgeStep] = field(default_factory=list)


class _Compiler:
    def __init__(self, schema: GraphQLSchema, collector: Collector) -> None:
        self._schema = schema
        self._collector = collector
        self._steps = 0
        self._shown = 0

    def plan(self, operation: OperationDefinitionNode) -> Plan:
        root = self._schema.get_root_type(operation.operation)
        assert isinstance(root, GraphQLObjectType)  # noqa: S101  validation has seen to it
        grouped = self._collector.fields([operation.selection_set], root)
        typenames = tuple(key for key, nodes in grouped.items() if nodes[0].name.value == TYPENAME)
        introspective = any(nodes[0].name.value in ("__schema", "__type") for nodes in grouped.values())
        roots = tuple(self._roots(grouped, root))
        return Plan(
            keys=tuple(grouped),
            roots=roots,
            typenames=typenames,
            root_name=root.name,
            mutation=operation.operation is OperationType.MUTATION,
            introspective=introspective,
            shown=self._shown,
        )

    def _roots(self, grouped: Grouped, root: GraphQLObjectType) -> Iterable[RootStep]:
        for key, nodes in grouped.items():
            if not nodes[0].name.value.startswith("__"):
                yield self._root(key, nodes, root.fields[nodes[0].name.value])

    def _root(self, key: str, nodes: Sequence[FieldNode], definition: GraphQLField) -> RootStep:
        self._count_step()
        mark = mark_of(definition)
        path = (key,)
        common = (key, path, tuple(nodes), definition)
        if isinstance(mark, Fetch):
            return FetchStep(*common, many=mark.many, shapes=self._shapes(nodes, path, single=not mark.many))
        kind = _object(definition)
        if isinstance(mark, Write):
            return WriteStep(*common, operation=mark.operation, payload=self._payload(nodes, kind, mark, path))
        assert isinstance(mark, Run)  # noqa: S101  there are no others at the root
        if isinstance(mark.operation.takes, Searchable):
            connection = self._connection(nodes, kind, path, single=False)
            return SearchStep(*common, operation=mark.operation, connection=connection)
        single = not mark.operation.pages
        return ReadStep(*common, operation=mark.operation, shape=self._shape(nodes, kind, path, single=single))

    def _shapes(self, nodes: Sequence[FieldNode], path: Path, *, single: bool) -> Mapping[str, Shape]:
        """A shape for every type that a record by its id may be of."""
        node = self._schema.get_type("Node")
        assert isinstance(node, GraphQLInterfaceType)  # noqa: S101
        return {
            kind.name: self._shape(nodes, kind, path, single=single) for kind in self._schema.get_possible_types(node)
        }

    def _payload(self, nodes: Sequence[FieldNode], kind: GraphQLObjectType, mark: Write, path: Path) -> Shape:
        """A mutation's payload: the record is a part of it, like anything nested in a row."""
        made = _Shaped()
        for key, inner in self._collector.fields(_sets(nodes), kind).items():
            name = inner[0].name.value
            self._count_shown()
            if name == TYPENAME:
                made.pairs.append((key, ""))
                made.constants.append((key, kind.name))
                continue
            definition = kind.fields[name]
            if is_leaf_type(get_named_type(definition.type)):
                made.pairs.append((key, name))
                if is_enum_type(get_named_type(definition.type)):
                    made.converted.append((key, name, "enum"))
                continue
            here = (*path, key)
            shape = self._shape(inner, _object(definition), here, single=True)
            made.pairs.append((key, ""))
            made.parts.append(Part(key, mark.operation.resource.singular, shape, listed=False, path=here))
        return _finished(kind, made)

    def _shape(self, nodes: Sequence[FieldNode], kind: GraphQLObjectType, path: Path, *, single: bool) -> Shape:
        made = _Shaped(columns={"id": None} if "id" in kind.fields else {})
        for key, inner in self._collector.fields(_sets(nodes), kind).items():
            self._count_shown()
            name = inner[0].name.value
            if name == TYPENAME:
                made.pairs.append((key, ""))
                made.constants.append((key, kind.name))
            else:
                self._field(made, key, inner, kind.fields[name], (*path, key), single=single)
        return _finished(kind, made)

    def _field(
        self, made: _Shaped, key: str, nodes: Sequence[FieldNode], definition: GraphQLField, path: Path, *, single: bool
    ) -> None:
        mark = mark_of(definition)
        if isinstance(mark, Column):
            self._column(made, key, nodes, definition, mark.name, path, single=single)
        elif isinstance(mark, Etag):
            made.pairs.append((key, ""))
            made.columns[REVISION] = None
            made.converted.append((key, REVISION, "etag"))
        else:
            assert isinstance(mark, Follow)  # noqa: S101  there are no others on a record
            made.pairs.append((key, ""))
            made.columns[mark.edge.key] = None
            made.steps.append(self._follow(key, nodes, definition, mark, path, single=single))

    def _column(
        self,
        made: _Shaped,
        key: str,
        nodes: Sequence[FieldNode],
        definition: GraphQLField,
        name: str,
        path: Path,
        *,
        single: bool,
    ) -> None:
        made.columns[name] = None
        kind = get_named_type(definition.type)
        if isinstance(kind, GraphQLObjectType):
            listed = _is_list(definition)
            shape = self._shape(nodes, kind, path, single=single and not listed)
            made.pairs.append((key, ""))
            made.parts.append(Part(key, name, shape, listed=listed, path=path))
            return
        made.pairs.append((key, name))
        if is_enum_type(kind):
            made.converted.append((key, name, "enum"))

    def _follow(
        self, key: str, nodes: Sequence[FieldNode], definition: GraphQLField, mark: Follow, path: Path, *, single: bool
    ) -> EdgeStep:
        self._count_step()
        kind = _object(definition)
        common = (key, path, tuple(nodes), definition)
        if isinstance(mark.edge, ToOne):
            shape = self._shape(nodes, kind, path, single=single)
            return OneStep(*common, edge=mark.edge, shape=shape, carriable=mark.edge.can_carry(shape.needed))
        assert isinstance(mark.edge, ToMany)  # noqa: S101  there are no others
        connection = self._connection(nodes, kind, path, single=False)
        return ManyStep(
            *common,
            edge=mark.edge,
            operation=OPERATIONS[mark.edge.stands_for],
            connection=connection,
            single=single,
            carriable=not connection.totals and mark.edge.can_carry(connection.columns),
        )

    def _connection(
        self, nodes: Sequence[FieldNode], kind: GraphQLObjectType, path: Path, *, single: bool
    ) -> Connection:
        grouped = self._collector.fields(_sets(nodes), kind)
        named: dict[str, list[tuple[str, list[FieldNode]]]] = {}
        for key, inner in grouped.items():
            self._count_shown()
            named.setdefault(inner[0].name.value, []).append((key, inner))
        record = _object(kind.fields["nodes"])
        entry = _object(kind.fields["edges"])
        listed = tuple(
            (key, self._shape(inner, record, (*path, key), single=single)) for key, inner in named.get("nodes", ())
        )
        entries = tuple(self._entries(key, inner, entry, record, (*path, key)) for key, inner in named.get("edges", ()))
        infos = tuple(self._page_info(key, inner, kind) for key, inner in named.get("pageInfo", ()))
        shapes = (*(shape for _, shape in listed), *(shape for each in entries for _, shape in each.nodes))
        if named.get("totalCount"):
            self._count_step()
        return Connection(
            keys=tuple(grouped),
            nodes=listed,
            entries=entries,
            page_infos=infos,
            totals=tuple((key, tuple(inner)) for key, inner in named.get("totalCount", ())),
            constants=tuple((key, kind.name) for key, _ in named.get(TYPENAME, ())),
            columns=tuple(dict.fromkeys(("id", *(name for shape in shapes for name in shape.columns)))),
        )

    def _entries(
        self,
        key: str,
        nodes: Sequence[FieldNode],
        kind: GraphQLObjectType,
        record: GraphQLObjectType,
        path: Path,
    ) -> Entries:
        grouped = self._collector.fields(_sets(nodes), kind)
        named = [(inner_key, inner[0].name.value, inner) for inner_key, inner in grouped.items()]
        return Entries(
            key=key,
            cursors=tuple(inner_key for inner_key, name, _ in named if name == "cursor"),
            nodes=tuple(
                (inner_key, self._shape(inner, record, (*path, inner_key), single=False))
                for inner_key, name, inner in named
                if name == "node"
            ),
            constants=tuple((inner_key, kind.name) for inner_key, name, _ in named if name == TYPENAME),
            order=tuple(grouped),
        )

    def _page_info(self, key: str, nodes: Sequence[FieldNode], kind: GraphQLObjectType) -> PageInfo:
        info = _object(kind.fields["pageInfo"])
        grouped = self._collector.fields(_sets(nodes), info)
        return PageInfo(key, tuple((inner_key, inner[0].name.value) for inner_key, inner in grouped.items()))

    def _count_step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise Refused(problems.QUERY_TOO_COSTLY, f"The document needs more than {MAX_STEPS:,} steps.")

    def _count_shown(self) -> None:
        self._shown += 1
        if self._shown > MAX_SHOWN:
            raise Refused(problems.QUERY_TOO_COSTLY, f"The document shows more than {MAX_SHOWN:,} fields.")


def _finished(kind: GraphQLObjectType, made: _Shaped) -> Shape:
    return Shape(
        type_name=kind.name,
        pairs=tuple(made.pairs),
        columns=tuple(name for name in made.columns if name == REVISION or not name.startswith("_")),
        constants=tuple(made.constants),
        converted=tuple(made.converted),
        parts=tuple(made.parts),
        steps=tuple(made.steps),
    )


def _sets(nodes: Sequence[FieldNode]) -> list[Any]:
    return [node.selection_set for node in nodes]


def _object(definition: GraphQLField) -> GraphQLObjectType:
    kind = get_named_type(definition.type)
    assert isinstance(kind, GraphQLObjectType)  # noqa: S101  the schema says so
    return kind


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
