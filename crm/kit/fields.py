"""What a public field is: its kind, what may be asked of it, and how it is declared once on its record.

A record is a pydantic model whose fields are written `name: Text | None = public("…", sortable=True)`. REST, GraphQL,
filters, sorts and documents all read the one declaration through `fields_of`.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from crm.kit import values
from crm.resources import Resource

ORDERED = ("eq", "neq", "gt", "gte", "lt", "lte", "between", "in", "not_in", "exists", "not_exists")
TEXTUAL = (*ORDERED, "contains", "not_contains", "starts_with")
CHOSEN = ("eq", "neq", "in", "not_in", "exists", "not_exists")
TAGGED = ("contains", "not_contains", "exists", "not_exists")
YES_NO = ("eq", "neq", "exists", "not_exists")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value. `read` makes a filter's value canonical and raises ValueError with a sentence's end."""

    name: str
    operators: tuple[str, ...] = ()
    read: Callable[[object], Any] = values.refuse


TEXT = Kind("text", TEXTUAL, values.read_folded)
ENUM = Kind("enum", CHOSEN)
ID = Kind("id", CHOSEN)
INTEGER = Kind("integer", ORDERED, values.read_integer)
NUMBER = Kind("number", ORDERED, values.read_number)
MONEY = Kind("money", ORDERED, values.read_money)
BOOLEAN = Kind("boolean", YES_NO, values.read_boolean)
TIMESTAMP = Kind("timestamp", ORDERED, values.read_timestamp)
DATE = Kind("date", ORDERED, values.read_date)
TAGS = Kind("tags", TAGGED, values.read_folded)
MEMBER = Kind("member", ("eq", "in"))
OBJECT = Kind("object")

Text = Annotated[str, TEXT]
Id = Annotated[str, ID]
Integer = Annotated[int, INTEGER]
Money = Annotated[float, MONEY]
Boolean = Annotated[bool, BOOLEAN]
Timestamp = Annotated[datetime, TIMESTAMP, BeforeValidator(values.read_timestamp)]
Date = Annotated[date, DATE, BeforeValidator(values.read_date)]
Tags = Annotated[list[str], TAGS]
Object = Annotated[dict[str, Any], OBJECT]


@dataclass(frozen=True, slots=True)
class PublicField:
    """One public field of a record, as every part of the house sees it."""

    name: str
    kind: Kind
    nullable: bool
    description: str
    sortable: bool
    read_only: bool
    example: Any = field(default=None, compare=False)
    points_to: Resource | None = None
    choices: tuple[str, ...] = ()
    default: Any = field(default=None, compare=False)

    def read(self, value: object) -> Any:
        """A filter's value made canonical. Raises ValueError with the end of a sentence: "must be …"."""
        if self.kind is ENUM:
            return values.read_choice(value, self.choices)
        if self.points_to is not None:
            return values.read_id(value, self.points_to)
        return self.kind.read(value)


@dataclass(frozen=True, slots=True)
class _Public:
    """What `public` leaves on a pydantic field for `fields_of` to find."""

    sortable: bool = False
    read_only: bool = False
    points_to: Resource | None = None
    example: Any = field(default=None, compare=False)
    default: Any = field(default=None, compare=False)


def public(
    description: str,
    *,
    example: Any = None,
    sortable: bool = False,
    read_only: bool = False,
    points_to: Resource | None = None,
    default: Any = None,
    optional: bool = False,
) -> Any:
    """Declare a public field. `points_to` names the resource whose id it holds, `default` what a new record has.

    `optional` is for commands: the field may be left out.
    """
    examples = None if example is None else [example]
    made = (
        Field(default, description=description, examples=examples)
        if optional
        else Field(description=description, examples=examples)
    )
    made.metadata.append(_Public(sortable, read_only, points_to, example, default))
    return made


Derive = Callable[[Mapping[str, Any]], Any]


class Record(BaseModel):
    """What every record shows. `resource` names its family; `default_order` is how its lists come unasked.

    `searched` are the fields `search_text` looks in; `derived` tells of a field that follows from others, how.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource: ClassVar[Resource]
    default_order: ClassVar[tuple[str, Literal["asc", "desc"]]] = ("created_at", "desc")
    searched: ClassVar[tuple[str, ...]] = ()
    derived: ClassVar[Mapping[str, Derive]] = types.MappingProxyType({})

    id: Id = public("Opaque id; new ids sort by creation time.", read_only=True)
    created_at: Timestamp = public(
        "When the record was created.", example="2026-06-17T14:30:00Z", sortable=True, read_only=True
    )
    updated_at: Timestamp = public(
        "When the record last changed.", example="2026-06-17T14:30:00Z", sortable=True, read_only=True
    )


@cache
def fields_of(record: type[BaseModel]) -> Mapping[str, PublicField]:
    """The public fields of a record, or of a part of one, by name, in the order they are shown."""
    return types.MappingProxyType({name: _field(record, name) for name in record.model_fields})


def part_of(record: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The model of a field that holds a part (an address) or a list of them (a pipeline's stages)."""
    annotation, _ = _without_none(record.model_fields[name].annotation)
    if get_origin(annotation) is list:
        annotation = get_args(annotation)[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _field(record: type[BaseModel], name: str) -> PublicField:
    info = record.model_fields[name]
    note = next((each for each in info.metadata if isinstance(each, _Public)), _Public())
    annotation, nullable = _without_none(info.annotation)
    kind = next((each for each in info.metadata if isinstance(each, Kind)), None) or _kind(annotation)
    points_to = note.points_to
    if name == "id" and points_to is None:
        points_to = getattr(record, "resource", None)
    return PublicField(
        name=name,
        kind=kind,
        nullable=nullable,
        description=info.description or "",
        example=note.example,
        sortable=note.sortable,
        read_only=note.read_only,
        points_to=points_to,
        default=note.default,
        choices=get_args(annotation) if get_origin(annotation) is Literal else (),
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [each for each in get_args(annotation) if each is not type(None)]
        return rest[0], len(rest) < len(get_args(annotation))
    return annotation, False


def _kind(annotation: Any) -> Kind:
    if get_origin(annotation) is Annotated:
        return next(each for each in get_args(annotation)[1:] if isinstance(each, Kind))
    return ENUM if get_origin(annotation) is Literal else OBJECT
