"""Opening the authority: its keys, its tokens, its throttle; and closing what must be closed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crm.authentication import Authentication
from crm.kit.clock import Clock
from crm.storage.database import Database
from gateway.oauth.access_tokens import AccessTokens
from gateway.oauth.authority import Authority, audiences
from gateway.oauth.keys import SigningKeys, Ticks
from gateway.oauth.seal import Seal
from gateway.oauth.throttle import Throttle


@asynccontextmanager
async def authority(
    database: Database, secret: bytes, clock: Clock, ticks: Ticks, *, issuer: str, store: str | None
) -> AsyncIterator[Authority]:
    """The authority of one installation. `ticks` is the monotonic clock that memories fade by, `store` where
    several processes count together.
    """
    authentication = Authentication(database, ticks)
    throttle = Throttle(store)
    keys = SigningKeys(database, secret, clock, ticks)
    try:
        yield Authority(
            issuer=issuer,
            database=database,
            clock=clock,
            authentication=authentication,
            keys=keys,
            access_tokens=AccessTokens(issuer, audiences(issuer), keys),
            throttle=throttle,
            seal=Seal(secret),
        )
    finally:
        await authentication.settle()
        await throttle.close()
