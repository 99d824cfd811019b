"""Signing keys: made when first needed, kept under the installation's secret, rotated without anyone noticing."""

import asyncio
from datetime import timedelta

from joserfc.jwk import ECKey
from structlog.testing import capture_logs

from crm.storage.database import Database, counting
from crm.storage.oauth import keys as kept
from gateway.oauth.keys import MEMORY_SECONDS, SERVED, SigningKeys, rotated
from tests.gateway.oauth.scene import Time

SECRET = b"a secret of thirty-two characters"


def ring(database: Database, time: Time, secret: bytes = SECRET) -> SigningKeys:
    """The keys as one process has them."""
    return SigningKeys(database, secret, time.clock, time.monotonic)


def heard() -> timedelta:
    return timedelta(seconds=MEMORY_SECONDS)


async def test_the_first_key_is_made_when_one_is_needed_and_only_one(database: Database) -> None:
    keys = ring(database, Time())
    made = await asyncio.gather(*(keys.signing() for _ in range(5)))
    assert len({key_id for key_id, _ in made}) == 1
    [row] = await kept.all_keys(database)
    assert row.id == made[0][0]


async def test_the_private_half_is_encrypted(database: Database) -> None:
    key_id, key = await ring(database, Time()).signing()
    [row] = await kept.all_keys(database)
    assert "d" not in row.public
    assert str(key.as_dict(private=True)["d"]) not in row.private
    assert ECKey.import_key(row.public).thumbprint() == key_id
    assert row.private not in repr(row)


async def test_nothing_private_is_published(database: Database) -> None:
    [told] = await ring(database, Time()).published()
    assert set(told) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


async def test_another_process_signs_with_the_same_key(database: Database) -> None:
    time = Time()
    one, other = ring(database, time), ring(database, time)
    assert (await one.signing())[0] == (await other.signing())[0]


async def test_a_rotation_is_heard_everywhere_and_the_old_key_served_until_its_tokens_expire(
    database: Database,
) -> None:
    time = Time()
    keys = ring(database, time)
    old, _ = await keys.signing()
    new = await rotated(database, SECRET, time.now)
    assert (await keys.signing())[0] == old
    time.passes(heard())
    assert (await keys.signing())[0] == new
    assert await keys.verifying(old) is not None
    time.passes(SERVED - heard() - timedelta(seconds=1))
    assert {each["kid"] for each in await keys.published()} == {old, new}
    time.passes(heard())
    assert await keys.verifying(old) is None
    assert {each["kid"] for each in await keys.published()} == {new}


async def test_a_key_of_another_process_is_looked_for_at_once(database: Database) -> None:
    time = Time()
    keys = ring(database, time)
    await keys.signing()
    new = await rotated(database, SECRET, time.now)
    time.passes(timedelta(seconds=1))
    assert await keys.verifying(new) is not None


async def test_a_forgotten_key_is_out_within_seconds(database: Database) -> None:
    time = Time()
    keys = ring(database, time)
    leaked, _ = await keys.signing()
    await kept.forget(database, leaked)
    time.passes(heard())
    assert await keys.verifying(leaked) is None
    assert (await keys.signing())[0] != leaked


async def test_another_secret_signs_with_a_key_of_its_own(database: Database) -> None:
    """A changed secret must not stop the service, nor make tokens worthless that are good."""
    time = Time()
    old, _ = await ring(database, time).signing()
    with capture_logs() as logs:
        changed = ring(database, time, b"another secret, of as many letters")
        new, _ = await changed.signing()
    assert new != old
    assert await changed.verifying(old) is not None
    assert {each["event"] for each in logs} == {"a signing key was made under another secret"}


async def test_known_keys_cost_no_statement(database: Database) -> None:
    keys = ring(database, Time())
    key_id, _ = await keys.signing()
    async with counting() as statements:
        for _ in range(10):
            assert await keys.verifying(key_id) is not None
    assert statements == []
