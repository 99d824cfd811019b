"""Typed filters: for each resource an input made from its fields, compiling to the REST conditions one for one."""

from functools import cache
from typing import Any, Optional

import strawberry

from crm.kit import fields
from crm.kit.fields import Kind, PublicField, fields_of
from crm.kit.page import Searchable
from schema.names import camel, enum_named, enum_of, pascal
from schema.scalars import JSON, OF_KIND

SortDirection = enum_named("SortDirection", ("asc", "desc"), "Which way a list runs.")

_SAID = {
    "eq": "Is this value.",
    "neq": "Is not this value, or has none.",
    "gt": "Is greater.",
    "gte": "Is greater, or the same.",
    "lt": "Is less.",
    "lte": "Is less, or the same.",
    "between": "Lies between the two, both included.",
    "in": "Is one of these.",
    "not_in": "Is none of these, or has no value.",
    "contains": "Holds this text; of tags: has this tag.",
    "not_contains": "Does not hold it.",
    "starts_with": "Begins with this text.",
    "exists": "True: has a value. False: has none.",
}
_NAMES: dict[Kind, str] = {
    fields.TEXT: "TextFilter",
    fields.ID: "IdFilter",
    fields.MEMBER: "MemberFilter",
    fields.INTEGER: "IntFilter",
    fields.MONEY: "DecimalFilter",
    fields.BOOLEAN: "BooleanFilter",
    fields.TIMESTAMP: "DateTimeFilter",
    fields.DATE: "DateFilter",
    fields.TAGS: "TagsFilter",
}


@cache
def filter_input(searchable: Searchable) -> Any:
    """`ContactFilter`: a member for every field that can be filtered, `and` to repeat one, `customFields`."""
    record = searchable.record
    name = f"{pascal(record.resource.singular)}Filter"
    members = {
        field.name: (_operators(record, field) | None, field.description) for field in searchable.filterable.values()
    }
    if "custom_fields" in fields_of(record):
        members["custom_fields"] = (list[_CUSTOM] | None, "Conditions on custom fields.")  # type: ignore[valid-type]
    return _input(name, members, f"What {record.resource.plural} must meet: every member given.", itself="and")


@cache
def order_enum(searchable: Searchable) -> Any:
    """`ContactOrder`: what its lists can be sorted by."""
    resource = searchable.record.resource
    return enum_named(
        f"{pascal(resource.singular)}Order", searchable.sortable, f"What {resource.plural} can be sorted by."
    )


def _operators(record: Any, field: PublicField) -> Any:
    """The operators of one field: those of its kind, or of its own enum."""
    if field.kind is fields.ENUM:
        enum = enum_of(record, field)
        return _kind_input(f"{enum.__strawberry_definition__.name}Filter", field.kind, enum)
    return _kind_input(_NAMES[field.kind], field.kind, _operand(field.kind))


def _operand(kind: Kind) -> Any:
    return str if kind is fields.TAGS else OF_KIND[kind]


@cache
def _kind_input(name: str, kind: Kind, operand: Any) -> Any:
    members: dict[str, tuple[Any, str]] = {}
    for operator in kind.operators:
        if operator == "between":
            members[operator] = (_range(operand) | None, _SAID[operator])
        elif operator in ("in", "not_in"):
            members[operator] = (Optional[list[operand]], _SAID[operator])  # noqa: UP045  a type made at run time
        elif operator == "exists":
            members[operator] = (bool | None, _SAID[operator])
        elif operator != "not_exists":
            members[operator] = (Optional[operand], _SAID[operator])  # noqa: UP045
    return _input(name, members, "Every operator given must hold.")


@cache
def _range(operand: Any) -> Any:
    name = {str: "Text", int: "Int"}.get(operand) or operand.__name__
    return _input(
        f"{name}Range",
        {"from": (operand, "The least."), "to": (operand, "The greatest.")},
        "Two ends, both included.",
    )


def _input(name: str, members: dict[str, tuple[Any, str]], description: str, itself: str | None = None) -> Any:
    """A Strawberry input made from a table of members; `itself` names a list of the same input inside it."""
    cls: Any = type(name, (), {"__annotations__": {}})
    for member, (annotation, said) in members.items():
        required = type(None) not in getattr(annotation, "__args__", ())
        field = strawberry.field(
            name=camel(member),
            description=said,
            graphql_type=annotation,
            **({} if required else {"default": strawberry.UNSET}),
        )
        setattr(cls, f"{member}_", field)
    if itself is not None:
        field = strawberry.field(
            name=itself,
            description="Conditions that must hold besides: repeats a field.",
            graphql_type=list[cls] | None,
            default=strawberry.UNSET,
        )
        setattr(cls, f"{itself}_", field)
    return strawberry.input(cls, name=name, description=description)


_CUSTOM = _input(
    "CustomFieldFilter",
    {
        "slug": (str, "The custom field."),
        **{
            operator: (
                (bool if operator == "exists" else list[JSON] if operator in ("in", "not_in", "between") else JSON)
                | None,
                said,
            )
            for operator, said in _SAID.items()
        },
    },
    "Conditions on one custom field; which operators fit depends on its type.",
)
