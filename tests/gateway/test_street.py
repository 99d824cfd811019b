"""What any answer carries, what the log says of it, and what platforms ask of the process."""

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from crm.kit.errors import Unavailable
from gateway import health
from tests.fixtures.world import HOME, REP, World, street

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
EVERYWHERE = [
    ("rep", "GET", "/v1/me", 200),
    (None, "GET", "/v1/me", 401),
    ("rep", "GET", "/v1/nowhere", 404),
    (None, "GET", "/nowhere", 404),
    ("rep", "PUT", "/v1/me", 405),
    (None, "GET", "/healthz", 200),
    (None, "GET", "/readyz", 200),
    (None, "HEAD", "/healthz", 200),
    (None, "GET", "/v1/versions", 200),
    (None, "GET", "/v1/problems/not-found", 200),
    (None, "GET", "/graphql", 200),
    (None, "POST", "/graphql", 401),
    (None, "PUT", "/graphql", 401),
    ("rep", "PUT", "/graphql", 405),
]


@pytest.mark.parametrize(("who", "method", "path", "status"), EVERYWHERE)
async def test_every_answer_has_a_trace_and_keeps_browsers_in_check(
    world: World, who: str | None, method: str, path: str, status: int
) -> None:
    own = await world.ask(who, method, path)
    assert own.status_code == status
    assert re.fullmatch("[0-9a-f]{16}", own.headers["x-trace-id"])
    assert own.headers["x-content-type-options"] == "nosniff"
    assert own.headers["referrer-policy"] == "no-referrer"
    assert "content-security-policy" in own.headers
    assert "strict-transport-security" not in own.headers
    given = await world.ask(who, method, path, headers={"traceparent": TRACEPARENT})
    assert given.headers["x-trace-id"] == "8448eb211c80319c"


@pytest.mark.parametrize(("who", "method", "path", "status"), EVERYWHERE)
async def test_every_request_is_one_line_of_the_log_and_no_secret_is_in_it(
    world: World, who: str | None, method: str, path: str, status: int
) -> None:
    with capture_logs() as logs:
        response = await world.ask(
            who, method, path, headers={"X-Secret": "hunter2"}, params={"access_token": "hunter2"}
        )
    [line] = (each for each in logs if each["event"] != "expired rows forgotten")  # what an installation does by itself
    assert line["event"] == "request"
    assert (line["method"], line["path"], line["status"]) == (method, path, response.status_code)
    assert line["trace_id"] == response.headers["x-trace-id"]
    assert line["ms"] >= 0
    told = str(line)
    assert "hunter2" not in told
    assert not any(token in told for token in world.tokens.values())
    if who is None:
        assert "user_id" not in line
    else:
        assert (line["business_id"], line["user_id"]) == (HOME, REP)
        assert line["token_id"].startswith("pat_")


async def test_a_path_is_logged_as_a_url_spells_it(world: World) -> None:
    with capture_logs() as logs:
        await world.ask(None, "GET", "/a%0A%00%FF" + "b" * 5_000)
    assert logs[0]["path"].startswith("/a%0A%00%EF%BF%BDbbb")
    assert len(logs[0]["path"]) < 1_100


class Gone:
    """A database that does not answer: at once, or ever."""

    def __init__(self, *, silent: bool) -> None:
        self.silent = silent

    async def fetch(self, *_: object) -> list[dict[str, object]]:
        if self.silent:
            await asyncio.Event().wait()
        raise Unavailable


@pytest.mark.parametrize("silent", [False, True])
async def test_a_process_without_its_database_is_alive_but_not_ready(
    world: World, monkeypatch: pytest.MonkeyPatch, *, silent: bool
) -> None:
    monkeypatch.setattr(health, "READY_SECONDS", 0.05)
    async with street(world.database, world.tokens) as own:
        own.app.state.house = replace(own.app.state.house, database=Gone(silent=silent))
        refused = await own.ask(None, "GET", "/readyz")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert (await own.ask(None, "GET", "/healthz")).json() == {"status": "ok"}


async def test_a_token_is_never_taken_from_the_query(world: World) -> None:
    response = await world.ask(None, "GET", f"/v1/me?access_token={world.tokens['rep']}")
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith('Bearer realm="crm-gateway", resource_metadata=')


@pytest.mark.parametrize("token", ["pct_", "x", "pct_" + "0" * 55, "é"])
async def test_a_token_nobody_has_is_told_apart_from_none(world: World, token: str) -> None:
    response = await world.http.get("/v1/me", headers=[(b"authorization", f"bearer {token}".encode())])
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["www-authenticate"]
    assert response.json()["detail"] == "The token is unknown, expired or revoked."


async def test_a_missing_scope_is_named(world: World) -> None:
    response = await world.ask("contacts_only", "POST", "/v1/deals/search", {})
    assert response.status_code == 403
    assert 'error="insufficient_scope", scope="deal.read"' in response.headers["www-authenticate"]
    assert "`deal.read`" in response.json()["detail"]


async def test_the_explorer_is_open_and_brings_its_own_policy(world: World) -> None:
    page = await world.ask(None, "GET", "/graphql", version=None)
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "script-src https://unpkg.com 'sha256-" in policy
    assert "connect-src 'self'" in policy
    asked = await world.ask(None, "GET", "/graphql?query={__typename}", version=None)
    assert asked.status_code == 401


async def test_websockets_are_not_spoken(world: World) -> None:
    sent: list[str] = []

    async def send(message: Any) -> None:
        sent.append(str(message["type"]))

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    for path in ("/v1/me", "/graphql", "/nowhere"):
        scope: dict[str, Any] = {
            "type": "websocket",
            "path": path,
            "headers": [],
            "query_string": b"",
            "subprotocols": [],
        }
        async with asyncio.timeout(1):
            await world.app(scope, receive, send)
    assert sent == ["websocket.close"] * 3
