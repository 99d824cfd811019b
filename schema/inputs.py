"""Mutation inputs: made from the commands of operations, and read back into what REST would be sent."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

import strawberry
from pydantic import BaseModel

from crm.kit import fields
from crm.kit.commands import Command
from crm.kit.fields import PublicField, fields_of, part_of
from schema.names import camel, enum_of
from schema.scalars import OF_KIND


@cache
def input_type(model: type[BaseModel]) -> Any:
    """A Strawberry input with a member for every field of a command's model."""
    cls: Any = type(model.__name__, (), {"__annotations__": {}})
    for name, info in model.model_fields.items():
        field = fields_of(model)[name]
        kind = _member_type(model, field)
        required = info.is_required()
        made = strawberry.field(
            name=camel(name),
            description=field.description,
            graphql_type=kind if required else kind | None,
            **({} if required else {"default": strawberry.UNSET}),
        )
        setattr(cls, f"{name}_", made)
    name = model.__name__ if model.__name__.endswith("Input") else f"{model.__name__}Input"
    return strawberry.input(cls, name=name, description=(model.__doc__ or "").strip())


def _member_type(model: type[BaseModel], field: PublicField) -> Any:
    part = part_of(model, field.name)
    if part is not None:
        return input_type(part)
    if field.kind is fields.ENUM:
        return enum_of(getattr(model, "of", None) or model, field)
    return OF_KIND[field.kind]


def input_values(command: Command, given: Mapping[str, Any]) -> dict[str, Any]:
    """The REST body an input says: what was not sent stays unsent."""
    return _values(command.model, given)


def _values(model: type[BaseModel], given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in model.model_fields:
        if camel(name) not in given:
            continue
        value = given[camel(name)]
        part = part_of(model, name)
        if part is not None and isinstance(value, Mapping):
            value = _values(part, value)
        values[name] = value.value if isinstance(value, Enum) else value
    return values


def graphql_path(at: str) -> str:
    """Where a REST field stands in a mutation's arguments: `address.city` is `input.address.city`."""
    if at == "Idempotency-Key":
        return "idempotencyKey"
    first, dot, rest = at.partition(".")
    if first == "custom_fields":
        return f"input.customFields{dot}{rest}"
    return "input." + ".".join(camel(each) for each in at.split("."))
