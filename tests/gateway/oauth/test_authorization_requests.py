"""Attacks on the way to the consent page: addresses that are almost right, requests that lack or repeat something."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from crm.storage.oauth import clients
from tests.gateway.oauth.scene import CALLBACK, ISSUER, READ, Proof, Scene, registration, request

LOOPBACK = "http://127.0.0.1/cb"


@pytest.mark.parametrize(
    "almost",
    [
        "https://APP.example/callback?from=crm",
        "https://app.example/Callback?from=crm",
        "https://app.example/callback/?from=crm",
        "https://app.example/callback/../callback?from=crm",
        "https://app.example/%63allback?from=crm",
        "https://app.example:443/callback?from=crm",
        "https://app.example:8443/callback?from=crm",
        "https://app.example/callback",
        "https://app.example/callback?from=crm&more=1",
        "https://app.example/callback?from=crm#fragment",
        "https://app.example/callback?from=crm#",
        "https://user@app.example/callback?from=crm",
        "https://app.example@evil.example/callback?from=crm",
        "https://evil.example/callback?from=crm",
        "https://app.example.evil.example/callback?from=crm",
        "https://evil.example\\@app.example/callback?from=crm",
        "http://app.example/callback?from=crm",
        "//app.example/callback?from=crm",
        "javascript:alert(1)//app.example/callback?from=crm",
        "https://app.example/callback?from=crm\nX: y",
        " https://app.example/callback?from=crm",
    ],
)
async def test_an_address_that_is_almost_right_is_answered_nowhere(scene: Scene, almost: str) -> None:
    app = await scene.register()
    response = await scene.http.get(request(app, Proof(), redirect_uri=almost))
    assert (response.status_code, "location" in response.headers) == (400, False)
    assert "evil.example" not in response.text


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("http://127.0.0.1/cb", 200),
        ("http://127.0.0.1:1/cb", 200),
        ("http://127.0.0.1:65535/cb", 200),
        ("http://127.0.0.1:70000/cb", 400),
        ("http://127.0.0.1:/cb", 400),
        ("http://127.0.0.1:80@evil.example/cb", 400),
        ("http://127.0.0.1:8080/cb/", 400),
        ("http://127.0.0.1:8080/CB", 400),
        ("http://127.0.0.1.evil.example/cb", 400),
        ("http://localhost:8080/cb", 400),
        ("http://[::1]:8080/cb", 400),
        ("https://127.0.0.1:8080/cb", 400),
    ],
)
async def test_an_app_on_loopback_chooses_its_port_and_nothing_else(scene: Scene, given: str, status: int) -> None:
    app = await scene.register(redirect_uris=[LOOPBACK])
    assert (await scene.http.get(request(app, Proof(), redirect_uri=given))).status_code == status


@pytest.mark.parametrize("client_id", ["", "app_" + "0" * 24, "app_x", "' OR 1=1", "\x00"])
async def test_an_unknown_app_is_answered_nowhere(scene: Scene, client_id: str) -> None:
    given = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK}
    response = await scene.http.get(f"/oauth/authorize?{urlencode(given)}")
    assert (response.status_code, "location" in response.headers) == (400, False)


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "a" * 43 + "="}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "contact.read contact.king"}, "invalid_scope"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": "contact.read  deal.read"}, "invalid_scope"),
        ({"resource": "https://other.example"}, "invalid_target"),
        ({"resource": f"{ISSUER}/v1/contacts"}, "invalid_target"),
        ({"state": "s" * 2_001}, "invalid_request"),
    ],
)
async def test_what_else_is_wrong_is_told_to_the_app(scene: Scene, parameters: dict[str, str], error: str) -> None:
    app = await scene.register()
    response = await scene.http.get(request(app, Proof(), READ, **parameters))
    assert response.status_code == 303
    location = response.headers["location"]
    assert location.startswith(f"{CALLBACK}&")
    told = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    assert (told["error"], told["iss"], told["from"]) == (error, ISSUER, "crm")
    if "state" not in parameters:
        assert told["state"] == "st&te"


@pytest.mark.parametrize("name", ["scope", "state", "code_challenge", "response_type"])
async def test_a_parameter_that_comes_twice_is_refused(scene: Scene, name: str) -> None:
    app = await scene.register()
    response = await scene.http.get(f"{request(app, Proof())}&{name}=again")
    assert "error=invalid_request" in response.headers["location"]


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
async def test_a_recipient_that_comes_twice_is_answered_nowhere(scene: Scene, name: str) -> None:
    app = await scene.register()
    response = await scene.http.get(f"{request(app, Proof())}&{name}={CALLBACK}")
    assert (response.status_code, "location" in response.headers) == (400, False)


async def test_an_app_with_one_address_need_not_name_it(scene: Scene) -> None:
    one = await scene.register()
    two = await scene.register(redirect_uris=[CALLBACK, LOOPBACK])
    assert (await scene.http.get(request(one, Proof(), redirect_uri=""))).status_code == 200
    assert (await scene.http.get(request(two, Proof(), redirect_uri=""))).status_code == 400


async def test_a_revoked_app_is_answered_nowhere(scene: Scene) -> None:
    app = await scene.register()
    await clients.revoke(scene.database, app.id, scene.time.now)
    response = await scene.http.get(request(app, Proof()))
    assert (response.status_code, "location" in response.headers) == (400, False)


async def test_what_an_app_registered_for_is_the_most_it_may_ask(scene: Scene) -> None:
    app = await scene.register(scope="contact.all deal.read")
    assert (await scene.http.get(request(app, Proof(), ("contact.write",)))).status_code == 200
    response = await scene.http.get(request(app, Proof(), ("task.read",)))
    assert "error=invalid_scope" in response.headers["location"]


@pytest.mark.parametrize("resource", [ISSUER, f"{ISSUER}/", f"{ISSUER}/v1", f"{ISSUER}/v1/"])
async def test_a_token_for_either_name_of_the_api_opens_it(scene: Scene, resource: str) -> None:
    tokens = await scene.tokens(resource=resource)
    assert (await scene.me(tokens["access_token"])).status_code == 200


async def test_a_token_is_never_for_more_than_was_granted(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof, resource=f"{ISSUER}/v1")
    response = await scene.redeem(app, code, proof, resource=ISSUER)
    assert response.json()["error"] == "invalid_target"
    tokens = (await scene.redeem(app, code, proof, resource=f"{ISSUER}/v1")).json()
    assert (await scene.refresh(app, tokens["refresh_token"], resource="https://x.example")).status_code == 400


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"redirect_uris": ["https://*.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://app.example/*"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://app.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://app.example/cb#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://u:p@app.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https:///cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://app.example:99999/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["data:text/html,x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["myapp://cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["com.example.app:cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [""]}, "invalid_redirect_uri"),
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": CALLBACK}, "invalid_redirect_uri"),
        ({"redirect_uris": [7]}, "invalid_redirect_uri"),
        ({"redirect_uris": [CALLBACK] * 11}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://app.example/" + "a" * 2_000]}, "invalid_redirect_uri"),
        ({"client_name": "a\u202eb"}, "invalid_client_metadata"),
        ({"client_name": "a\x00b"}, "invalid_client_metadata"),
        ({"client_name": "a" * 101}, "invalid_client_metadata"),
        ({"client_name": 7}, "invalid_client_metadata"),
        ({"client_uri": "http://app.example"}, "invalid_client_metadata"),
        ({"client_uri": "com.example.app:/"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"scope": "contact.king"}, "invalid_client_metadata"),
        ({"scope": ["contact.read"]}, "invalid_client_metadata"),
    ],
)
async def test_what_may_not_be_registered_is_refused(scene: Scene, metadata: dict[str, object], error: str) -> None:
    response = await scene.http.post("/oauth/register", json=registration(**metadata))
    assert (response.status_code, response.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    "uri", [CALLBACK, LOOPBACK, "http://localhost/", "http://[::1]:7/x", "com.example.app:/cb", "com.example.app://cb"]
)
async def test_https_loopback_and_reverse_domain_addresses_may_be_registered(scene: Scene, uri: str) -> None:
    app = await scene.register(redirect_uris=[uri])
    assert app.record["redirect_uris"] == [uri]
    assert (await scene.http.get(request(app, Proof(), redirect_uri=uri))).status_code == 200


async def test_an_app_is_public_unless_it_asks_for_a_secret(scene: Scene) -> None:
    public = (await scene.register()).record
    assert (public["token_endpoint_auth_method"], "client_secret" in public) == ("none", False)
    confidential = (await scene.register(token_endpoint_auth_method="client_secret_post")).record
    assert confidential["client_secret"].startswith("pck_")
    assert confidential["client_secret_expires_at"] == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"redirect_uris":[],"redirect_uris":[]}', b"\xff"])
async def test_what_is_no_registration_at_all_is_refused(scene: Scene, body: bytes) -> None:
    response = await scene.http.post("/oauth/register", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400


async def test_nobody_registers_without_end(scene: Scene) -> None:
    answers = [await scene.http.post("/oauth/register", json=registration()) for _ in range(21)]
    assert [each.status_code for each in answers] == [201] * 20 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
