"""The text of a token tells whose it is and whether it was mistyped; its row tells everything else but the text."""

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.kit import ids
from crm.resources import BUSINESS
from crm.storage import tokens
from crm.storage.database import Database
from crm.storage.opaque import Credential, hashed
from tests.fixtures.tenants import NOW, tenant

BASE62 = string.digits + string.ascii_letters


@given(st.integers(0, 2**96 - 1))
def test_a_token_names_its_tenant(number: int) -> None:
    business_id = f"biz_{number:024x}"
    text = tokens.new(business_id)
    assert len(text) == len("pct_") + 17 + 32 + 6
    assert tokens.parse(text) == Credential(business_id, hashed(text))


@given(st.data())
def test_one_wrong_character_is_noticed(data: st.DataObject) -> None:
    text = tokens.new(ids.new(BUSINESS))
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(BASE62).filter(lambda each: each != text[at]))
    assert tokens.parse(text[:at] + other + text[at + 1 :]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pct_",
        "Bearer x",
        "pct_" + "0" * 54,
        "pct_" + "z" * 55,
        "pct_" + "é" * 55,
        "x" * 10_000,
        "pct_\n" + "0" * 54,
    ],
)
def test_what_is_no_token_is_none(text: str) -> None:
    assert tokens.parse(text) is None


def test_no_two_tokens_are_alike() -> None:
    business_id = ids.new(BUSINESS)
    assert len({tokens.new(business_id) for _ in range(1_000)}) == 1_000


async def test_only_the_hash_is_kept(database: Database) -> None:
    home = await tenant(database)
    user_id = await home.user("ada", "admin")
    text = await home.token(user_id, "contact.read")
    [row] = await tokens.listed(database, home.business_id)
    assert text not in str(row)
    assert hashed(text) not in str(row)
    assert (row["user_id"], row["scopes"], row["created_at"]) == (user_id, ["contact.read"], NOW)
    assert (row["expires_at"], row["last_used_at"], row["revoked_at"]) == (None, None, None)


async def test_a_token_is_revoked_once_and_by_its_own_tenant(database: Database) -> None:
    home, other = await tenant(database), await tenant(database, "Other")
    await home.token(await home.user("ada", "admin"), "contact.read")
    [row] = await tokens.listed(database, home.business_id)
    assert not await tokens.revoke(database, other.business_id, row["id"], NOW)
    assert await tokens.revoke(database, home.business_id, row["id"], NOW)
    assert not await tokens.revoke(database, home.business_id, row["id"], NOW)
    [row] = await tokens.listed(database, home.business_id)
    assert row["revoked_at"] == NOW


async def test_use_is_noted_at_most_once_a_minute(database: Database) -> None:
    home = await tenant(database)
    await home.token(await home.user("ada", "admin"), "contact.read")

    async def noted(seconds: float) -> float:
        [row] = await tokens.listed(database, home.business_id)
        await tokens.used(database, home.business_id, row["id"], NOW + timedelta(seconds=seconds))
        [row] = await tokens.listed(database, home.business_id)
        since: timedelta = row["last_used_at"] - NOW
        return since.total_seconds()

    assert [await noted(at) for at in (0, 0.5, 30, 59, 61, 100, 130)] == [0, 0, 0, 0, 61, 61, 130]
