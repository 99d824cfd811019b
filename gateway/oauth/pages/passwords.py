"""Who an address and a password are. An address nobody has costs the same time as one with a wrong password."""

import asyncio
import secrets
from collections.abc import Sequence
from functools import cache

from crm.kit import passwords
from crm.kit.errors import Unavailable
from crm.kit.page import Row
from crm.users import repository
from gateway.oauth.authority import Authority

AT_ONCE = 2
"""How many are checked at the same time: each takes 64 MiB and a core."""

WAIT_SECONDS = 10.0
_IN_STEPS_OF = 2
"""Hashes are checked in pairs, so that an address of one tenant, of two and of none look alike."""

_turns = asyncio.Semaphore(AT_ONCE)


async def who(authority: Authority, email: str, password: str) -> list[Row]:
    """The users of that address with that password, at most one in each tenant. Raises Unavailable in a crowd."""
    rows = await repository.who_sign_in(authority.database, email)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await _turns.acquire()
    except TimeoutError:
        raise Unavailable("Too many people sign in just now.") from None
    try:
        fits = await asyncio.to_thread(_fit, password, [row["password_hash"] for row in rows])
    finally:
        _turns.release()
    return [row for row, each in zip(rows, fits, strict=True) if each]


def _fit(password: str, kept: Sequence[str | None]) -> list[bool]:
    """Which of the hashes are the password's. Those that are missing are made up, and never fit."""
    nobodys = _nobodys()
    missing = -len(kept) % _IN_STEPS_OF if kept else _IN_STEPS_OF
    checked = [passwords.matches(password, each or nobodys) for each in (*kept, *[None] * missing)]
    return [fits and each is not None for fits, each in zip(checked, kept, strict=False)]


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has."""
    return passwords.hashed(secrets.token_hex())
