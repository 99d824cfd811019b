"""How REST names become GraphQL names: snake_case to camelCase, a field's choices to an enum in capitals."""

from enum import Enum
from functools import cache
from typing import Any

import strawberry
from pydantic import BaseModel

from crm.kit.fields import PublicField, fields_of
from crm.operation import Operation


def camel(name: str) -> str:
    """`lead_score` is `leadScore`."""
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest)


def pascal(name: str) -> str:
    """`lead_score` is `LeadScore`."""
    return "".join(each.title() for each in name.split("_"))


@cache
def enum_named(name: str, choices: tuple[str, ...], description: str) -> Any:
    """An enum whose names are the REST words in capitals and whose values are the words."""
    made: Any = Enum(name, {each.upper(): each for each in choices})  # type: ignore[misc]  # made at run time
    return strawberry.enum(made, name=name, description=description)


def enum_of(record: type[BaseModel], field: PublicField) -> Any:
    """The enum of a record's field: `Deal.status` is `DealStatus`."""
    resource = getattr(record, "resource", None)
    field = fields_of(record).get(field.name, field)  # a command's field is its record's, whatever it says of it
    prefix = pascal(resource.singular) if resource else record.__name__
    name = pascal(field.name)
    return enum_named(name if name.startswith(prefix) else f"{prefix}{name}", field.choices, field.description)


_SAID = {"activities.create": "activities.log"}
"""Operations that GraphQL calls by another verb than REST."""


def mutation_name(operation: Operation) -> str:
    """`deals.set_status` is `set_deal_status`, `contacts.create` is `create_contact`."""
    verb, *rest = _SAID.get(operation.name, operation.name).partition(".")[2].split("_")
    return "_".join((verb, operation.resource.singular, *rest))
