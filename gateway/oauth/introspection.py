"""POST /oauth/introspect (RFC 7662): what a token is, for those who may know.

A confidential client knows of the tokens it was given, and of all those of the tenant it was made for; who comes with
a bearer token, of those of the same tenant. To anybody else a token is simply not active.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from crm.storage import tokens
from crm.storage.oauth import refresh_tokens
from crm.storage.oauth.refresh_tokens import REFRESH_TOKEN
from crm.users import repository
from gateway.bearer import bearer
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.clients import confidential_client_of
from gateway.oauth.form import Form, read_form
from rest_adapter.answer import Answer
from rest_adapter.wire import dumps

_INACTIVE = b'{"active":false}'


@dataclass(frozen=True, slots=True)
class Known:
    """A token that is good: whose it is, and what RFC 7662 §2.2 tells of it."""

    business_id: str
    client_id: str
    told: dict[str, Any]


May = Callable[[Known], bool]


async def introspect(request: Request) -> Answer:
    """What a token is; `{"active": false}` where it is none, or none the caller may know of."""
    form = await read_form(request)
    form.check_unrepeated()
    authority = authority_of(request)
    may = await _caller(authority, request, form)
    known = await _known(authority, form.required("token"))
    if known is None or not may(known):
        return Answer(200, _INACTIVE)
    return Answer(200, dumps({"active": True, "iss": authority.issuer, **known.told}))


async def _caller(authority: Authority, request: Request, form: Form) -> May:
    """Which tokens the caller may know of. Raises OauthError or Unauthenticated."""
    if request.headers.get("authorization", "").lower().startswith("bearer"):
        principal = await authority.principal(bearer(request.headers.getlist("authorization")))
        return lambda known: known.business_id == principal.business_id
    client = await confidential_client_of(request, form)
    return lambda known: known.client_id == client.id or known.business_id == client.business_id


async def _known(authority: Authority, text: str) -> Known | None:
    if text.startswith(REFRESH_TOKEN.prefix):
        return await _refresh(authority, text)
    if text.startswith(tokens.PREFIX):
        return await _personal(authority, text)
    return await _access(authority, text)


async def _access(authority: Authority, text: str) -> Known | None:
    token = await authority.access_tokens.read(text, authority.clock())
    if token is None:
        return None
    granted = token.granted
    row = await repository.acting_by_grant(authority.database, granted.business_id, granted.grant_id, granted.token_id)
    if row is None:
        return None
    told = {
        "token_type": "Bearer",
        "scope": " ".join(granted.scopes),
        "client_id": token.client_id,
        "sub": token.user_id,
        "aud": list(token.audience),
        "iat": int(token.issued_at.timestamp()),
        "exp": int(granted.expires_at.timestamp()),
        "jti": granted.token_id,
        "business_id": granted.business_id,
    }
    return Known(granted.business_id, token.client_id, told)


async def _refresh(authority: Authority, text: str) -> Known | None:
    credential = REFRESH_TOKEN.parse(text)
    token = None if credential is None else await refresh_tokens.find(authority.database, credential)
    if token is None or token.used or token.revoked or token.expires_at <= authority.clock():
        return None
    grant = token.grant
    told = {
        "token_type": "refresh_token",
        "scope": " ".join(grant.scopes),
        "client_id": grant.client_id,
        "sub": grant.user_id,
        "iat": int(token.created_at.timestamp()),
        "exp": int(token.expires_at.timestamp()),
        "business_id": grant.business_id,
    }
    return Known(grant.business_id, grant.client_id, told)


async def _personal(authority: Authority, text: str) -> Known | None:
    credential = tokens.parse(text)
    row = None if credential is None else await repository.acting(authority.database, credential)
    if credential is None or row is None or row["revoked_at"] is not None:
        return None
    if row["expires_at"] is not None and row["expires_at"] <= authority.clock():
        return None
    told = {
        "token_type": "Bearer",
        "scope": " ".join(row["scopes"]),
        "sub": row["user_id"],
        "business_id": credential.business_id,
    }
    if row["expires_at"] is not None:
        told["exp"] = int(row["expires_at"].timestamp())
    return Known(credential.business_id, "pat", told)
