"""The schema: declared with Strawberry, its marked fields given their resolvers."""

from functools import cache

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema, print_schema

from schema.fields import mark_of
from schema.resolvers import resolver
from schema.scalars import CONFIG
from schema.types.roots import ROOMS, Mutation, Query


@cache
def build() -> GraphQLSchema:
    """The schema that documents are validated against and the reference executor runs."""
    types = [each for room in ROOMS for each in vars(room).values() if hasattr(each, "__strawberry_definition__")]
    schema = strawberry.Schema(query=Query, mutation=Mutation, types=types, config=CONFIG)
    core: GraphQLSchema = schema._schema  # noqa: SLF001  Strawberry offers no other way to graphql-core's schema
    for name, kind in core.type_map.items():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__"):  # GraphQL's own
            for field in kind.fields.values():
                field.resolve = resolver(mark_of(field))
    return core


def sdl() -> str:
    """The schema as text: what is committed as `schema.graphql` and shown to people."""
    return print_schema(build()) + "\n"
