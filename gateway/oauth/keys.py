"""The keys access tokens are signed with: one signs, and every one that signed within a token's life verifies.

They are kept in the database with their private half encrypted under the installation's secret. Each process knows
them by heart for a few seconds, so that checking a signature reads nothing.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey

from crm.kit.clock import Clock
from crm.storage.database import Database, Sql
from crm.storage.oauth import keys as kept
from crm.storage.oauth.keys import Key
from gateway.logs import logger

ALGORITHM = "ES256"
MEMORY_SECONDS = 5.0
"""How soon a rotation elsewhere is heard of."""

LEAST_SECONDS = 1.0
"""How long an unknown key id is not asked for again."""

SERVED = timedelta(hours=1, minutes=1)
"""How long a retired key still verifies: a token's life, and a little for those who heard of the rotation late."""

_CURVE = "P-256"
_WRAP = {"alg": "dir", "enc": "A256GCM"}

Ticks = Callable[[], float]

log = logger("oauth")


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys as they were read at `read_at`, by the monotonic clock. `signing` is None where there is none to use."""

    signing: tuple[str, ECKey] | None
    verifying: Mapping[str, ECKey]
    read_at: float


class SigningKeys:
    """`secret` is the installation's; `ticks` the monotonic clock that memory fades by."""

    def __init__(self, database: Database, secret: bytes, clock: Clock, ticks: Ticks = time.monotonic) -> None:
        self._database = database
        self._vault = _vault(secret)
        self._clock = clock
        self._ticks = ticks
        self._ring = Ring(None, {}, float("-inf"))
        self._turn = asyncio.Lock()

    async def signing(self) -> tuple[str, ECKey]:
        """The key to sign with and its id; made where there is none that our secret opens."""
        ring = await self._fresh(MEMORY_SECONDS)
        if ring.signing is None:
            async with self._turn:
                ring = await self._read()
                if ring.signing is None:
                    await add(self._database, self._vault, self._clock())
                    ring = await self._read()
        if ring.signing is None:
            raise RuntimeError("a signing key that was just made is not there")
        return ring.signing

    async def verifying(self, key_id: str) -> ECKey | None:
        """The key of that id; None where there is none, or none any more."""
        ring = await self._fresh(MEMORY_SECONDS)
        if key_id not in ring.verifying:
            ring = await self._fresh(LEAST_SECONDS)
        return ring.verifying.get(key_id)

    async def published(self) -> list[dict[str, Any]]:
        """The public halves, as a JWK Set lists them (RFC 7517)."""
        await self.signing()
        ring = await self._fresh(MEMORY_SECONDS)
        return [
            {**key.as_dict(private=False), "kid": key_id, "use": "sig", "alg": ALGORITHM}
            for key_id, key in ring.verifying.items()
        ]

    async def _fresh(self, seconds: float) -> Ring:
        if self._ticks() - self._ring.read_at >= seconds:
            async with self._turn:
                if self._ticks() - self._ring.read_at >= seconds:
                    await self._read()
        return self._ring

    async def _read(self) -> Ring:
        read_at = self._ticks()
        rows = await kept.all_keys(self._database)
        since = self._clock() - SERVED
        known = [row for row in rows if row.retired_at is None or row.retired_at > since]
        self._ring = Ring(
            self._signing([row for row in known if row.retired_at is None]),
            {row.id: ECKey.import_key(row.public) for row in known},
            read_at,
        )
        return self._ring

    def _signing(self, rows: list[Key]) -> tuple[str, ECKey] | None:
        """The newest key our secret opens."""
        for row in reversed(rows):
            key = _opened(row, self._vault)
            if key is not None:
                return row.id, key
            log.warning("a signing key was made under another secret", key=row.id)
        return None


async def rotated(database: Database, secret: bytes, now: datetime) -> str:
    """Sign with a new key from now on; the id of it."""
    async with database.transaction() as sql:
        await kept.retire_all(sql, now)
        return await add(sql, _vault(secret), now)


async def add(sql: Sql, vault: OctKey, now: datetime) -> str:
    """Make a key and keep it; the id of it, which is its thumbprint (RFC 7638)."""
    made = ECKey.generate_key(_CURVE)
    private = jwe.encrypt_compact(_WRAP, orjson.dumps(made.as_dict(private=True)), vault, algorithms=[*_WRAP.values()])
    key = Key(made.thumbprint(), ALGORITHM, dict(made.as_dict(private=False)), private, now)
    await kept.add(sql, key)
    return key.id


def _vault(secret: bytes) -> OctKey:
    return OctKey.import_key(hashlib.blake2b(secret, person=b"crm oauth keys", digest_size=32).digest())


def _opened(row: Key, vault: OctKey) -> ECKey | None:
    try:
        private = jwe.decrypt_compact(row.private, vault, algorithms=[*_WRAP.values()]).plaintext
    except JoseError:
        return None
    return ECKey.import_key(orjson.loads(private or b"{}"))
