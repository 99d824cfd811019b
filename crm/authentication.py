"""From a token's text to the principal behind it.

What was found is remembered for a second at most, so that a changed role, a revoked token or a new team takes effect
within that second. Tokens that lead nowhere are not remembered.
"""

import asyncio
import hmac
import logging
import time
from dataclasses import dataclass
from datetime import datetime

from crm.access.principal import Principal
from crm.access.roles import role_from
from crm.access.scopes import expanded
from crm.kit.errors import CrmError
from crm.kit.page import Row
from crm.storage import tokens
from crm.storage.database import Database
from crm.storage.tokens import USE_NOTED_EVERY, Credential
from crm.users import repository

MEMORY_SECONDS = 1.0
MAX_REMEMBERED = 10_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was good when it was looked up; `until` is when that is forgotten, by the monotonic clock."""

    principal: Principal
    expires_at: datetime | None
    until: float


class Authentication:
    """The tokens of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, _Known] = {}
        self._notes: set[asyncio.Task[None]] = set()

    async def principal_of_token(self, text: str, now: datetime) -> Principal | None:
        """Who a personal access token acts for; None where it is unknown, mistyped, expired or revoked."""
        credential = tokens.parse(text)
        if credential is None:
            return None
        known = self._known.get(credential.hash)
        if known is None or known.until <= time.monotonic():
            known = await self._look_up(credential, now)
        if known is None or (known.expires_at is not None and known.expires_at <= now):
            return None
        return known.principal

    async def settle(self) -> None:
        """Wait for what is still being noted in the background."""
        await asyncio.gather(*self._notes)

    async def _look_up(self, credential: Credential, now: datetime) -> _Known | None:
        self._known.pop(credential.hash, None)
        row = await repository.acting(self._database, credential)
        if row is None or not hmac.compare_digest(row["hash"], credential.hash) or row["revoked_at"] is not None:
            return None
        principal = await self._principal(credential.business_id, row)
        known = _Known(principal, row["expires_at"], time.monotonic() + MEMORY_SECONDS)
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[credential.hash] = known
        if row["last_used_at"] is None or row["last_used_at"] <= now - USE_NOTED_EVERY:
            self._note(credential.business_id, row["id"], now)
        return known

    async def _principal(self, business_id: str, row: Row) -> Principal:
        alone = frozenset((row["user_id"],))
        team = alone
        if row["team_key"] is not None:
            team |= await repository.team(self._database, business_id, row["team_key"])
        return Principal(
            business_id=business_id,
            user_id=row["user_id"],
            role=role_from(row["role"], row["permissions"]),
            scopes=expanded(row["scopes"]),
            team=team,
            client="pat",
            bucket=row["id"],
        )

    def _note(self, business_id: str, token_id: str, now: datetime) -> None:
        """Write down that the token is used, beside the request and not before it."""
        task = asyncio.create_task(self._write_note(business_id, token_id, now))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _write_note(self, business_id: str, token_id: str, now: datetime) -> None:
        try:
            await tokens.used(self._database, business_id, token_id, now)
        except CrmError as fault:
            _log.warning("the use of a token was not noted: %s", fault.detail)
