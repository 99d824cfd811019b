"""refresh_token: the next tokens of a family; the one presented is spent (OAuth 2.1 §4.3, RFC 9700 §4.14)."""

from datetime import datetime

from crm.storage.database import Sql
from crm.storage.oauth import grants, refresh_tokens
from crm.storage.oauth.clients import Client
from crm.storage.oauth.refresh_tokens import REFRESH_TOKEN, RefreshToken
from crm.storage.opaque import Credential
from gateway.oauth import resources, scopes
from gateway.oauth.authority import Authority
from gateway.oauth.errors import OauthError
from gateway.oauth.form import Form
from gateway.oauth.issuing import Tokens, next_refresh_token
from gateway.oauth.states import PRESENTED, Family, Token, Verdict, state


async def exchange(authority: Authority, client: Client, form: Form) -> Tokens:
    """Tokens for a refresh token. Raises OauthError."""
    credential = REFRESH_TOKEN.parse(form.required("refresh_token"))
    presented = None if credential is None else await refresh_tokens.find(authority.database, credential)
    if credential is None or presented is None or presented.grant.client_id != client.id:
        raise _refused()
    grant = presented.grant
    granted = grant.scopes
    if (text := form.one("scope")) is not None:
        granted = scopes.read(text)
        scopes.check_within(granted, grant.scopes)
    audience = resources.audience(authority, form, grant.resources)
    now, following = authority.clock(), None
    access_token = await authority.access_tokens.issue(grant, granted, audience, now)
    async with authority.database.transaction() as sql:
        verdict = await _spent(sql, credential, presented, now)
        if verdict is Verdict.GIVE:
            following = await next_refresh_token(sql, client, grant, now)
        elif verdict is Verdict.REFUSE_AND_END_FAMILY:
            await grants.revoke(sql, grant.business_id, grant.id, "refresh_token_reused", now)
    if verdict is not Verdict.GIVE:
        raise _refused()
    return Tokens(access_token, granted, following)


async def _spent(sql: Sql, credential: Credential, presented: RefreshToken, now: datetime) -> Verdict:
    """What is done with the token; given is only what this call, of all there may be, has spent."""
    family = Family.ENDED if presented.revoked else Family.LIVE
    token = state(used=presented.used, expires_at=presented.expires_at, now=now)
    if PRESENTED[token, family] is Verdict.GIVE and not await refresh_tokens.consume(sql, credential):
        token = Token.SPENT
    return PRESENTED[token, family]


def _refused() -> OauthError:
    return OauthError("invalid_grant", "The refresh token is unknown, used, expired, revoked or another's.")
