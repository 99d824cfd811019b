"""A plan is told as REST requests that do the same: before a run and after one, they bring the same records."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import NewDatabase
from tests.fixtures.replay import Replay
from tests.fixtures.work import seeded_with_work
from tests.fixtures.world import ADA, FLEET, HIDDEN, SALES, World

DOCUMENTS = {
    "a search": '{ contacts(first: 4, orderBy: LEAD_SCORE, sortDirection: ASC, searchText: "mo") { nodes { id } } }',
    "filters": "{ contacts(filter: {leadScore: {gte: 2}, lifecycleStage: {in: [LEAD]}}) { nodes { id } } }",
    "one record": f'{{ contact(id: "{ADA}") {{ id company {{ id owner {{ id }} }} deals {{ nodes {{ id }} }} }} }}',
    "edges": "{ contacts(first: 8) { nodes { id company { id } deals(first: 2) { nodes { id stage { id } } } } } }",
    "edges of edges": "{ deals { nodes { id contact { id notes(first: 2) { nodes { id author { id } } } } } } }",
    "stages": f'{{ pipeline(id: "{SALES}") {{ id stages {{ id deals(first: 2) {{ nodes {{ id }} }} }} }} }}',
    "stages and back": "{ deals { nodes { id stage { id pipeline { id deals(first: 1) { nodes { id } } } } } } }",
    "kinds": f'{{ nodes(ids: ["{ADA}", "{FLEET}", "{HIDDEN}"]) {{ id ... on Deal {{ contact {{ id }} }} }} }}',
    "me": "{ me { user { id contacts(first: 3) { nodes { id } } } } }",
    "nobody": '{ contacts(searchText: "nobody") { nodes { id company { id } deals { nodes { id } } } } }',
}


@pytest_asyncio.fixture(scope="module")
async def busy(new_database: NewDatabase) -> AsyncIterator[World]:
    """The world with work in it."""
    async with seeded_with_work(new_database()) as made:
        yield made


@pytest.mark.parametrize("who", ["admin", "rep"])
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_the_requests_of_a_plan_bring_the_same_records(busy: World, who: str, document: str) -> None:
    plan = (await busy.ask(who, "POST", "/graphql/plan", {"query": document})).json()
    response = await busy.ask(who, "POST", "/graphql", {"query": document}, headers={"X-Plan": "1"})
    answer = response.json()
    for told in (plan, answer["extensions"]["plan"]):
        replay = Replay(busy, who)
        await replay.run(told)
        for path in {tuple(step["path"]) for step in told["steps"]}:
            steps = [step for step in told["steps"] if tuple(step["path"]) == path]
            assert brought(replay, steps) == set(ids_in(at(answer["data"], path))), (path, steps)


def brought(replay: Replay, steps: list[dict[str, Any]]) -> set[str]:
    """The ids of what REST brought for the steps at one place: a stage comes inside its pipeline."""
    found = {each for step in steps for each in replay.ids(step["id"])}
    if steps[0]["name"] != "deal.stage":
        return found
    asked = {value for step in steps for request in replay.asked[step["id"]] for value in named(request)}
    return {stage for step in steps for stage in replay.stages(step["id"])} & asked


def named(request: dict[str, Any]) -> list[str]:
    """The values a request's filter names."""
    values: list[str] = request["body"]["filters"][0]["values"]
    return values


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
async def test_a_step_tells_how_many_records_it_brought(busy: World, document: str) -> None:
    answer = (await busy.ask("admin", "POST", "/graphql", {"query": document}, headers={"X-Plan": "1"})).json()
    replay = Replay(busy, "admin")
    await replay.run(answer["extensions"]["plan"])
    for step in answer["extensions"]["plan"]["steps"]:
        if step["name"] not in ("deal.stage", "me.read"):  # a stage comes in its pipeline; the caller has no id
            assert step["rows"] == len(replay.ids(step["id"])), step
        assert step["replaces"] == len(step["requests"])


async def test_a_total_is_that_of_the_search_it_stands_for(busy: World) -> None:
    document = "{ contacts(first: 5) { nodes { deals(first: 1) { totalCount } } } }"
    answer = (await busy.ask("admin", "POST", "/graphql", {"query": document}, headers={"X-Plan": "1"})).json()
    replay = Replay(busy, "admin")
    await replay.run(answer["extensions"]["plan"])
    counts = [each["meta"]["total"] for each in replay.answers[2]]
    assert counts == [each["deals"]["totalCount"] for each in answer["data"]["contacts"]["nodes"]]


async def test_what_a_token_lacks_is_told_and_the_plan_besides(busy: World) -> None:
    document = "{ contacts { nodes { deals { nodes { notes { nodes { id } } } } } } }"
    plan = (await busy.ask("contacts_only", "POST", "/graphql/plan", {"query": document})).json()
    assert plan["scopes"] == ["contact.read", "deal.read", "note.read"]
    assert plan["missing_scopes"] == ["deal.read", "note.read"]
    assert [each["name"] for each in plan["steps"]] == ["contacts.search", "contact.deals", "deal.notes"]
    assert [each["after"] for each in plan["steps"]] == [None, 0, 1]
    assert (await busy.graphql("contacts_only", document)).json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_step_that_stands_for_very_many_requests_lists_a_hundred(busy: World) -> None:
    document = "{ contacts(first: 100) { nodes { deals(first: 5) { nodes { notes(first: 1) { nodes { id } } } } } } }"
    plan = (await busy.ask("admin", "POST", "/graphql/plan", {"query": document})).json()
    assert [(each["parents"], each["replaces"]) for each in plan["steps"]] == [(None, 1), (100, 100), (500, 500)]
    assert all(len(each["requests"]) <= 100 for each in plan["steps"])


async def test_a_request_can_be_pasted_into_a_shell(busy: World) -> None:
    plan = (await busy.ask("admin", "POST", "/graphql/plan", {"query": DOCUMENTS["a search"]})).json()
    request = plan["steps"][0]["requests"][0]
    assert request["method"] == "POST"
    assert request["path"] == "/v1/contacts/search"
    assert request["body"] == {"limit": 4, "search_text": "mo", "order_by": "lead_score", "sort_direction": "asc"}
    assert request["curl"].startswith("curl -X POST http://127.0.0.1:8000/v1/contacts/search")


async def test_a_mutation_is_told_without_being_run(busy: World) -> None:
    document = f'mutation {{ deleteContact(id: "{ADA}") {{ id }} }}'
    plan = (await busy.ask("admin", "POST", "/graphql/plan", {"query": document})).json()
    assert plan["steps"][0]["requests"][0]["method"] == "DELETE"
    assert plan["steps"][0]["requests"][0]["path"] == f"/v1/contacts/{ADA}"
    assert (await busy.ask("admin", "GET", f"/v1/contacts/{ADA}")).status_code == 200


def at(data: Any, path: tuple[str, ...]) -> list[Any]:
    """What stands at a path of the response; lists are walked through."""
    if data is None:
        return []
    if isinstance(data, list):
        return [found for each in data for found in at(each, path)]
    return [data] if not path else at(data.get(path[0]), path[1:])


def ids_in(shown: list[Any]) -> Iterator[str]:
    """The ids of records, or of those that connections show."""
    for each in shown:
        if "id" in each:
            yield each["id"]
        yield from ids_in(each.get("nodes", []))
