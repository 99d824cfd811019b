"""The schema can be asked for: explorers and generators of clients do so before anything else."""

from graphql import build_client_schema, get_introspection_query, print_schema

from schema.build import build, sdl
from tests.fixtures.world import World


async def test_the_schema_tells_of_itself(world: World) -> None:
    response = await world.graphql("rep", get_introspection_query(input_value_deprecation=True))
    body = response.json()
    assert "errors" not in body
    assert print_schema(build_client_schema(body["data"])) + "\n" == sdl()


async def test_introspection_stands_beside_data(world: World) -> None:
    response = await world.graphql("rep", '{ __type(name: "Contact") { name } contacts(first: 1) { nodes { id } } }')
    data = response.json()["data"]
    assert data["__type"] == {"name": "Contact"}
    assert len(data["contacts"]["nodes"]) == 1
    assert build().query_type is not None
