"""Clients of other makers, unmodified, over loopback: Authlib, requests-oauthlib, and the MCP SDK."""

import asyncio
from typing import Any

import httpx
import httpx2
import pytest
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl
from requests_oauthlib import OAuth2Session as RequestsSession

from crm.contracts import NEWEST
from tests.gateway.oauth.live import Live
from tests.gateway.oauth.scene import PASSWORD

CALLBACK = "http://127.0.0.1:49152/callback"
SCOPES = ["contact.read", "deal.read"]
VERSION = {"Version": NEWEST.name}


@pytest.fixture(autouse=True)
def over_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both libraries want https, and say how to do without on one's own machine."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


async def registered(server: Live, **metadata: Any) -> dict[str, Any]:
    """What registration answers an app."""
    said = {"client_name": "Elsewhere", "redirect_uris": ["http://127.0.0.1/callback"], **metadata}
    async with httpx.AsyncClient(base_url=server.address) as http:
        answer: dict[str, Any] = (await http.post("/oauth/register", json=said)).raise_for_status().json()
    return answer


async def allowed(server: Live, address: str) -> str:
    """What a person's browser brings an app: the address it was sent to in the end."""
    async with server.browser() as browser:
        page = await browser.allow(address, server.people["ada"].email, PASSWORD)
    assert page.left is not None, page.text
    return page.left


async def test_authlibs_blocking_client(server: Live) -> None:
    client = await registered(server)
    session: Any = AuthlibSession(
        client["client_id"],
        redirect_uri=CALLBACK,
        scope=SCOPES,
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
        token_endpoint=f"{server.address}/oauth/token",
    )
    verifier = "v" * 64
    address, state = session.create_authorization_url(f"{server.address}/oauth/authorize", code_verifier=verifier)
    answer = await allowed(server, address)

    def go_on() -> tuple[Any, Any, Any]:
        first = dict(session.fetch_token(authorization_response=answer, state=state, code_verifier=verifier))
        me = session.get(f"{server.address}/v1/me", headers=VERSION).json()
        second = dict(session.refresh_token(f"{server.address}/oauth/token"))
        assert session.get(f"{server.address}/v1/me", headers=VERSION).status_code == 200
        session.close()
        return first, me, second

    first, me, second = await asyncio.to_thread(go_on)
    assert me["user"]["email"] == "ada@test.example"
    assert me["scopes"] == SCOPES
    assert first["refresh_token"] != second["refresh_token"]


async def test_authlibs_client_with_a_secret(server: Live) -> None:
    client = await registered(server, token_endpoint_auth_method="client_secret_basic")
    metadata = (await _got(f"{server.address}/.well-known/oauth-authorization-server")).json()
    session: Any = AsyncOAuth2Client(
        client["client_id"],
        client["client_secret"],
        redirect_uri=CALLBACK,
        scope=" ".join(SCOPES),
        code_challenge_method="S256",
        token_endpoint=metadata["token_endpoint"],
    )
    verifier = "w" * 64
    address, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    answer = await allowed(server, address)
    async with session:
        await session.fetch_token(authorization_response=answer, state=state, code_verifier=verifier)
        assert (await session.get(f"{server.address}/v1/me", headers=VERSION)).status_code == 200
        told = await session.introspect_token(metadata["introspection_endpoint"], token=session.token["access_token"])
        assert told.json()["active"] is True
        gone = await session.revoke_token(metadata["revocation_endpoint"], token=session.token["refresh_token"])
        assert gone.status_code == 200
        told = await session.introspect_token(metadata["introspection_endpoint"], token=session.token["access_token"])
        assert told.json() == {"active": False}


async def test_requests_oauthlib(server: Live) -> None:
    client = await registered(server)
    session = RequestsSession(client["client_id"], redirect_uri=CALLBACK, scope=SCOPES, pkce="S256")
    address, _ = session.authorization_url(f"{server.address}/oauth/authorize")
    answer = await allowed(server, address)

    def go_on() -> tuple[Any, Any, Any]:
        token_endpoint = f"{server.address}/oauth/token"
        first = dict(session.fetch_token(token_endpoint, authorization_response=answer))
        me = session.get(f"{server.address}/v1/me", headers=VERSION).json()
        second = dict(session.refresh_token(token_endpoint, client_id=client["client_id"]))
        assert session.get(f"{server.address}/v1/me", headers=VERSION).status_code == 200
        session.close()
        return first, me, second

    first, me, second = await asyncio.to_thread(go_on)
    assert me["user"]["email"] == "ada@test.example"
    assert first["refresh_token"] != second["refresh_token"]


class Notebook:
    """Where the MCP client keeps what it was given."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


async def test_the_mcp_sdk_finds_its_own_way(server: Live) -> None:
    """It knows the address of the API and nothing else: discovery, registration, PKCE, the call, the refresh."""
    notebook = Notebook()
    answers: list[httpx.QueryParams] = []

    async def browse(address: str) -> None:
        answers.append(httpx.URL(await allowed(server, address)).params)

    async def called_back() -> AuthorizationCodeResult:
        told = answers[-1]
        return AuthorizationCodeResult(code=told["code"], state=told["state"], iss=told["iss"])

    provider = OAuthClientProvider(
        server_url=f"{server.address}/v1",
        client_metadata=OAuthClientMetadata(client_name="MCP", redirect_uris=[AnyUrl(CALLBACK)]),
        storage=notebook,
        redirect_handler=browse,
        callback_handler=called_back,
    )
    async with httpx2.AsyncClient(auth=provider, headers=VERSION) as http:
        me = await http.get(f"{server.address}/v1/me")
        assert me.json()["user"]["email"] == "ada@test.example"
        first = notebook.tokens
        provider.context.token_expiry_time = 1.0
        assert (await http.get(f"{server.address}/v1/me")).status_code == 200
    second = notebook.tokens
    assert first is not None
    assert second is not None
    assert first.refresh_token != second.refresh_token
    assert len(answers) == 1


async def _got(address: str) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        return await http.get(address)
