"""Tokens given under a grant: an access token, and a refresh token where the client may have one.

The access token is signed first: what can fail does so before anything is spent.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crm.storage.database import Sql
from crm.storage.oauth import refresh_tokens
from crm.storage.oauth.clients import Client
from crm.storage.oauth.grants import Grant
from crm.storage.oauth.refresh_tokens import REFRESH_TOKEN
from crm.storage.opaque import Credential, hashed
from gateway.oauth.access_tokens import LIFETIME

REFRESH_LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gives away: seen once, never kept."""

    access_token: str = field(repr=False)
    scopes: tuple[str, ...]
    refresh_token: str | None = field(default=None, repr=False)

    def told(self) -> dict[str, str | int]:
        """The answer of RFC 6749 §5.1."""
        told: dict[str, str | int] = {
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": " ".join(self.scopes),
        }
        return told if self.refresh_token is None else {**told, "refresh_token": self.refresh_token}


async def next_refresh_token(sql: Sql, client: Client, grant: Grant, now: datetime) -> str | None:
    """The next refresh token of a grant's family, kept in the transaction that earned it."""
    if "refresh_token" not in client.grant_types:
        return None
    text = REFRESH_TOKEN.new(grant.business_id)
    credential = Credential(grant.business_id, hashed(text))
    await refresh_tokens.add(sql, credential, grant.id, now, now + REFRESH_LIFETIME)
    return text
