"""Documents by their hash: automatic persisted queries, and trusted documents as an installation keeps them."""

import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway.settings import BadSettings, Settings
from gateway.trusted_documents import trusted_documents
from tests.fixtures.world import World, street

ME = "{ me { role } }"
TRUSTED = "query Trusted($first: Int = 1) { contacts(first: $first) { totalCount } }"
UNKNOWN = "0" * 64


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(hash_: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_}}, **more}


@pytest_asyncio.fixture
async def fresh(world: World) -> AsyncIterator[World]:
    """The world behind an application that has seen no document yet."""
    async with street(world.database, world.tokens) as made:
        yield made


async def test_a_document_is_sent_once_and_then_by_its_hash(fresh: World) -> None:
    first = await fresh.ask("admin", "POST", "/graphql", persisted(digest(ME)))
    assert first.status_code == 200
    error = first.json()["errors"][0]
    assert error["message"] == "PersistedQueryNotFound"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert error["extensions"]["problem"]["status"] == 200
    assert "data" not in first.json()
    whole = await fresh.ask("admin", "POST", "/graphql", persisted(digest(ME), query=ME))
    again = await fresh.ask("admin", "POST", "/graphql", persisted(digest(ME)))
    assert whole.json()["data"] == again.json()["data"] == {"me": {"role": "admin"}}


async def test_a_hash_may_come_by_get(fresh: World) -> None:
    await fresh.graphql("admin", ME)
    query = {"extensions": json.dumps(persisted(digest(ME))["extensions"])}
    response = await fresh.ask("admin", "GET", "/graphql", params=query)
    assert response.json()["data"] == {"me": {"role": "admin"}}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (persisted(UNKNOWN, query=ME), "is not the hash of `query`"),
        (persisted(digest(ME).upper()), "64 lower-case hex digits"),
        (persisted("md5"), "64 lower-case hex digits"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": UNKNOWN}}}, "`{version: 1, sha256Hash}`"),
        ({"extensions": {"persistedQuery": "yes"}}, "`{version: 1, sha256Hash}`"),
        ({"documentId": "sha256:1"}, "`documentId` must be"),
        ({"documentId": 7}, "`documentId` must be"),
        ({"documentId": None}, "`query` must be"),
    ],
)
async def test_a_hash_that_is_none_is_told(fresh: World, body: dict[str, Any], says: str) -> None:
    response = await fresh.ask("admin", "POST", "/graphql", body)
    assert response.status_code == 400
    assert says in response.json()["detail"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "contacts.graphql").write_text(TRUSTED)
    (tmp_path / "notes.txt").write_text("not a document")
    return tmp_path


async def by_id(world: World, text: str) -> httpx.Response:
    return await world.ask("admin", "POST", "/graphql", {"documentId": f"sha256:{digest(text)}"})


@pytest.mark.parametrize("mode", ["any", "log", "trusted"])
async def test_a_trusted_document_is_asked_for_by_its_id(world: World, folder: Path, mode: str) -> None:
    async with street(world.database, world.tokens, documents=mode, documents_folder=folder) as made:
        assert (await by_id(made, TRUSTED)).json()["data"] == {"contacts": {"totalCount": 30}}
        assert (await by_id(made, ME)).json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        assert "errors" not in (await made.graphql("admin", TRUSTED, {"first": 3})).json()


async def test_nothing_but_trusted_documents_is_let_in(world: World, folder: Path) -> None:
    async with street(world.database, world.tokens, documents="trusted", documents_folder=folder) as made:
        for body in ({"query": ME}, persisted(digest(ME), query=ME), {"query": f"{TRUSTED} "}):
            answer = (await made.ask("admin", "POST", "/graphql", body)).json()
            assert "data" not in answer
            assert answer["errors"][0]["message"] == "This document is none of those that are let in here."
        plan = await made.ask("admin", "POST", "/graphql/plan", {"query": ME})
        assert "steps" not in plan.json()


async def test_others_are_logged(world: World, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with street(world.database, world.tokens, documents="log", documents_folder=folder) as made:
        assert "errors" not in (await made.graphql("admin", ME)).json()
        await by_id(made, TRUSTED)
    told = [each for each in caplog.records if each.name == "schema.documents"]
    assert [each.__dict__["sha256"] for each in told] == [digest(ME)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{ me { nothing } }", "Cannot query field 'nothing'"),
        ("{ me", "Syntax Error"),
        ("{ me " * 60, "nests 60 braces"),
    ],
)
def test_a_document_that_could_never_run_stops_the_start(folder: Path, text: str, says: str) -> None:
    (folder / "wrong.graphql").write_text(text)
    with pytest.raises(BadSettings, match=r"wrong\.graphql: ") as fault:
        trusted_documents(Settings(documents_folder=folder))
    assert says in str(fault.value)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"documents": "trusted"}, "is needed where GATEWAY_DOCUMENTS is trusted"),
        ({"documents_folder": Path("/nowhere/at/all")}, "is no folder"),
    ],
)
def test_a_folder_that_is_none_stops_the_start(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        trusted_documents(Settings(**settings))
