"""What a document costs: by the formula before it runs, by what it brought afterwards, from its token's one bucket."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from crm.kit.budget import Rate
from schema import limits
from tests.fixtures.world import ADA, FLEET, SALES, World, street

DOCUMENT = re.compile(r"```graphql\n(.*?)```\n\nCosts (\d+)\.", re.DOTALL)
LIMITS = Path("docs/limits.md")
EXAMPLES = DOCUMENT.findall(LIMITS.read_text(encoding="utf-8"))

COSTS: dict[str, int] = {
    "{ __typename }": 1,
    "{ me { role user { name } } }": 1,
    "{ me { user { id contacts { nodes { id } } } } }": 2,
    "{ a: me { role } b: me { role } contacts { totalCount } }": 3,
    "{ contacts(first: 100) { totalCount pageInfo { endCursor } edges { cursor node { id name } } } }": 1,
    "{ contacts(first: 100) { nodes { company { id } } } }": 1 + 1,
    "{ contacts(first: 100) { nodes { company { id owner { id } } owner { id } } } }": 1 + 1 + 1 + 1,
    "{ contacts { nodes { deals { nodes { id } } } } }": 1 + 7,
    "{ contacts(first: 1) { nodes { deals { totalCount } } } }": 1 + 1 + 1,
    "{ contacts(first: 11) { nodes { deals(first: 1) { totalCount } } } }": 1 + 1 + 2,
    "{ contacts(first: 10) { nodes { deals(first: 10) { nodes { notes(first: 10) { nodes { id } } } } } } }": 1
    + 1
    + 10,
    "{ contacts(first: 10) { nodes { deals(first: 10) { nodes { stage { id } pipeline { stages { id } } } } } } }": 4,
    "{ pipelines { nodes { stages { deals(first: 1) { nodes { id } } } } } }": 1 + 13,
    f'{{ pipeline(id: "{SALES}") {{ stages {{ deals(first: 100) {{ totalCount }} }} }} }}': 1 + 50 + 5,
    f'{{ node(id: "{ADA}") {{ ... on Contact {{ deals(first: 50) {{ nodes {{ id }} }} }} }} }}': 1 + 1,
    f'{{ nodes(ids: ["{ADA}", "{FLEET}", "{ADA}"]) {{ ... on Node {{ id }} ... on Deal {{ contact {{ id }} }} }} }}': 2
    + 1,
    '{ nodes(ids: ["nonsense"]) { id } }': 1,
    "{ contacts(first: 50) @skip(if: true) { nodes { deals { nodes { id } } } } me { role } }": 1,
    "{ contacts(first: 50) { nodes { ...A ...A } } } fragment A on Contact { deals(first: 2) { nodes { id } } }": 1 + 1,
    "query($n: Int = 40) { contacts(first: $n) { nodes { deals(first: $n) { nodes { id } } } } }": 1 + 16,
    f'mutation {{ deleteContact(id: "{ADA}") {{ id }} }}': 1,
    f'mutation {{ moveDeal(id: "{FLEET}", input: {{stageId: "x"}}) {{ deal {{ notes {{ nodes {{ id }} }} }} }} }}': 1
    + 1,
}


@pytest.mark.parametrize(("document", "points"), [*COSTS.items(), *((text, int(cost)) for text, cost in EXAMPLES)])
async def test_a_document_costs_what_the_formula_says(world: World, document: str, points: int) -> None:
    plan = (await world.ask("admin", "POST", "/graphql/plan", {"query": document})).json()
    assert plan["points"] == points
    assert max(1, sum(each["points"] for each in plan["steps"])) == points


def test_the_page_of_limits_says_what_the_code_does() -> None:
    told = {int(each.replace(",", "")) for each in re.findall(r"\| ([\d,]+) \|", LIMITS.read_text(encoding="utf-8"))}
    kept = {value for name, value in vars(limits).items() if name.startswith("MAX_")}
    assert kept <= told


@pytest.mark.parametrize(
    ("document", "requested", "actual"),
    [
        ("{ contacts(first: 30) { nodes { id } } }", 1, 1),
        # 30 contacts reckoned with 100 pages of 25; their 18 deals are one page.
        ("{ contacts(first: 100) { nodes { deals { nodes { id } } } } }", 26, 2),
        # Nothing was found, so nothing was followed.
        ('{ contacts(first: 100, searchText: "nobody") { nodes { deals { nodes { id } } company { id } } } }', 27, 1),
        ("{ contacts(first: 100) { nodes { deals(first: 1) { totalCount } } } }", 12, 3),
        ('{ contact(id: "con_000000000000000000000999") { deals { nodes { id } } } }', 2, 1),
        ("{ __schema { queryType { name } } }", 1, 1),
    ],
)
async def test_what_was_not_used_goes_back(world: World, document: str, requested: int, actual: int) -> None:
    async with street(world.database, world.tokens, rate_limit=Rate(1_000, 60)) as made:
        response = await made.graphql("admin", document)
        cost = response.json()["extensions"]["cost"]
        assert (cost["requested"], cost["actual"], cost["limit"]) == (requested, actual, 1_000)
        assert cost["remaining"] == 1_000 - actual
        assert response.headers["x-ratelimit-remaining"] == str(1_000 - actual)
        assert response.headers["x-ratelimit-reset"] == str(cost["reset"])


async def test_both_apis_spend_from_one_bucket(world: World) -> None:
    async with street(world.database, world.tokens, rate_limit=Rate(5, 60)) as made:
        await made.ask("admin", "GET", "/v1/me")
        spent = await made.graphql("admin", "{ a: me { role } b: me { role } }")
        assert spent.json()["extensions"]["cost"]["remaining"] == 2
        late = await made.graphql("admin", "{ a: me { role } b: me { role } c: me { role } }")
        assert late.status_code == 429
        assert late.json()["type"].endswith("/rate-limited")
        assert late.headers["x-ratelimit-remaining"] == "1"
        assert (await made.ask("admin", "GET", "/v1/me")).headers["x-ratelimit-remaining"] == "0"
        assert (await made.ask("viewer", "GET", "/v1/me")).headers["x-ratelimit-remaining"] == "4"


async def test_many_at_once_never_spend_more_than_there_is(world: World) -> None:
    """Each is reckoned at 4 points and spends 4: of 100 there are 25 that run, however they interleave."""
    document = "{ a: me { role } b: me { role } c: me { role } d: me { role } }"
    async with street(world.database, world.tokens, rate_limit=Rate(100, 60)) as made:
        answers = await asyncio.gather(*(made.graphql("admin", document) for _ in range(40)))
        ran = [each for each in answers if each.status_code == 200]
        refused = [each for each in answers if each.status_code == 429]
        last = await made.ask("viewer", "GET", "/v1/me")
    assert len(ran) + len(refused) == 40
    assert 4 * len(ran) + len(refused) <= 100 + len(refused)
    assert len(ran) <= 25
    assert last.headers["x-ratelimit-remaining"] == "99"


@pytest.mark.parametrize("executor", ["compiled", "reference"])
async def test_above_the_most_nothing_runs_and_the_costliest_fields_are_named(world: World, executor: str) -> None:
    document = (
        "{ me { role } contacts(first: 100) { nodes { company { id } deals { nodes { notes { nodes { id } } } } } } }"
    )
    async with street(world.database, world.tokens, executor=executor, rate_limit=Rate(1_000, 60)) as made:
        response = await made.graphql("admin", document)
    error: dict[str, Any] = response.json()["errors"][0]
    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"
    assert error["message"] == (
        "The document costs 653 points; 200 are allowed. The costliest fields:"
        " `contacts.nodes.deals.nodes.notes` (625), `contacts.nodes.deals` (25), `me` (1)."
    )
    assert "data" not in response.json()
    assert response.headers["x-ratelimit-remaining"] == "999"


async def test_the_most_is_never_more_than_the_bucket(world: World) -> None:
    async with street(world.database, world.tokens, rate_limit=Rate(3, 60)) as made:
        told = (await made.graphql("admin", "{ a: me { role } b: me { role } c: me { role } d: me { role } }")).json()
    assert "costs 4 points; 3 are allowed" in told["errors"][0]["message"]
