"""Discovery: what a client that knows nothing but the API's address can find out."""

from typing import Any

import pytest

from crm.access.scopes import SCOPES
from crm.contracts import NEWEST
from crm.storage.database import Database
from gateway.oauth.metadata import challenge
from tests.gateway.oauth.scene import ISSUER, Scene, registration, staged


async def got(scene: Scene, path: str) -> dict[str, Any]:
    response = await scene.http.get(path)
    assert response.status_code == 200
    assert response.headers["cache-control"].startswith("public")
    told: dict[str, Any] = response.json()
    return told


async def test_the_server_describes_itself_and_every_address_is_there(scene: Scene) -> None:
    told = await got(scene, "/.well-known/oauth-authorization-server")
    assert told["issuer"] == ISSUER
    assert told["scopes_supported"] == list(SCOPES)
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert told["token_endpoint_auth_methods_supported"] == ["none", "client_secret_basic", "client_secret_post"]
    assert "none" not in told["introspection_endpoint_auth_methods_supported"]
    for name, address in told.items():
        if name.endswith(("_endpoint", "_uri")):
            assert address.startswith(f"{ISSUER}/oauth/")
            assert (await scene.http.get(address)).status_code != 404


@pytest.mark.parametrize("door", ["", "/v1"])
async def test_the_api_says_who_gives_its_tokens(scene: Scene, door: str) -> None:
    told = await got(scene, f"/.well-known/oauth-protected-resource{door}")
    assert (told["resource"], told["authorization_servers"]) == (f"{ISSUER}{door}", [ISSUER])
    assert told["bearer_methods_supported"] == ["header"]
    tokens = await scene.tokens(resource=told["resource"])
    assert (await scene.me(tokens["access_token"])).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "door"),
    [("GET", "/v1/me", "/v1"), ("POST", "/v1/contacts/search", "/v1"), ("POST", "/graphql", "")],
)
async def test_a_refusal_says_where_to_read_on(scene: Scene, method: str, path: str, door: str) -> None:
    hint = f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource{door}"'
    for headers in ({}, {"Authorization": "Bearer x"}):
        response = await scene.http.request(method, path, headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].endswith(hint)


async def test_a_missing_scope_says_where_to_get_it(scene: Scene) -> None:
    tokens = await scene.tokens(scopes=("deal.read",))
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "Version": NEWEST.name}
    response = await scene.http.post("/v1/contacts/search", headers=headers, json={})
    assert response.status_code == 403
    told = response.headers["www-authenticate"]
    assert 'error="insufficient_scope", scope="contact.read"' in told
    assert told.endswith('/.well-known/oauth-protected-resource/v1"')


async def test_keys_are_published(scene: Scene) -> None:
    response = await scene.http.get("/oauth/jwks")
    assert response.headers["content-type"] == "application/jwk-set+json"
    assert [each["alg"] for each in response.json()["keys"]] == ["ES256"]


@pytest.mark.parametrize(
    ("issuer", "path", "expected"),
    [
        ("https://a.example", "/v1/me", "https://a.example/.well-known/oauth-protected-resource/v1"),
        ("https://a.example", "/graphql", "https://a.example/.well-known/oauth-protected-resource"),
        ("https://a.example/crm", "/v1/me", "https://a.example/.well-known/oauth-protected-resource/crm/v1"),
    ],
)
def test_well_known_names_stand_before_the_issuers_path(issuer: str, path: str, expected: str) -> None:
    assert challenge(issuer, path) == expected


async def test_an_issuer_may_have_a_path(database: Database) -> None:
    async with staged(database, public_url="https://crm.test/api") as scene:
        for end in ("", "/api"):
            told = await got(scene, f"/.well-known/oauth-authorization-server{end}")
            assert told["token_endpoint"] == "https://crm.test/api/oauth/token"
        assert (await got(scene, "/.well-known/oauth-protected-resource/api/v1"))["resource"].endswith("/api/v1")
        page = await scene.http.get("/account/sign-in")
        assert 'action="/api/account/sign-in"' in page.text


async def test_browser_apps_of_allowed_origins_may_ask(database: Database) -> None:
    async with staged(database, cors_origins="https://app.example") as scene:
        headers = {"Origin": "https://app.example"}
        for method, path, body in (
            ("GET", "/.well-known/oauth-authorization-server", None),
            ("POST", "/oauth/register", registration()),
            ("POST", "/oauth/token", None),
        ):
            response = await scene.http.request(method, path, headers=headers, json=body)
            assert response.headers["access-control-allow-origin"] == "https://app.example"
            assert "access-control-allow-credentials" not in response.headers
