"""The roots: each resource's own queries and mutations, and records of any kind by id."""

from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from schema.fields import Fetch, argument, declared
from schema.node import Node
from schema.types import account, activities, companies, contacts, deals, notes, pipelines, tasks, users

ROOMS = (account, contacts, companies, deals, pipelines, tasks, notes, activities, users)


def _members(holder: str) -> dict[str, Any]:
    return {
        name: field
        for room in ROOMS
        for name, field in vars(getattr(room, holder, object)).items()
        if isinstance(field, StrawberryField)
    }


def _query() -> type:
    members = _members("Queries")
    members["node"] = declared(
        Node | None,
        Fetch(many=False),
        "A record of any kind by its id; null where there is none.",
        [argument("id", strawberry.ID, "The id of the record.")],
    )
    members["nodes"] = declared(
        list[Node | None] | None,
        Fetch(many=True),
        "Up to 100 records of any kind, in the order of their ids; null where there is none.",
        [argument("ids", list[strawberry.ID], "The ids of the records.")],
    )
    return strawberry.type(type("Query", (), members), description="Everything that can be read.")


Query = _query()
Mutation: type = strawberry.type(
    type("Mutation", (), _members("Mutations")),
    description="Everything that can be changed. Mutations of one document run in order, each whole or not at all.",
)
