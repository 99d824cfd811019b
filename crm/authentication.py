"""From a token to the principal behind it: a personal access token's text, or what a verified access token says.

What was found is remembered for a second at most, so that a changed role, a revoked token or a new team takes effect
within that second. Tokens that lead nowhere are not remembered.
"""

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from crm.access.principal import Principal
from crm.access.roles import role_from
from crm.access.scopes import expanded
from crm.kit.errors import CrmError
from crm.kit.page import Row
from crm.storage import tokens
from crm.storage.database import Database
from crm.storage.oauth import grants
from crm.storage.opaque import hashed
from crm.storage.tokens import USE_NOTED_EVERY
from crm.users import repository

MEMORY_SECONDS = 1.0
MAX_REMEMBERED = 10_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Granted:
    """What an OAuth access token says, once its signature has been checked. `scopes` as granted."""

    business_id: str
    grant_id: str
    token_id: str
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was good when it was looked up; `until` is when that is forgotten, by the monotonic clock."""

    principal: Principal
    expires_at: datetime | None
    until: float


class Authentication:
    """The tokens of one database. `ticks` is the monotonic clock that memory fades by."""

    def __init__(self, database: Database, ticks: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._ticks = ticks
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Future[_Known | None]] = {}
        self._notes: set[asyncio.Task[None]] = set()

    async def principal_of_token(self, text: str, now: datetime) -> Principal | None:
        """Who a personal access token acts for; None where it is unknown, mistyped, expired or revoked."""
        return await self._remembered(hashed(text), now, lambda: self._by_token(text, now))

    async def principal_of_grant(self, granted: Granted, now: datetime) -> Principal | None:
        """Who an access token acts for; None where it is expired, or it, its grant or its client is revoked."""
        name = f"{granted.grant_id}/{granted.token_id}"
        return await self._remembered(name, now, lambda: self._by_grant(granted, now))

    async def settle(self) -> None:
        """Wait for what is still being looked up or noted in the background."""
        await asyncio.gather(*self._asking.values(), return_exceptions=True)  # whoever asks is told
        await asyncio.gather(*self._notes)

    async def _remembered(
        self, name: str, now: datetime, look_up: Callable[[], Awaitable[_Known | None]]
    ) -> Principal | None:
        known = self._known.get(name)
        if known is None or known.until <= self._ticks():
            known = await self._looked_up(name, look_up)
        if known is None or (known.expires_at is not None and known.expires_at <= now):
            return None
        return known.principal

    async def _looked_up(self, name: str, look_up: Callable[[], Awaitable[_Known | None]]) -> _Known | None:
        """One look-up for all who ask for the same token meanwhile; it goes on where one of them goes away."""
        asking = self._asking.get(name)
        if asking is None:
            asking = self._asking[name] = asyncio.ensure_future(look_up())
            asking.add_done_callback(lambda done: self._answered(name, done))
        return await asyncio.shield(asking)

    def _answered(self, name: str, asked: "asyncio.Future[_Known | None]") -> None:
        del self._asking[name]
        self._known.pop(name, None)
        if not asked.cancelled() and asked.exception() is None and (known := asked.result()) is not None:
            self._remember(name, known)

    def _remember(self, name: str, known: _Known) -> None:
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[name] = known

    async def _by_token(self, text: str, now: datetime) -> _Known | None:
        asked, credential = self._ticks(), tokens.parse(text)
        if credential is None:
            return None
        row = await repository.acting(self._database, credential)
        if row is None or not hmac.compare_digest(row["hash"], credential.hash) or row["revoked_at"] is not None:
            return None
        principal = await self._principal(credential.business_id, row, tuple(row["scopes"]), "pat")
        if _is_worth_noting(row, now):
            self._note(tokens.used(self._database, credential.business_id, row["id"], now))
        return _Known(principal, row["expires_at"], asked + MEMORY_SECONDS)

    async def _by_grant(self, granted: Granted, now: datetime) -> _Known | None:
        asked = self._ticks()
        row = await repository.acting_by_grant(self._database, granted.business_id, granted.grant_id, granted.token_id)
        if row is None:
            return None
        principal = await self._principal(granted.business_id, row, granted.scopes, row["client_id"])
        if _is_worth_noting(row, now):
            self._note(grants.used(self._database, granted.business_id, granted.grant_id, now))
        return _Known(principal, granted.expires_at, asked + MEMORY_SECONDS)

    async def _principal(self, business_id: str, row: Row, scopes: tuple[str, ...], client: str) -> Principal:
        alone = frozenset((row["user_id"],))
        team = alone
        if row["team_key"] is not None:
            team |= await repository.team(self._database, business_id, row["team_key"])
        return Principal(
            business_id=business_id,
            user_id=row["user_id"],
            role=role_from(row["role"], row["permissions"]),
            scopes=expanded(scopes),
            team=team,
            client=client,
            bucket=row["id"],
        )

    def _note(self, work: Awaitable[None]) -> None:
        """Write down that a token is used, beside the request and not before it."""
        task = asyncio.ensure_future(_written(work))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)


def _is_worth_noting(row: Row, now: datetime) -> bool:
    return row["last_used_at"] is None or row["last_used_at"] <= now - USE_NOTED_EVERY


async def _written(work: Awaitable[None]) -> None:
    try:
        await work
    except CrmError as fault:
        _log.warning("the use of a token was not noted: %s", fault.detail)
