"""Node: whatever has an id of its own. The prefix of the id tells which type it is."""

from typing import Any

import strawberry

from crm.kit import ids
from schema.types.lazy import BY_RESOURCE


def type_name(row: Any) -> str | None:
    """The GraphQL type of a row."""
    resource = ids.resource_of(row["id"])
    return BY_RESOURCE[resource].type_name if resource in BY_RESOURCE else None


@strawberry.interface(description="A record with an id; the same id as in the REST API.")
class Node:
    """The interface; rows are dicts, so the types are told apart by id."""

    id: strawberry.ID = strawberry.field(description="Opaque id; its prefix tells the type.")

    @classmethod
    def resolve_type(cls, obj: Any, *_: Any) -> str | None:
        return type_name(obj)

    @classmethod
    def is_type_of(cls, obj: Any, _: Any) -> bool:
        return type_name(obj) == cls.__name__
