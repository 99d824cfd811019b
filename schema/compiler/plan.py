"""A plan: what a document compiles to. Plain frozen data, the same for every caller and every value of its variables.

A *step* runs one operation, or follows one edge from all its parents at once. A *shape* is what of a row is shown, in
the order the document asks; where a step goes on from a row, the shape says so. Together they are a tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graphql import FieldNode
from graphql.type import GraphQLField

from crm.edge import Edge, ToMany, ToOne
from crm.operation import Operation

Path = tuple[str, ...]
"""Response keys from the root; lists are not counted."""

Conversion = Literal["enum", "etag"]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Shape:
    """What of a row is shown.

    `pairs` are response key and the row's field, in document order; a key that something else fills has the field "".
    `constants` fill `__typename`, `converted` enums and etags, `parts` what is nested in the row itself, `steps`
    the edges that are followed from it. `columns` are the fields the row must have for all of it.
    """

    type_name: str
    pairs: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    constants: tuple[tuple[str, str], ...] = ()
    converted: tuple[tuple[str, str, Conversion], ...] = ()
    parts: tuple["Part", ...] = ()
    steps: tuple["EdgeStep", ...] = ()

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields of a record that are shown or followed; a stage's pipeline is the house's own to know."""
        return tuple(dict.fromkeys((*self.columns, *(step.edge.key for step in self.steps))))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Something nested in the row itself: an address, a pipeline's stages, the caller's business."""

    key: str
    field: str
    shape: Shape
    listed: bool
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class PageInfo:
    """What of a page's ends is shown: response key and the name of what it says (None: its `__typename`)."""

    key: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """`edges`: each record with its cursor, any of the two under any key."""

    key: str
    cursors: tuple[str, ...]
    nodes: tuple[tuple[str, Shape], ...]
    constants: tuple[tuple[str, str], ...]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Connection:
    """What of a page is shown, in document order: `keys` holds them all, the rest says what fills each.

    `totals` are steps of their own where the list is nested, so they know their fields.
    """

    keys: tuple[str, ...]
    nodes: tuple[tuple[str, Shape], ...] = ()
    entries: tuple[Entries, ...] = ()
    page_infos: tuple[PageInfo, ...] = ()
    totals: tuple[tuple[str, tuple[FieldNode, ...]], ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def cursors(self) -> bool:
        """Whether any cursor is shown."""
        told = {name for info in self.page_infos for _, name in info.members}
        return bool(told & {"startCursor", "endCursor"}) or any(each.cursors for each in self.entries)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return (*(shape for _, shape in self.nodes), *(shape for each in self.entries for _, shape in each.nodes))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One place in the document where something runs. `key` is where its answer goes; `nodes` are the fields merged
    there, the first of which holds the arguments of all.
    """

    key: str
    path: Path
    nodes: tuple[FieldNode, ...] = field(repr=False)
    definition: GraphQLField = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class EdgeStep(Step):
    """A step that follows an edge from records already there."""

    edge: Edge


@dataclass(frozen=True, slots=True, eq=False)
class ReadStep(Step):
    """An operation that gives one thing: a record by its id, the caller, a list that is no page."""

    operation: Operation
    shape: Shape


@dataclass(frozen=True, slots=True, eq=False)
class SearchStep(Step):
    """An operation that gives a page."""

    operation: Operation
    connection: Connection


@dataclass(frozen=True, slots=True, eq=False)
class FetchStep(Step):
    """Records of any kind by their ids: `shapes` by type."""

    many: bool
    shapes: Mapping[str, Shape]


@dataclass(frozen=True, slots=True, eq=False)
class WriteStep(Step):
    """A mutation. `payload` shows what came of it: its parts are the record and its own fields."""

    operation: Operation
    payload: Shape


@dataclass(frozen=True, slots=True, eq=False)
class OneStep(EdgeStep):
    """An edge to one record. `carriable` tells that what is shown can come in the parent's own row."""

    edge: ToOne
    shape: Shape
    carriable: bool


@dataclass(frozen=True, slots=True, eq=False)
class ManyStep(EdgeStep):
    """An edge to a page. `single` tells that it has one parent at most, whatever the data; `carriable` that its rows
    can come in the parent's own.
    """

    edge: ToMany
    operation: Operation
    connection: Connection
    single: bool
    carriable: bool


RootStep = ReadStep | SearchStep | FetchStep | WriteStep


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A whole operation of a document. `keys` are its root's response keys in order; `typenames` those of its type;
    `shown` is how many fields it shows in all.

    `introspective` plans ask about the schema itself and run on the reference executor.
    """

    keys: tuple[str, ...]
    roots: tuple[RootStep, ...]
    typenames: tuple[str, ...]
    root_name: str
    mutation: bool
    introspective: bool
    shown: int
