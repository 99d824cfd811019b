"""An edge followed through either door, from everything a caller sees on its near side to what it sees beyond.

`rest` and `graphql` answer with what they found by the parent's id, or with what was refused.
"""

from collections.abc import Mapping
from typing import Any

import httpx
from graphql import GraphQLField, GraphQLObjectType, get_named_type

from crm.catalogue import OPERATIONS
from crm.edge import Edge, ToMany, ToOne
from crm.resources import STAGE
from rest_adapter.openapi.schemas import INCLUDES
from schema.fields import Follow, mark_of
from tests.fixtures.world import World
from tests.parity.doors import SCHEMA, rested, root_field, selection

PARENTS = 40
CHILDREN = 4

Found = Mapping[str, Any] | str
"""What each parent leads to, or what the caller is told instead."""


async def rest(world: World, who: str, edge: Edge) -> Found:
    """`include` where the edge has one; else the search it stands for, once for each parent."""
    included = edge in INCLUDES.get(edge.source, ())
    near, body = (edge.source.plural, {"limit": PARENTS, **({"include": [edge.name]} if included else {})})
    if edge.source is STAGE:
        near = "pipelines"
    response = await world.ask(who, "POST", f"/v1/{near}/search", body)
    if response.status_code != 200:
        return _refused(response)
    parents = response.json()["data"]
    if edge.source is STAGE:
        parents = [{**stage, "_pipeline_id": each["id"]} for each in parents for stage in each["stages"]]
    if included:
        return {each["id"]: each[edge.name] for each in parents}
    return await _searched(world, who, edge, parents)


async def _searched(world: World, who: str, edge: Edge, parents: list[dict[str, Any]]) -> Found:
    far, found = OPERATIONS[edge.stands_for].resource.plural, {}
    for parent in parents:
        body = {"filters": [{"field": edge.by, "operator": "eq", "value": parent[edge.key]}], "limit": CHILDREN}
        response = await world.ask(who, "POST", f"/v1/{far}/search", body)
        if response.status_code != 200:
            return _refused(response)
        rows = response.json()["data"]
        found[parent["id"]] = rows if isinstance(edge, ToMany) else next(iter(rows), None)
    return found


async def graphql(world: World, who: str, edge: Edge) -> Found:
    """One document for all parents."""
    name, field = _field(edge)
    target = get_named_type(field.type)
    assert isinstance(target, GraphQLObjectType)
    inner = f"{name} {{ {selection(target)} }}"
    if isinstance(edge, ToMany):
        target = get_named_type(target.fields["nodes"].type)
        inner = f"{name}(first: {CHILDREN}) {{ nodes {{ {selection(target)} }} }}"
    near = "pipelines" if edge.source is STAGE else edge.source.plural
    root, _, _ = root_field(OPERATIONS[f"{near}.search"])
    asked = f"stages {{ id {inner} }}" if edge.source is STAGE else inner
    response = await world.graphql(who, f"{{ {root}(first: {PARENTS}) {{ nodes {{ id {asked} }} }} }}")
    body = response.json()
    if "errors" in body:
        problem = body["errors"][0]["extensions"]["problem"]
        return f"{problem['status']} {problem['detail']}"
    parents = body["data"][root]["nodes"]
    if edge.source is STAGE:
        parents = [stage for each in parents for stage in each["stages"]]
    return {each["id"]: _told(edge, target, each[name]) for each in parents}


def _field(edge: Edge) -> tuple[str, GraphQLField]:
    for kind in SCHEMA.type_map.values():
        for name, field in kind.fields.items() if isinstance(kind, GraphQLObjectType) else ():
            mark = mark_of(field)
            if isinstance(mark, Follow) and mark.edge is edge:
                return name, field
    raise LookupError(edge.full_name)


def _told(edge: Edge, target: Any, value: Any) -> Any:
    """What GraphQL gave, in REST's words."""
    if value is None:
        return None
    if isinstance(edge, ToOne):
        return rested(target, value)[0]
    return [rested(target, each)[0] for each in value["nodes"]]


def _refused(response: httpx.Response) -> str:
    problem = response.json()
    return f"{problem['status']} {problem['detail']}"
