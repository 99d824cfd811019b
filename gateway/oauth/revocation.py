"""POST /oauth/revoke (RFC 7009): a client gives up what it was given. What is not its own is left as it is.

A refresh token ends its whole family; an access token ends alone.
"""

from starlette.requests import Request

from crm.storage.oauth import grants, refresh_tokens, revoked_tokens
from crm.storage.oauth.clients import Client
from crm.storage.oauth.refresh_tokens import REFRESH_TOKEN
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.clients import client_of
from gateway.oauth.form import read_form
from rest_adapter.answer import Answer


async def revoke(request: Request) -> Answer:
    """200 whatever the token was: a client learns nothing of tokens that are not its own. Raises OauthError."""
    form = await read_form(request)
    form.check_unrepeated()
    client = await client_of(request, form)
    authority, text = authority_of(request), form.required("token")
    if text.startswith(REFRESH_TOKEN.prefix):
        await _end_family(authority, client, text)
    else:
        await _end_access(authority, client, text)
    return Answer(200, b"{}")


async def _end_family(authority: Authority, client: Client, text: str) -> None:
    credential = REFRESH_TOKEN.parse(text)
    token = None if credential is None else await refresh_tokens.find(authority.database, credential)
    if token is not None and token.grant.client_id == client.id:
        await grants.revoke(authority.database, token.grant.business_id, token.grant.id, "client", authority.clock())


async def _end_access(authority: Authority, client: Client, text: str) -> None:
    token = await authority.access_tokens.read(text, authority.clock())
    if token is not None and token.client_id == client.id:
        granted = token.granted
        await revoked_tokens.revoke(authority.database, granted.business_id, granted.token_id, granted.expires_at)
