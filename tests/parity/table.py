"""`docs/parity.md`: every operation and every edge with its face on either door, made from the registries.

Raises LookupError where one door has what the other lacks. `python -m tests.parity.table` prints it.
"""

from collections.abc import Iterable, Iterator, Sequence

from graphql import GraphQLObjectType

from crm.catalogue import EDGES, OPERATIONS
from crm.edge import Edge, ToOne
from crm.kit.page import Searchable
from crm.operation import Operation
from rest_adapter.openapi.refusals import of_operation
from rest_adapter.openapi.schemas import INCLUDES
from rest_adapter.routes import ROUTES
from schema.build import build
from schema.fields import Follow, Run, Write, mark_of

_HEAD = """\
# Parity

Everything the house can do, and how it is said at either door. Generated from the registries by `make fix`; a test
fails when it is not current, and when one door has what the other lacks.
"""
_OPERATIONS = ("Operation", "REST", "GraphQL", "Scope", "Permission", "Problems")
_EDGES = ("Edge", "Leads to", "Scope", "REST", "GraphQL")
_FILTERS = ("List", "Filters", "Sorts", "Looks in")


def table() -> str:
    """The whole document."""
    parts = [
        _HEAD,
        f"## Operations ({len(OPERATIONS)})\n",
        *_lines(_OPERATIONS, (_operation(each) for each in OPERATIONS.values())),
        f"\n## Edges ({len(EDGES)})\n",
        "An edge to one record is what `include` brings along; an edge to many stands for a search by one field.\n",
        *_lines(_EDGES, (_edge(each) for each in EDGES.values())),
        "\n## Lists\n",
        "Filters and sorts have the same names in GraphQL, in camelCase.\n",
        *_lines(_FILTERS, _lists()),
    ]
    return "\n".join(parts) + "\n"


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _operation(operation: Operation) -> tuple[str, ...]:
    return (
        f"`{operation.name}`",
        "<br>".join(f"`{method} /v1{path}`" for method, path in rest_faces(operation)),
        f"`{graphql_face(operation)}`",
        _code(operation.scope) or "any token",
        _code(operation.may.name if operation.may else None) or "none",
        " ".join(str(kind.status) for kind in of_operation(operation)),
    )


def rest_faces(operation: Operation) -> list[tuple[str, str]]:
    """The methods and paths that run an operation. Raises LookupError where there are none."""
    found = [(each.method, each.path) for each in ROUTES if each.operation is operation]
    if not found:
        raise LookupError(f"{operation.name} has no path")
    return found


def graphql_face(operation: Operation) -> str:
    """The root field that runs an operation. Raises LookupError where there is none."""
    for root in (build().query_type, build().mutation_type):
        for name, field in root.fields.items() if root else ():
            mark = mark_of(field)
            if isinstance(mark, Run | Write) and mark.operation is operation:
                return f"{'mutation' if isinstance(mark, Write) else 'query'} {name}"
    raise LookupError(f"{operation.name} has no root field")


def _edge(edge: Edge) -> tuple[str, ...]:
    return (
        f"`{edge.full_name}`",
        edge.target.singular if isinstance(edge, ToOne) else edge.target.plural,
        _code(edge.scope) or "any token",
        rest_way(edge),
        f"`{graphql_way(edge)}`",
    )


def rest_way(edge: Edge) -> str:
    """How REST follows an edge. Raises LookupError where it cannot."""
    if edge in INCLUDES.get(edge.source, ()):
        return f"`include={edge.name}`"
    search = next((each for each in ROUTES if each.operation.name == edge.stands_for), None)
    if search is None:
        raise LookupError(f"{edge.full_name} stands for nothing that has a path")
    return f"`{search.method} /v1{search.path}` by `{edge.by}`"


def graphql_way(edge: Edge) -> str:
    """The field that follows an edge. Raises LookupError where there is none."""
    for kind in build().type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            mark = mark_of(field)
            if isinstance(mark, Follow) and mark.edge is edge:
                return f"{kind.name}.{name}"
    raise LookupError(f"{edge.full_name} has no field")


def _lists() -> Iterator[tuple[str, ...]]:
    for operation in OPERATIONS.values():
        takes = operation.takes
        if isinstance(takes, Searchable):
            yield (
                f"`{operation.name}`",
                " ".join(f"`{name}`" for name in takes.filterable),
                " ".join(f"`{name}`" for name in takes.sortable),
                " ".join(f"`{name}`" for name in takes.record.searched),
            )


def _code(text: str | None) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201  what it is for
