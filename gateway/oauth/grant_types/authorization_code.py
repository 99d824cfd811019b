"""authorization_code: what the user consented to, fetched by the app that asked, once (OAuth 2.1 §4.1.3).

A code that is presented wrongly changes nothing: only one who knows its verifier can spend it, or end what it gave.
"""

from datetime import datetime

from crm.storage.database import Sql
from crm.storage.oauth import codes, grants
from crm.storage.oauth.clients import Client
from crm.storage.oauth.codes import CODE, Code
from crm.storage.opaque import Credential
from gateway.oauth import pkce, resources
from gateway.oauth.authority import Authority
from gateway.oauth.errors import OauthError
from gateway.oauth.form import Form
from gateway.oauth.issuing import Tokens, next_refresh_token
from gateway.oauth.states import PRESENTED, Family, Token, Verdict, state


async def exchange(authority: Authority, client: Client, form: Form) -> Tokens:
    """Tokens for a code. Raises OauthError."""
    credential = CODE.parse(form.required("code"))
    verifier = form.required("code_verifier")
    code = None if credential is None else await codes.find(authority.database, credential)
    if credential is None or code is None or not _is_theirs(code, client, form, verifier):
        raise _refused()
    audience = resources.audience(authority, form, code.grant.resources)
    grant, now, following = code.grant, authority.clock(), None
    access_token = await authority.access_tokens.issue(grant, grant.scopes, audience, now)
    async with authority.database.transaction() as sql:
        verdict = await _spent(sql, credential, code, now)
        if verdict is Verdict.GIVE:
            await grants.add(sql, grant, now)
            following = await next_refresh_token(sql, client, grant, now)
        elif verdict is Verdict.REFUSE_AND_END_FAMILY:
            await grants.revoke(sql, grant.business_id, grant.id, "code_replayed", now)
    if verdict is not Verdict.GIVE:
        raise _refused()
    return Tokens(access_token, grant.scopes, following)


async def _spent(sql: Sql, credential: Credential, code: Code, now: datetime) -> Verdict:
    """What is done with the code; given is only what this call, of all there may be, has spent."""
    token = state(used=code.used, expires_at=code.expires_at, now=now)
    if token is Token.FRESH and not await codes.consume(sql, credential):
        token = Token.SPENT
    return PRESENTED[token, Family.LIVE]


def _is_theirs(code: Code, client: Client, form: Form, verifier: str) -> bool:
    """Whether this client asked for the code, and has what only the one who asked can have."""
    redirect_uri = form.one("redirect_uri")
    return (
        code.grant.client_id == client.id
        and redirect_uri in (None, code.redirect_uri)
        and pkce.matches(verifier, code.challenge)
    )


def _refused() -> OauthError:
    return OauthError("invalid_grant", "The code is unknown, used, expired or another's, or its verifier is wrong.")
