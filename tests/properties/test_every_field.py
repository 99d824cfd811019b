"""Every query the schema admits compiles: each field, argument and operator once, answered as the reference answers."""

from collections.abc import AsyncIterator

import pytest_asyncio
from graphql import GraphQLObjectType

from schema.build import build
from tests.conftest import NewDatabase
from tests.fixtures.every import Every
from tests.fixtures.pair import POOL, Pair, paired


@pytest_asyncio.fixture(scope="session")
async def pair(new_database: NewDatabase) -> AsyncIterator[Pair]:
    """One database behind both executors."""
    async with paired(new_database()) as made:
        yield made


async def test_every_field_and_every_argument_is_answered_alike(pair: Pair) -> None:
    every = Every(build(), POOL)
    for document in every.fields():
        answer = await pair.ask("admin", document, {})
        assert "data" in answer, (document, answer)
    assert every.covered == queried()


async def test_every_operator_of_every_filter_and_every_mutation_compiles(pair: Pair) -> None:
    every = Every(build(), POOL)
    for document in (*every.filters(), *every.mutations()):
        told = await pair.compiled.ask("admin", "POST", "/graphql/plan", {"query": document})
        assert told.status_code == 200, (document, told.text)


def queried() -> set[tuple[str, str]]:
    """Every field of every type but the mutations' own, and those of introspection."""
    kinds = [each for each in build().type_map.values() if isinstance(each, GraphQLObjectType)]
    written = ("Mutation", *(each.name for each in kinds if each.name.endswith("Payload")))
    read = (each for each in kinds if not each.name.startswith("__") and each.name not in written)
    return {(kind.name, name) for kind in read for name in kind.fields}
