"""Access tokens: JWTs after RFC 9068, signed here, and checked without a database.

A token says what it is good for; whether its grant still stands is asked elsewhere, once a second.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from joserfc import jwt
from joserfc.errors import JoseError

from crm.authentication import Granted
from crm.storage.oauth.grants import Grant
from gateway.oauth.keys import ALGORITHM, SigningKeys

LIFETIME = timedelta(hours=1)
TYPE = "at+jwt"
MAX_REMEMBERED = 10_000

_TOKEN_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token says. `key_id` is the key that signed it."""

    granted: Granted
    user_id: str
    client_id: str
    audience: tuple[str, ...]
    issued_at: datetime
    key_id: str


class AccessTokens:
    """The tokens of one issuer. `audiences` are the names its API goes by."""

    def __init__(self, issuer: str, audiences: Collection[str], keys: SigningKeys) -> None:
        self._issuer = issuer
        self._audiences = frozenset(audiences)
        self._keys = keys
        self._checked: dict[bytes, AccessToken] = {}

    async def issue(self, grant: Grant, scopes: Collection[str], audience: Collection[str], now: datetime) -> str:
        """The text of a new token under a grant."""
        key_id, key = await self._keys.signing()
        issued = int(now.timestamp())
        claims = {
            "iss": self._issuer,
            "aud": next(iter(audience)) if len(audience) == 1 else list(audience),
            "sub": grant.user_id,
            "client_id": grant.client_id,
            "scope": " ".join(scopes),
            "jti": secrets.token_urlsafe(_TOKEN_ID_BYTES),
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "business_id": grant.business_id,
            "grant_id": grant.id,
        }
        return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": key_id}, claims, key, algorithms=[ALGORITHM])

    async def read(self, text: str, now: datetime) -> AccessToken | None:
        """What a token says; None where it is none of ours, was tampered with, has expired or is meant for others."""
        header = _header(text)
        if header is None or header.get("typ") != TYPE or not isinstance(header.get("kid"), str):
            return None
        key = await self._keys.verifying(header["kid"])
        if key is None:
            return None
        name = hashlib.sha256(text.encode()).digest()
        token = self._checked.get(name)
        if token is None:
            try:
                claims = jwt.decode(text, key, algorithms=[ALGORITHM]).claims
            except (JoseError, ValueError):
                return None
            token = self._token(claims, header["kid"])
            self._remember(name, token)
        return token if token is not None and token.granted.expires_at > now else None

    def _token(self, claims: dict[str, Any], key_id: str) -> AccessToken | None:
        """Claims of ours, as they are written above; None where they are meant for others."""
        named = claims["aud"]
        audience = (named,) if isinstance(named, str) else tuple(named)
        if claims["iss"] != self._issuer or self._audiences.isdisjoint(audience):
            return None
        granted = Granted(
            business_id=claims["business_id"],
            grant_id=claims["grant_id"],
            token_id=claims["jti"],
            scopes=tuple(claims["scope"].split()),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
        issued_at = datetime.fromtimestamp(claims["iat"], UTC)
        return AccessToken(granted, claims["sub"], claims["client_id"], audience, issued_at, key_id)

    def _remember(self, name: bytes, token: AccessToken | None) -> None:
        if token is None:
            return
        if len(self._checked) >= MAX_REMEMBERED:
            self._checked.clear()
        self._checked[name] = token


def _header(text: str) -> dict[str, Any] | None:
    """The header of what may be a JWT in its one spelling: a signature changed in its unused bits is another text."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        header = orjson.loads(_decoded(parts[0]))
        signature = base64.urlsafe_b64encode(_decoded(parts[2])).rstrip(b"=").decode()
    except (binascii.Error, ValueError):
        return None
    return header if isinstance(header, dict) and signature == parts[2] else None


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
