"""POST /oauth/token: a grant in, tokens out (OAuth 2.1 §3.2). Each kind of grant is a module of its own."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request

from crm.storage.oauth.clients import Client
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.clients import client_of
from gateway.oauth.errors import OauthError
from gateway.oauth.form import Form, read_form
from gateway.oauth.grant_types import authorization_code, client_credentials, refresh_token
from gateway.oauth.issuing import Tokens
from rest_adapter.answer import Answer
from rest_adapter.wire import dumps

Exchange = Callable[[Authority, Client, Form], Awaitable[Tokens]]

GRANT_TYPES: Mapping[str, Exchange] = {
    "authorization_code": authorization_code.exchange,
    "refresh_token": refresh_token.exchange,
    "client_credentials": client_credentials.exchange,
}


async def token(request: Request) -> Answer:
    """The tokens a grant gives. Raises OauthError."""
    form = await read_form(request)
    form.check_unrepeated()
    client = await client_of(request, form)
    grant_type = form.required("grant_type")
    exchange = GRANT_TYPES.get(grant_type)
    if exchange is None:
        raise OauthError("unsupported_grant_type", f"`grant_type` must be one of {', '.join(GRANT_TYPES)}.")
    if grant_type not in client.grant_types:
        raise OauthError("unauthorized_client", "The client is not registered for this `grant_type`.")
    tokens = await exchange(authority_of(request), client, form)
    return Answer(200, dumps(tokens.told()))
