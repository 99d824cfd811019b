"""Writes over /v1: statuses, headers, conditions and keys, as HTTP has them."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.fixtures.world import ADA, BOB, CYD, FLEET, HIDDEN, NORTHWIND, REP, SALES, WON, World, seeded

ONE: dict[str, Any] = {"email": "new@example.com"}


@pytest_asyncio.fixture(scope="module")
async def world(new_database: Callable[[], str]) -> AsyncIterator[World]:
    """A world of this module's own."""
    async with seeded(new_database()) as made:
        yield made


async def create(world: World, body: Any = None, who: str = "admin", **headers: str) -> httpx.Response:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return await world.ask(who, "POST", "/v1/contacts", ONE if body is None else body, headers=given)


async def fresh(world: World) -> tuple[str, str]:
    """The path and the version of a new contact."""
    made = await create(world)
    return made.headers["location"], made.headers["etag"]


async def test_a_create_is_201_and_says_where_the_record_is(world: World) -> None:
    made = await create(world)
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/contacts/{made.json()['id']}"
    assert made.headers["cache-control"] == "no-store"
    read = await world.ask("admin", "GET", made.headers["location"])
    assert (read.json(), read.headers["etag"]) == (made.json(), made.headers["etag"])


async def test_a_write_may_return_what_its_writer_may_not_read(world: World) -> None:
    made = await create(world, who="writer")
    assert made.status_code == 201
    assert (await world.ask("writer", "GET", made.headers["location"])).status_code == 403
    given_away = await create(world, {**ONE, "owner_id": None}, who="rep")
    assert (given_away.status_code, given_away.json()["owner_id"]) == (201, None)
    assert (await world.ask("rep", "GET", given_away.headers["location"])).status_code == 404


async def test_patch_tells_omitted_null_and_a_value_apart(world: World) -> None:
    first = {**ONE, "job_title": "CTO", "tags": ["a", "b"], "address": {"city": "Bern", "line1": "1"}, "source": "web"}
    made = await create(world, {**first, "custom_fields": {"tier": "Gold", "score": 1}})
    patch = {
        "job_title": None,
        "tags": ["c"],
        "address": {"city": None},
        "custom_fields": {"tier": None},
        "source": " ",
    }
    changed = (await world.ask("admin", "PATCH", made.headers["location"], patch)).json()
    kept = {name: value for name, value in made.json().items() if name not in patch}
    assert {name: changed[name] for name in kept} == kept
    assert (changed["job_title"], changed["source"], changed["tags"]) == (None, None, ["c"])
    assert changed["address"] == {**dict.fromkeys(made.json()["address"]), "line1": "1"}
    assert changed["custom_fields"] == {"score": 1}
    emptied = (await world.ask("admin", "PATCH", made.headers["location"], {"address": {"line1": ""}})).json()
    assert emptied["address"] is None


async def test_what_changes_nothing_is_no_new_version(world: World) -> None:
    made = await create(world, {**ONE, "tags": ["A"], "custom_fields": {"score": 4}})
    same = {"email": "NEW@EXAMPLE.COM".lower(), "tags": ["A"], "custom_fields": {"score": 4.0}, "job_title": None}
    for body in ({}, same):
        again = await world.ask("admin", "PATCH", made.headers["location"], body)
        assert (again.json(), again.headers["etag"]) == (made.json(), made.headers["etag"])


async def test_deleting_is_204_then_404_and_gone_from_everywhere(world: World) -> None:
    path, _ = await fresh(world)
    gone = await world.ask("admin", "DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert "content-type" not in gone.headers
    for method, body in (("DELETE", None), ("GET", None), ("PATCH", {"source": "x"})):
        assert (await world.ask("admin", method, path, body)).status_code == 404
    filters = [{"field": "id", "operator": "eq", "value": path.rpartition("/")[2]}]
    assert (await world.ask("admin", "POST", "/v1/contacts/search", {"filters": filters})).json()["data"] == []


async def test_what_hung_on_a_deleted_record_is_let_go_and_is_a_new_version(world: World) -> None:
    before = await world.ask("admin", "GET", f"/v1/deals/{HIDDEN}")
    assert before.json()["contact_id"] == CYD
    await world.ask("admin", "DELETE", f"/v1/contacts/{CYD}")
    after = await world.ask("admin", "GET", f"/v1/deals/{HIDDEN}")
    assert after.json()["contact_id"] is None
    assert after.headers["etag"] != before.headers["etag"]


async def test_an_action_needs_no_body(world: World) -> None:
    task = (await world.ask("admin", "POST", "/v1/tasks", {"title": "Call"})).json()
    for action, done in (("complete", True), ("complete", True), ("reopen", False)):
        answer = await world.ask("admin", "POST", f"/v1/tasks/{task['id']}/{action}")
        assert (answer.status_code, answer.json()["completed"]) == (200, done)
        as_object = await world.ask("admin", "POST", f"/v1/tasks/{task['id']}/{action}", {})
        assert as_object.headers["etag"] == answer.headers["etag"]
    refused = await world.ask("admin", "POST", f"/v1/tasks/{task['id']}/complete", {"completed": False})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "completed")
    bodiless = await world.ask("admin", "POST", f"/v1/deals/{FLEET}/stage")
    assert (bodiless.status_code, bodiless.json()["errors"][0]["code"]) == (422, "required")


async def test_tags_answer_with_all_tags_and_the_contacts_version(world: World) -> None:
    path, version = await fresh(world)
    added = await world.ask("admin", "POST", f"{path}/tags", {"tags": ["VIP", "vip", " press "]})
    assert (added.status_code, added.json()) == (200, {"tags": ["VIP", "press"]})
    assert added.headers["etag"] != version
    assert (await world.ask("admin", "GET", f"{path}/tags")).json() == added.json()
    assert (await world.ask("admin", "GET", path)).headers["etag"] == added.headers["etag"]
    fewer = await world.ask("admin", "DELETE", f"{path}/tags", {"tags": ["Vip"]})
    assert (fewer.status_code, fewer.json()) == (200, {"tags": ["press"]})


@pytest.mark.parametrize(
    ("said", "lets"),
    [
        ("{}", True),
        ('"0", {}', True),
        ('"0",{},"7"', True),
        ("*", True),
        (" * ", True),
        ('"0"', False),
        ("W/{}", False),
        ("1", False),
        ("", False),
        (",", False),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "POST", "DELETE"])
async def test_if_match_lets_the_version_it_names_through(world: World, method: str, said: str, lets: bool) -> None:
    path, version = await fresh(world)
    target, body = {
        "PATCH": (path, {"source": "x"}),
        "POST": (f"{path}/tags", {"tags": ["x"]}),
        "DELETE": (path, None),
    }[method]
    answer = await world.ask("admin", method, target, body, headers={"If-Match": said.format(version)})
    assert answer.status_code == ((204 if method == "DELETE" else 200) if lets else 412), answer.text
    still = await world.ask("admin", "GET", path)
    assert still.status_code == (404 if lets and method == "DELETE" else 200)
    if not lets:
        assert still.headers["etag"] == version


async def test_if_match_may_come_in_several_lines(world: World) -> None:
    path, version = await fresh(world)
    lines = [("If-Match", '"0"'), ("If-Match", version)]
    common = [("Authorization", f"Bearer {world.tokens['admin']}"), ("Version", "2026-06-01")]
    answer = await world.http.patch(path, json={"source": "x"}, headers=[*common, *lines])
    assert answer.status_code == 200
    stale = await world.http.patch(path, json={"source": "y"}, headers=[*common, *lines])
    assert stale.status_code == 412
    unchanged = [("If-None-Match", '"0"'), ("If-None-Match", answer.headers["etag"])]
    assert (await world.http.get(path, headers=[*common, *unchanged])).status_code == 304


@pytest.mark.parametrize("path", [f"/v1/deals/{FLEET}/stage", f"/v1/deals/{FLEET}/status"])
async def test_if_match_holds_for_actions(world: World, path: str) -> None:
    body = {"stage_id": WON} if path.endswith("stage") else {"status": "lost"}
    deal = await world.ask("admin", "GET", f"/v1/deals/{FLEET}")
    assert (await world.ask("admin", "POST", path, body, headers={"If-Match": '"99"'})).status_code == 412
    assert (await world.ask("admin", "GET", f"/v1/deals/{FLEET}")).json() == deal.json()
    done = await world.ask("admin", "POST", path, body, headers={"If-Match": deal.headers["etag"]})
    assert (done.status_code, done.headers["etag"] != deal.headers["etag"]) == (200, True)


async def test_a_record_that_is_not_there_is_404_whatever_if_match_says(world: World) -> None:
    for said in ("*", '"1"'):
        absent = await world.ask("admin", "DELETE", "/v1/contacts/con_" + "f" * 24, headers={"If-Match": said})
        assert absent.status_code == 404


async def test_a_replay_is_the_first_answer_again(world: World) -> None:
    made = await create(world, Idempotency_Key="again")
    assert "idempotent-replayed" not in made.headers
    again = await create(world, Idempotency_Key="again")
    assert (again.status_code, again.content) == (201, made.content)
    assert again.headers["idempotent-replayed"] == "true"
    for name in ("location", "etag"):
        assert again.headers[name] == made.headers[name]
    await world.ask("admin", "PATCH", made.headers["location"], {"source": "later"})
    assert (await create(world, Idempotency_Key="again")).content == made.content


async def test_an_upsert_is_replayed_with_what_it_said(world: World) -> None:
    asked = {"email": "upserted@example.com"}
    headers = {"Idempotency-Key": "upsert"}
    made = await world.ask("admin", "POST", "/v1/contacts/upsert", asked, headers=headers)
    again = await world.ask("admin", "POST", "/v1/contacts/upsert", asked, headers=headers)
    assert (made.status_code, made.json()["status"]) == (200, "created")
    assert (again.content, again.headers["idempotent-replayed"]) == (made.content, "true")
    updated = await world.ask("admin", "POST", "/v1/contacts/upsert", asked)
    assert (updated.json()["status"], updated.headers["etag"]) == ("updated", made.headers["etag"])


async def test_a_replay_under_the_other_spelling_of_numbers_and_text_is_the_same_input(world: World) -> None:
    """The fingerprint is of what was understood: the order of members, case and blanks do not matter."""
    one = {"email": "Same@Example.COM ", "custom_fields": {"score": 4, "tier": "a"}, "tags": ["x", "X"]}
    other = {"custom_fields": {"tier": "a", "score": 4.0}, "tags": [" x "], "email": "Same@example.com"}
    made = await create(world, one, Idempotency_Key="spelling")
    again = await create(world, other, Idempotency_Key="spelling")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert again.json() == made.json()


@pytest.mark.parametrize("spelled", ['"spelled"', " spelled ", "spelled"])
async def test_a_quoted_key_is_the_bare_one(world: World, spelled: str) -> None:
    made = await create(world, Idempotency_Key="spelled")
    again = await create(world, Idempotency_Key=spelled)
    assert (again.status_code, again.json()["id"]) == (201, made.json()["id"])
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("key", ["", "x" * 256, '""', f'"{"x" * 256}"'])
async def test_a_key_of_no_length_or_too_much_is_400(world: World, key: str) -> None:
    refused = await create(world, Idempotency_Key=key)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (400, "bad-request")
    assert (await create(world, Idempotency_Key=key[:-1] if len(key) == 256 else "k")).status_code == 201


async def test_a_key_comes_in_one_header(world: World) -> None:
    common = [("Authorization", f"Bearer {world.tokens['admin']}"), ("Version", "2026-06-01")]
    lines = [*common, ("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    document = {"query": 'mutation { createContact(input: {email: "a@example.com"}) { contact { id } } }'}
    for path, body in (("/v1/contacts", ONE), ("/graphql", document)):
        refused = await world.http.post(path, json=body, headers=lines)
        assert (refused.status_code, refused.json()["detail"]) == (400, "Send one `Idempotency-Key` header.")


async def test_a_key_may_hold_any_character(world: World) -> None:
    key = "Schlüssel 鍵"
    raw = [(b"Idempotency-Key", key.encode()), (b"Version", b"2026-06-01")]
    token = (b"Authorization", f"Bearer {world.tokens['admin']}".encode())
    made = await world.http.post("/v1/contacts", json=ONE, headers=[token, *raw])
    again = await world.graphql(
        "admin",
        "mutation($key: String!, $input: CreateContactInput!) "
        "{ createContact(input: $input, idempotencyKey: $key) { contact { id } } }",
        {"key": key, "input": ONE},
    )
    assert again.json()["data"]["createContact"]["contact"]["id"] == made.json()["id"]
    odd = [token, (b"Version", b"2026-06-01"), (b"Idempotency-Key", b"\xff\xfe")]
    assert (await world.http.post("/v1/contacts", json=ONE, headers=odd)).status_code == 201


async def test_a_key_means_nothing_where_nothing_is_created(world: World) -> None:
    path, _ = await fresh(world)
    for _ in range(2):
        changed = await world.ask("admin", "PATCH", path, {"source": "x"}, headers={"Idempotency-Key": "x" * 256})
        assert (changed.status_code, "idempotent-replayed" in changed.headers) == (200, False)


async def test_the_same_key_of_another_operation_is_another_key(world: World) -> None:
    contact = await create(world, Idempotency_Key="both")
    headers = {"Idempotency-Key": "both"}
    company = await world.ask("admin", "POST", "/v1/companies", {"name": "x"}, headers=headers)
    upserted = await world.ask("admin", "POST", "/v1/contacts/upsert", ONE, headers=headers)
    assert {each.headers.get("idempotent-replayed") for each in (contact, company, upserted)} == {None}


@pytest.mark.parametrize("wrong", [{"first_name": "Nobody"}, {"email": "x"}, {"email": "a@x.co", "company_id": ADA}])
async def test_a_refused_key_may_be_used_again(world: World, wrong: dict[str, Any]) -> None:
    key = f"again {sorted(wrong)}"
    assert (await create(world, wrong, Idempotency_Key=key)).status_code == 422
    made = await create(world, Idempotency_Key=key)
    assert (made.status_code, "idempotent-replayed" in made.headers) == (201, False)


async def test_a_rep_may_change_its_own_and_sees_no_others(world: World) -> None:
    assert (await world.ask("rep", "PATCH", f"/v1/contacts/{BOB}", {"source": "x"})).status_code == 200
    for method, body in (("PATCH", {"source": "x"}), ("DELETE", None)):
        assert (await world.ask("outsider", method, f"/v1/contacts/{BOB}", body)).status_code == 404
    # Companies are everyone's to read, and their owner's to write.
    refused = await world.ask("rep", "PATCH", f"/v1/companies/{NORTHWIND}", {"industry": "x"})
    assert refused.status_code == 403
    assert "`company.write`" in refused.json()["detail"]


async def test_a_deal_begins_and_ends_as_its_stages_say(world: World) -> None:
    deal = (await world.ask("rep", "POST", "/v1/deals", {"name": "New", "pipeline_id": SALES})).json()
    assert (deal["status"], deal["probability"], deal["owner_id"], deal["currency"]) == ("open", 10, REP, "USD")
    path = f"/v1/deals/{deal['id']}"
    won = (await world.ask("rep", "POST", f"{path}/stage", {"stage_id": WON})).json()
    assert (won["status"], won["probability"], won["closed_at"] is not None) == ("won", 100, True)
    lost = (await world.ask("rep", "POST", f"{path}/status", {"status": "lost", "lost_reason": "Price"})).json()
    assert (lost["status"], lost["stage_id"], lost["lost_reason"], lost["probability"]) == ("lost", WON, "Price", 0)
    same = (await world.ask("rep", "POST", f"{path}/stage", {"stage_id": WON})).json()
    assert same == lost
    for state in ({"stage_id": WON}, {"pipeline_id": SALES}, {"status": "won"}, {"probability": 5}):
        assert (await world.ask("rep", "PATCH", path, state)).json()["errors"][0]["code"] == "read_only"
