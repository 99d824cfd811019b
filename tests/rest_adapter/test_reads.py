"""Single records: whole, in part, with their edges, and not at all where the client has them already."""

from typing import Any

import pytest

from crm.companies.model import Company
from crm.contacts.model import Contact
from crm.deals.model import Deal
from crm.kit.fields import fields_of
from crm.pipelines.model import Pipeline
from crm.storage.database import counting
from crm.users.model import User
from tests.fixtures.statements import own
from tests.fixtures.world import ADA, ADMIN, CYD, FLEET, HIDDEN, NORTHWIND, OPEN_END, PROPOSAL, REP, SALES, World

CONTACT = f"/v1/contacts/{ADA}"


async def read(world: World, path: str, who: str = "admin", **options: Any) -> Any:
    response = await world.ask(who, "GET", path, **options)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize(
    ("path", "record"),
    [
        (CONTACT, Contact),
        (f"/v1/companies/{NORTHWIND}", Company),
        (f"/v1/deals/{FLEET}", Deal),
        (f"/v1/pipelines/{SALES}", Pipeline),
        (f"/v1/users/{REP}", User),
    ],
)
async def test_a_record_shows_every_field_in_order_and_nothing_else(world: World, path: str, record: Any) -> None:
    assert list(await read(world, path)) == list(fields_of(record))


async def test_values_have_the_forms_of_the_contract(world: World) -> None:
    ada = await read(world, CONTACT)
    assert ada["created_at"] == "2026-06-17T20:30:00Z"
    assert ada["date_of_birth"] == "1990-12-10"
    assert ada["tags"] == ["VIP", "Press"]
    assert ada["phone"] is None
    assert ada["custom_fields"] == {"tier": "Gold", "score": 4.5, "active": True, "since": "2024-02-29"}
    assert ada["address"]["line2"] is None
    fleet = await read(world, f"/v1/deals/{FLEET}")
    assert (fleet["value"], fleet["expected_close_date"]) == (18500.5, "2026-09-30")
    assert (await read(world, f"/v1/deals/{HIDDEN}"))["value"] == 10**13
    assert (await read(world, f"/v1/deals/{OPEN_END}"))["value"] == 0.01


async def test_me_is_the_caller(world: World) -> None:
    me = await read(world, "/v1/me", who="rep")
    assert (me["user"]["id"], me["business"]["name"], me["role"]) == (REP, "Test", "rep")
    assert me["permissions"]["company"] == {"read": "all", "write": "own", "delete": "own"}
    assert me["limits"]["window_seconds"] == 60
    assert (await read(world, "/v1/me", who="scopeless"))["scopes"] == []


async def test_custom_fields_are_listed_for_any_token(world: World) -> None:
    listed = await read(world, "/v1/custom_fields", who="scopeless")
    assert listed["meta"] == {"cursor": {"next": None, "has_more": False}, "total": 5}
    assert {"resource": "contact", "slug": "tier", "type": "string", "label": "Customer tier"} in listed["data"]


async def test_fields_restrict_and_the_id_always_comes(world: World) -> None:
    assert await read(world, f"{CONTACT}?fields=email,first_name") == {
        "id": ADA,
        "first_name": "Ada",
        "email": "ada@example.com",
    }
    assert await read(world, f"{CONTACT}?fields=") == {"id": ADA}


async def test_an_included_record_is_whole_whatever_the_fields(world: World) -> None:
    found = await read(world, f"{CONTACT}?fields=first_name&include=company,owner")
    assert list(found) == ["id", "first_name", "company", "owner"]
    assert found["company"] == await read(world, f"/v1/companies/{NORTHWIND}")
    assert found["owner"] == await read(world, f"/v1/users/{REP}")


async def test_every_to_one_edge_of_a_deal_can_come_along(world: World) -> None:
    deal = await read(world, f"/v1/deals/{FLEET}?include=contact,company,pipeline,stage,owner")
    assert deal["contact"]["id"] == ADA
    assert deal["company"]["id"] == NORTHWIND
    assert deal["pipeline"] == await read(world, f"/v1/pipelines/{SALES}")
    assert deal["stage"] == next(each for each in deal["pipeline"]["stages"] if each["id"] == PROPOSAL)
    assert deal["owner"]["id"] == REP


async def test_an_edge_that_leads_nowhere_or_to_what_is_invisible_is_null_and_the_id_stays(world: World) -> None:
    hidden = await read(world, f"/v1/deals/{HIDDEN}?include=contact", who="rep")
    assert (hidden["contact_id"], hidden["contact"]) == (CYD, None)
    bare = await read(world, f"/v1/deals/{OPEN_END}?include=contact,company,owner")
    assert (bare["contact"], bare["company"], bare["owner"]) == (None, None, None)


async def test_an_included_edge_needs_its_scope(world: World) -> None:
    refused = await world.ask("contacts_only", "GET", f"{CONTACT}?include=company,owner")
    assert refused.status_code == 403
    assert 'scope="company.read"' in refused.headers["www-authenticate"]
    assert "owner" in await read(world, f"{CONTACT}?include=owner", who="contacts_only"), "users need no scope"


async def test_what_is_refused_is_refused_before_anything_is_read(world: World) -> None:
    await world.ask("contacts_only", "GET", CONTACT)
    async with counting() as statements:
        assert (await world.ask("contacts_only", "GET", f"{CONTACT}?include=company")).status_code == 403
    assert own(statements) == []


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("include=deals", ["include[0]"]),
        ("include=company,,owner", ["include[1]"]),
        ("fields=password,name,_revision", ["fields[0]", "fields[2]"]),
        ("limit=5", ["limit"]),
        ("include=company&include=owner", ["include"]),
        ("a=1&b=2&include=nobody&fields=x", ["a", "b", "fields[0]", "include[0]"]),
    ],
)
async def test_every_bad_parameter_is_named(world: World, query: str, fields: list[str]) -> None:
    refused = await world.ask("admin", "GET", f"{CONTACT}?{query}")
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == fields


async def test_parameters_are_for_get_alone(world: World) -> None:
    refused = await world.ask("admin", "POST", "/v1/contacts/search?limit=5", {"limit": 500})
    assert [each["field"] for each in refused.json()["errors"]] == ["limit", "limit"]


@pytest.mark.parametrize("query", ["fields=%ff", "&".join(f"a{n}=1" for n in range(60))])
async def test_a_query_that_is_no_text_is_400(world: World, query: str) -> None:
    assert (await world.ask("admin", "GET", f"{CONTACT}?{query}")).status_code == 400


async def test_a_client_that_has_the_record_is_not_sent_it_again(world: World) -> None:
    first = await world.ask("rep", "GET", CONTACT)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization, Version"
    for method in ("GET", "HEAD"):
        again = await world.ask("rep", method, CONTACT, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert "content-type" not in again.headers
        assert "x-ratelimit-remaining" in again.headers
    changed = await world.ask("rep", "GET", CONTACT, headers={"If-None-Match": '"other"'})
    assert changed.status_code == 200


async def test_what_carries_other_records_is_always_sent(world: World) -> None:
    headers = {"If-None-Match": "*"}
    included = await world.ask("rep", "GET", f"{CONTACT}?include=company", headers=headers)
    assert (included.status_code, included.headers["cache-control"]) == (200, "no-store")
    assert included.headers["etag"] == (await world.ask("rep", "GET", CONTACT)).headers["etag"]


@pytest.mark.parametrize("path", [CONTACT, "/v1/me", "/v1/pipelines", f"{CONTACT}?include=owner"])
async def test_head_is_get_without_the_body(world: World, path: str) -> None:
    whole, head = await world.ask("admin", "GET", path), await world.ask("admin", "HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    fleeting = {"x-trace-id", "ratelimit", "x-ratelimit-remaining", "x-ratelimit-reset"}
    assert {name: value for name, value in head.headers.items() if name not in fleeting} == {
        name: value for name, value in whole.headers.items() if name not in fleeting
    }


async def test_nobody_reads_across_tenants(world: World) -> None:
    for path in (CONTACT, f"/v1/companies/{NORTHWIND}", f"/v1/deals/{FLEET}", f"/v1/users/{ADMIN}"):
        assert (await world.ask("stranger", "GET", path)).status_code == 404
