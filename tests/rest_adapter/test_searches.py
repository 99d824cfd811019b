"""Lists: the envelope, the pages, the edges of every row at the cost of one statement each."""

from typing import Any

import pytest

from crm.storage.database import counting
from tests.fixtures.statements import own
from tests.fixtures.world import ADA, BOB, CONTACTS, CYD, NEW, PARTNERS, SALES, World

SEARCH = "/v1/contacts/search"


async def search(world: World, body: Any = None, who: str = "admin", path: str = SEARCH) -> Any:
    response = await world.ask(who, "POST", path, body)
    assert response.status_code == 200, response.text
    return response.json()


def ids(found: Any) -> list[str]:
    return [row["id"] for row in found["data"]]


async def test_an_empty_body_means_newest_first(world: World) -> None:
    found = await search(world)
    assert len(found["data"]) == 25
    assert ids(found)[:3] == [ADA, BOB, CYD]
    assert found["meta"]["total"] == CONTACTS
    assert found["meta"]["cursor"]["has_more"] is True
    assert isinstance(found["meta"]["cursor"]["next"], str)
    assert set(found["meta"]["cursor"]) == {"next", "has_more"}


@pytest.mark.parametrize("order_by", ["created_at", "name", "lead_score", "last_contacted_at"])
@pytest.mark.parametrize("sort_direction", ["asc", "desc"])
async def test_pages_follow_one_another_without_gap_or_overlap(
    world: World, order_by: str, sort_direction: str
) -> None:
    order = {"order_by": order_by, "sort_direction": sort_direction}
    whole = await search(world, {**order, "limit": 100})
    assert whole["meta"]["cursor"] == {"next": None, "has_more": False}
    seen: list[str] = []
    cursor = None
    while True:
        page = await search(world, {**order, "limit": 7, "cursor": cursor})
        seen += ids(page)
        cursor = page["meta"]["cursor"]["next"]
        if not page["meta"]["cursor"]["has_more"]:
            break
    assert cursor is None
    assert seen == ids(whole)


async def test_every_row_has_a_cursor_where_it_is_asked_for(world: World) -> None:
    page = await search(world, {"limit": 5, "row_cursors": True})
    cursors = page["meta"]["cursor"]["rows"]
    assert len(cursors) == 5
    assert cursors[-1] == page["meta"]["cursor"]["next"]
    after_second = await search(world, {"limit": 3, "cursor": cursors[1]})
    assert ids(after_second) == ids(page)[2:5]


async def test_edges_of_every_row_come_in_one_statement_each(world: World) -> None:
    body = {"limit": 25, "include": ["company", "owner"], "fields": ["name"]}
    await search(world, body)
    async with counting() as few:
        await search(world, {**body, "limit": 2})
    async with counting() as many:
        found = await search(world, body)
    assert len(own(few)) == len(own(many))
    assert all(list(row) == ["id", "name", "company", "owner"] for row in found["data"])
    assert found["data"][0]["company"]["name"] == "Northwind Traders"
    assert found["data"][2]["company"] is None


async def test_a_role_finds_what_it_may_see_and_no_more(world: World) -> None:
    totals = {
        who: (await search(world, {"limit": 1}, who))["meta"]["total"]
        for who in ("admin", "manager", "viewer", "rep", "colleague", "outsider", "stranger")
    }
    assert totals == {
        **dict.fromkeys(("admin", "manager", "viewer"), CONTACTS),
        "rep": 10,
        "colleague": 1,
        "outsider": 1,
        "stranger": 1,
    }


async def test_pipelines_are_a_plain_list_too_the_default_one_first(world: World) -> None:
    listed = await world.ask("rep", "GET", "/v1/pipelines")
    assert listed.json() == await search(world, {}, "rep", "/v1/pipelines/search")
    assert ids(listed.json()) == [SALES, PARTNERS]
    assert [stage["position"] for stage in listed.json()["data"][0]["stages"]] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("limit=1", [SALES]),
        ("search_text=part", [PARTNERS]),
        ("order_by=name&sort_direction=asc", [PARTNERS, SALES]),
        ("sort_direction=desc", [PARTNERS, SALES]),
    ],
)
async def test_a_get_search_takes_its_values_from_the_query(world: World, query: str, found: list[str]) -> None:
    assert ids((await world.ask("rep", "GET", f"/v1/pipelines?{query}")).json()) == found


async def test_a_get_search_pages_and_restricts(world: World) -> None:
    first = (await world.ask("rep", "GET", "/v1/pipelines?limit=1&fields=name")).json()
    assert first["data"] == [{"id": SALES, "name": "Sales"}]
    second = await world.ask("rep", "GET", f"/v1/pipelines?limit=1&cursor={first['meta']['cursor']['next']}")
    assert ids(second.json()) == [PARTNERS]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=ten", "limit=", "row_cursors=true", "filters=[]"])
async def test_a_get_search_refuses_what_a_search_refuses(world: World, query: str) -> None:
    refused = await world.ask("rep", "GET", f"/v1/pipelines?{query}")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_a_stage_finds_its_pipeline(world: World) -> None:
    body = {"filters": [{"field": "stage_id", "operator": "eq", "value": NEW}]}
    assert ids(await search(world, body, "rep", "/v1/pipelines/search")) == [SALES]


async def test_users_are_everyones_to_find(world: World) -> None:
    found = await search(world, {"order_by": "name", "sort_direction": "asc"}, "scopeless", "/v1/users/search")
    assert [row["name"] for row in found["data"]] == ["Admin", "Colleague", "Manager", "Outsider", "Rep", "Viewer"]
