"""Every kind of problem has a page that a person can read, and the same as JSON."""

import pytest

from crm.kit.problems import DEFAULT_BASE, KINDS, Kind
from tests.fixtures.world import World


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
async def test_every_kind_has_its_page(world: World, kind: Kind) -> None:
    page = await world.ask(None, "GET", f"/v1/problems/{kind.slug}", version=None)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.headers["vary"] == "Accept"
    assert f"<h1>{kind.title}</h1>" in page.text
    assert "`" not in page.text, "what stood between backticks is code"
    told = await world.ask(None, "GET", f"/v1/problems/{kind.slug}", headers={"Accept": "application/json"})
    assert told.json() == {
        "type": f"{DEFAULT_BASE}/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "code": kind.code,
        "meaning": kind.meaning,
        "remedy": kind.remedy,
    }


async def test_the_page_may_load_nothing_but_its_own_style(world: World) -> None:
    page = await world.ask(None, "GET", "/v1/problems/not-found")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in page.text


async def test_a_problem_leads_to_its_page(world: World) -> None:
    problem = (await world.ask("rep", "GET", "/v1/nowhere")).json()
    slug = problem["type"].removeprefix(f"{DEFAULT_BASE}/")
    assert (await world.ask(None, "GET", f"/v1/problems/{slug}")).status_code == 200
