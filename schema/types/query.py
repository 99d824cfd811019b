"""The root of all queries: each resource's own, and records of any kind by id."""

import strawberry

from schema.fields import Fetch, argument, declared
from schema.node import Node
from schema.types import account, companies, contacts, deals, pipelines, users

ROOMS = (account, contacts, companies, deals, pipelines, users)


def _query() -> type:
    members = {name: field for room in ROOMS for name, field in vars(room.Queries).items() if not name.startswith("_")}
    members["node"] = declared(
        Node | None,
        Fetch(many=False),
        "A record of any kind by its id; null where there is none.",
        [argument("id", strawberry.ID, "The id of the record.")],
    )
    members["nodes"] = declared(
        list[Node | None],
        Fetch(many=True),
        "Up to 100 records of any kind, in the order of their ids; null where there is none.",
        [argument("ids", list[strawberry.ID], "The ids of the records.")],
    )
    return strawberry.type(type("Query", (), members), description="Everything that can be read.")


Query = _query()
