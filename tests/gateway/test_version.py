"""Every request of /v1 names a date, and hears which contract that is."""

from datetime import date

import pytest

from crm.contracts import CONTRACTS, resolve
from tests.fixtures.world import World


@pytest.mark.parametrize(
    ("asked", "resolved"),
    [
        ("2026-06-01", "2026-06-01"),
        ("2026-10-31", "2026-06-01"),
        ("2026-11-01", "2026-11-01"),
        ("2026-12-02", "2026-11-01"),
    ],
)
async def test_a_date_resolves_to_the_newest_contract_not_after_it(world: World, asked: str, resolved: str) -> None:
    response = await world.ask("rep", "GET", "/v1/me", version=asked)
    assert (response.status_code, response.headers["version"]) == (200, resolved)


@pytest.mark.parametrize(
    "asked",
    [
        *("", "2026", "2026-5-1", "2026-06-1", "2026-02-30", "2026-13-01", "20260601", "2026-W23-1", "01-06-2026"),
        *("2026-05-31", "2026-12-03", "9999-12-31", "0000-00-00", "2026-06-01T00:00:00Z", "latest", " ", "2026-06-01,"),
    ],
)
async def test_anything_else_is_400(world: World, asked: str) -> None:
    response = await world.ask("rep", "GET", "/v1/me", version=asked)
    assert response.status_code == 400
    assert response.json()["type"].endswith("/bad-request")
    assert "Version" in response.json()["detail"]
    assert "version" not in response.headers


async def test_a_date_in_other_digits_is_400(world: World) -> None:
    raw = [(b"version", "٢٠٢٦-٠٦-٠١".encode()), (b"authorization", f"Bearer {world.tokens['rep']}".encode())]
    assert (await world.http.get("/v1/me", headers=raw)).status_code == 400


@pytest.mark.parametrize("versions", [[], ["2026-06-01", "2026-06-01"]])
async def test_none_and_two_are_400(world: World, versions: list[str]) -> None:
    headers = [("Version", each) for each in versions] + [("Authorization", f"Bearer {world.tokens['rep']}")]
    assert (await world.http.get("/v1/me", headers=headers)).status_code == 400


async def test_a_problem_tells_its_contract_too(world: World) -> None:
    response = await world.ask("rep", "GET", "/v1/contacts/x", version="2026-07-01")
    assert (response.status_code, response.headers["version"]) == (404, "2026-06-01")


async def test_graphql_may_leave_it_out(world: World) -> None:
    newest = await world.ask("rep", "POST", "/graphql", {"query": "{ __typename }"}, version=None)
    assert (newest.status_code, newest.headers["version"]) == (200, CONTRACTS[-1].name)
    wrong = await world.ask("rep", "POST", "/graphql", {"query": "{ __typename }"}, version="soon")
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "application/problem+json")


async def test_versions_are_listed_newest_first_without_a_token(world: World) -> None:
    response = await world.ask(None, "GET", "/v1/versions", version=None)
    assert response.status_code == 200
    listed = response.json()
    assert [each["version"] for each in listed["data"]] == [each.name for each in reversed(CONTRACTS)]
    assert listed["data"][-1] == {"version": "2026-06-01", "changes": []}
    assert "Idempotency-Key" in listed["data"][0]["changes"][0]
    assert listed["meta"] == {"cursor": {"next": None, "has_more": False}, "total": len(CONTRACTS)}


def test_tomorrow_is_legal_because_somewhere_it_has_begun() -> None:
    assert resolve("2026-11-02", date(2026, 11, 1)).name == "2026-11-01"
    with pytest.raises(ValueError, match="tomorrow"):
        resolve("2026-11-03", date(2026, 11, 1))
