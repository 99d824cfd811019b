"""Single records that come in their parents' rows: what a client gets wrong is no reason to ask again without them."""

import pytest

from tests.fixtures.world import World

QUERY = """query($after: String) {
    contacts(first: 2, after: $after) { nodes { name company { name } } pageInfo { endCursor } }
}"""


async def test_a_wrong_cursor_is_told_and_is_nobodys_warning(world: World, caplog: pytest.LogCaptureFixture) -> None:
    answer = (await world.graphql("admin", QUERY, {"after": "wrong"})).json()
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["VALIDATION"]
    assert [each.getMessage() for each in caplog.records if each.name.startswith("schema.")] == []


async def test_what_comes_along_comes_on_later_pages_too(world: World) -> None:
    first = (await world.graphql("admin", QUERY)).json()["data"]["contacts"]
    later = (await world.graphql("admin", QUERY, {"after": first["pageInfo"]["endCursor"]})).json()["data"]["contacts"]
    assert [each["name"] for each in first["nodes"]] == ["Ada Lovelace", "Bob"]
    assert [(each["name"], each["company"]) for each in later["nodes"]] == [("Çelik", None), ("Dan", None)]
    assert [each["company"] for each in first["nodes"]] == [{"name": "Northwind Traders"}, {"name": "Ötzi & Söhne"}]
