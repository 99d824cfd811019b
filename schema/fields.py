"""column(), edge(), operation(): one declaration of a field serves its type, its resolver and the compiler.

Each leaves a mark on its Strawberry field: what the field stands for. `build` gives marked fields their resolvers;
whoever walks a document finds the marks by `mark_of`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import strawberry
from graphql import GraphQLField
from pydantic import BaseModel
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from crm.catalogue import OPERATIONS
from crm.edge import Edge, ToMany
from crm.kit import fields
from crm.kit.commands import Command
from crm.kit.fields import PublicField, Record, fields_of
from crm.kit.page import Searchable
from crm.operation import Operation
from schema.connection import Connection
from schema.filters import SortDirection, filter_input, order_enum
from schema.inputs import input_type
from schema.names import camel, enum_of, mutation_name, pascal
from schema.scalars import OF_KIND
from schema.types.lazy import BY_RESOURCE

T = TypeVar("T")
MARK = "crm"


@dataclass(frozen=True, slots=True)
class Column:
    """A public field of the parent's row."""

    name: str


@dataclass(frozen=True, slots=True)
class Follow:
    """An edge from the parent; `search` reads the arguments of one to many."""

    edge: Edge
    search: Searchable | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """An operation, at the root of a document."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Write:
    """An operation that changes something: a mutation."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class Etag:
    """The version of the parent's row, for `ifMatch` and `If-Match`."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """A record of any resource by its id, or many of them: `node`, `nodes`."""

    many: bool


Mark = Column | Follow | Run | Write | Etag | Fetch


def mark_of(field: GraphQLField) -> Mark | None:
    """What a field stands for; None for those that only give form (a connection's `nodes`, `__typename`)."""
    definition = (field.extensions or {}).get("strawberry-definition")
    mark: Mark | None = definition.metadata.get(MARK) if isinstance(definition, StrawberryField) else None
    return mark


def declared(
    graphql_type: Any, mark: Mark | None, description: str, arguments: Any = (), name: str | None = None
) -> Any:
    """A Strawberry field without a resolver of its own."""
    field = strawberry.field(
        graphql_type=graphql_type, description=description, name=name, metadata={MARK: mark} if mark else {}
    )
    field.arguments = list(arguments)
    return field


def argument(name: str, graphql_type: Any, description: str, default: Any = strawberry.UNSET) -> StrawberryArgument:
    return StrawberryArgument(
        python_name=name,
        graphql_name=camel(name),
        type_annotation=StrawberryAnnotation(graphql_type),
        description=description,
        default=default,
    )


def column(record: type[BaseModel], name: str) -> Any:
    """A public field of a record: its type and description are the record's own."""
    field = fields_of(record)[name]
    graphql_type = column_type(record, field)
    return declared(graphql_type | None if field.nullable else graphql_type, Column(name), field.description)


def column_type(record: type[BaseModel], field: PublicField) -> Any:
    """The GraphQL type of a field, without its nullability."""
    part, listed = _part(record.model_fields[field.name].annotation)
    if part is not None:
        shape = part_type(part)
        return list[shape] if listed else shape  # type: ignore[valid-type]  # a type made at run time
    if field.kind is fields.ENUM:
        return enum_of(record, field)
    return OF_KIND[field.kind]


_PARTS: dict[type[BaseModel], Any] = {}


def part_type(part: type[BaseModel]) -> Any:
    """The GraphQL type of a record, or of a part of one, such as an address."""
    resource = getattr(part, "resource", None)
    if resource is not None:
        return BY_RESOURCE[resource]
    if part not in _PARTS:
        _PARTS[part] = shape(part)(type(part.__name__, (), {}))
    return _PARTS[part]


def shape(part: type[BaseModel]) -> Callable[[type[T]], type[T]]:
    """A Strawberry type with a column for every public field of `part`; edges are declared in the class itself."""

    def declare(cls: type[T]) -> type[T]:
        edges = {name: field for name, field in vars(cls).items() if isinstance(field, StrawberryField)}
        for name in edges:
            delattr(cls, name)
        for name in part.model_fields:
            setattr(cls, name, column(part, name))
        if issubclass(part, Record):
            cls.etag = declared(str, Etag(), "The record's version: send it back as `ifMatch`.")  # type: ignore[attr-defined]
        for name, field in edges.items():  # columns come first
            setattr(cls, name, field)
        made: type[T] = strawberry.type(cls, description=_summary(part))
        return made

    return declare


def _summary(part: type[BaseModel]) -> str:
    return (part.__doc__ or "").strip().replace("\n    ", " ")


def _part(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model inside `Address | None` or `list[Stage]`, and whether it comes in a list."""
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(each for each in get_args(annotation) if each is not type(None))
    listed = get_origin(annotation) is list
    if listed:
        annotation = get_args(annotation)[0]
    found = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
    return found, listed


def edge(relation: Edge) -> Any:
    """A relation to another record, or to a connection of them. Nullable either way: what is not visible is null.

    The arguments of an edge to many are those of the search it stands for.
    """
    target = BY_RESOURCE[relation.target]
    if isinstance(relation, ToMany):
        searchable = OPERATIONS[relation.stands_for].takes
        assert isinstance(searchable, Searchable), relation.full_name  # noqa: S101  a programmer's error
        return declared(
            Connection[target] | None,  # type: ignore[valid-type]  # a type made at run time
            Follow(relation, searchable),
            f"The {relation.target.plural} of this {relation.source.singular}.",
            search_arguments(searchable),
        )
    return declared(target | None, Follow(relation), f"The {relation.name} of this {relation.source.singular}.")


def operation(what: Operation) -> Any:
    """An operation as a root field: one record by its id, a connection of them, what else it gives, or a mutation."""
    if what.kind != "read":
        return declared(payload(what) | None, Write(what), f"{what.summary}.", write_arguments(what))
    if isinstance(what.takes, Searchable):
        target = BY_RESOURCE[what.resource]
        return declared(Connection[target] | None, Run(what), f"{what.summary}.", search_arguments(what.takes))  # type: ignore[valid-type]
    if what.targets:
        named = argument("id", strawberry.ID, "The id of the record.")
        return declared(BY_RESOURCE[what.resource] | None, Run(what), f"{what.summary}.", [named])
    made: Any = part_type(what.gives)
    return declared(list[made] | None if what.pages else made | None, Run(what), f"{what.summary}.")


def search_arguments(searchable: Searchable) -> list[StrawberryArgument]:
    """The arguments of every list, root or nested."""
    record = searchable.record
    by, direction = record.default_order
    return [
        argument("first", int | None, "How many, 1 to 100; 25 unasked."),
        argument("after", str | None, "The cursor to continue after; a `next` of the REST API will do."),
        argument("filter", filter_input(searchable) | None, "What the records must meet."),
        argument("search_text", str | None, "Every word must begin some word of the record."),
        argument("order_by", order_enum(searchable) | None, f"What to sort by; `{by}` unasked."),
        argument("sort_direction", SortDirection | None, f"Which way; `{direction}` unasked."),
    ]


def payload(what: Operation) -> Any:
    """What a mutation gives: the record under its name; `status` besides for an upsert; the id of what was deleted."""
    singular = what.resource.singular
    members: dict[str, Any] = {singular: declared(BY_RESOURCE[what.resource] | None, None, f"The {singular}.")}
    if what.kind == "delete":
        members = {"id": declared(strawberry.ID, None, f"The id of the {singular} that is gone.")}
    elif not issubclass(what.gives, Record):
        status = fields_of(what.gives)["status"]
        members["status"] = declared(column_type(what.gives, status), None, status.description)
    name = f"{pascal(mutation_name(what))}Payload"
    return strawberry.type(type(name, (), members), name=name, description=f"{what.summary}: what came of it.")


def write_arguments(what: Operation) -> list[StrawberryArgument]:
    """The arguments of a mutation: which record, what to write, which version, and a key for retries."""
    made: list[StrawberryArgument] = []
    if what.targets:
        made.append(argument("id", strawberry.ID, "The id of the record."))
    if isinstance(what.takes, Command):
        made.append(argument("input", input_type(what.takes.model), "What to write; what is not sent stays."))
    if what.targets:
        made.append(argument("if_match", str | None, "The `etag` the record must still have."))
    if what.keyed:
        made.append(argument("idempotency_key", str | None, "Repeating the mutation with this key runs it once."))
    return made
