"""A token becomes the principal it stands for, or nobody; changes take effect within a second."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from crm import authentication
from crm.access.roles import ADMIN, REP
from crm.authentication import Authentication
from crm.storage import tokens
from crm.storage.database import Database, counting
from crm.users import repository as users
from tests.fixtures.tenants import NOW, Tenant, tenant


@pytest_asyncio.fixture
async def home(database: Database) -> Tenant:
    return await tenant(database)


@pytest_asyncio.fixture
async def known(database: Database) -> AsyncIterator[Authentication]:
    made = Authentication(database)
    yield made
    await made.settle()


async def test_a_token_is_its_user_with_its_role_scopes_and_team(home: Tenant, known: Authentication) -> None:
    ada = await home.user("ada", "rep", team="North")
    bob = await home.user("bob", "admin", team="NORTH")
    await home.user("eve", "rep", team="South")
    principal = await known.principal_of_token(await home.token(ada, "contact.all", "deal.read"), NOW)
    assert principal is not None
    assert (principal.business_id, principal.user_id, principal.client) == (home.business_id, ada, "pat")
    assert (principal.role.name, principal.role.table()) == ("rep", REP.table())
    assert principal.scopes == {"contact.read", "contact.write", "contact.delete", "deal.read"}
    assert principal.team == {ada, bob}
    [row] = await tokens.listed(home.database, home.business_id)
    assert principal.bucket == row["id"]


async def test_who_has_no_team_is_alone(home: Tenant, known: Authentication) -> None:
    ada, _ = await home.user("ada", "rep"), await home.user("bob", "rep")
    principal = await known.principal_of_token(await home.token(ada), NOW)
    assert principal is not None
    assert principal.team == {ada}


async def test_nobody_stands_behind_what_is_no_token(home: Tenant, known: Authentication) -> None:
    text = await home.token(await home.user("ada", "admin"))
    stranger = await tenant(home.database, "Other")
    for wrong in (
        "",
        "pct_",
        text[:-1],
        text.swapcase(),
        tokens.new(home.business_id),
        tokens.new(stranger.business_id),
    ):
        assert await known.principal_of_token(wrong, NOW) is None


async def test_a_mistyped_token_costs_no_statement(home: Tenant, known: Authentication) -> None:
    text = await home.token(await home.user("ada", "admin"))
    async with counting() as statements:
        assert await known.principal_of_token(f"{text[:-1]}{'a' if text[-1] != 'a' else 'b'}", NOW) is None
    assert statements == []


async def test_many_who_bring_a_token_at_once_are_looked_up_once(home: Tenant, known: Authentication) -> None:
    text = await home.token(await home.user("ada", "admin", team="North"))
    async with counting() as statements:
        found = await asyncio.gather(*(known.principal_of_token(text, NOW) for _ in range(20)))
    assert len(set(map(id, found))) == 1
    assert found[0] is not None
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


async def test_one_who_goes_away_takes_the_look_up_from_nobody(home: Tenant, known: Authentication) -> None:
    text = await home.token(await home.user("ada", "admin"))
    first = asyncio.ensure_future(known.principal_of_token(text, NOW))
    second = asyncio.ensure_future(known.principal_of_token(text, NOW))
    await asyncio.sleep(0)
    first.cancel()
    assert await second is not None
    assert first.cancelled()


async def test_a_known_token_costs_at_most_two_statements_a_second(home: Tenant, known: Authentication) -> None:
    text = await home.token(await home.user("ada", "admin", team="North"))
    async with counting() as statements:
        for _ in range(20):
            assert await known.principal_of_token(text, NOW) is not None
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


async def test_a_token_expires_to_the_second_even_when_remembered(home: Tenant, known: Authentication) -> None:
    end = NOW + timedelta(hours=1)
    text = await home.token(await home.user("ada", "admin"), expires_at=end)
    assert await known.principal_of_token(text, end - timedelta(seconds=1)) is not None
    assert await known.principal_of_token(text, end) is None


async def test_a_revoked_token_and_a_changed_role_take_effect_when_memory_fades(
    home: Tenant, known: Authentication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "MEMORY_SECONDS", 0.05)
    text = await home.token(await home.user("ada", "rep"))
    [ada] = await users.of_email(home.database, "ADA@test.example")
    before = await known.principal_of_token(text, NOW)
    await users.change(home.database, ada, {"role": "admin"}, NOW)
    await asyncio.sleep(0.1)
    after = await known.principal_of_token(text, NOW)
    assert before is not None
    assert after is not None
    assert (before.role.table(), after.role.table()) == (REP.table(), ADMIN.table())
    [row] = await tokens.listed(home.database, home.business_id)
    await tokens.revoke(home.database, home.business_id, row["id"], NOW)
    await asyncio.sleep(0.1)
    assert await known.principal_of_token(text, NOW) is None


async def test_use_is_noted_beside_the_request(home: Tenant, known: Authentication) -> None:
    text = await home.token(await home.user("ada", "admin"))
    await known.principal_of_token(text, NOW)
    await known.settle()
    [row] = await tokens.listed(home.database, home.business_id)
    assert row["last_used_at"] == NOW


async def test_memory_is_bounded(home: Tenant, known: Authentication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "MAX_REMEMBERED", 3)
    ada = await home.user("ada", "admin")
    for _ in range(10):
        assert await known.principal_of_token(await home.token(ada), NOW) is not None
    assert len(known._known) <= 3  # noqa: SLF001  its size is the point
