"""Which client is asking: how one proves itself, what is refused to whom, and what acts by itself."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from crm.storage import tokens
from crm.storage.oauth import clients, grants
from crm.storage.oauth.clients import Client
from crm.storage.oauth.grants import Grant
from crm.storage.opaque import hashed
from crm.storage.tokens import Grant as Personal
from gateway.oauth import form
from tests.gateway.oauth.scene import CALLBACK, PASSWORD, App, Proof, Scene, request

SECOND = timedelta(seconds=1)
SECRET = "pck_a-secret-of-some-length"


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


async def bound(scene: Scene, who: str = "rita", scopes: tuple[str, ...] = ("contact.all", "deal.read")) -> App:
    """A confidential client that acts as somebody by itself, as `crm-gateway client create` makes one."""
    person = scene.people[who]
    client = Client("Sync", (), ("client_credentials",), "client_secret_basic", scopes, person.business_id,
                    secret_hash=hashed(SECRET))  # fmt: skip
    grant = Grant(person.business_id, person.user_id, client.id, "client_credentials", scopes, ())
    await clients.add(scene.database, client, scene.time.now)
    await grants.add(scene.database, grant, scene.time.now)
    return App({"client_id": client.id, "client_secret": SECRET})


async def by_itself(scene: Scene, app: App, **parameters: str) -> httpx.Response:
    return await scene.token(app, grant_type="client_credentials", **parameters)


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_confidential_client_proves_itself(scene: Scene, method: str) -> None:
    app, proof = await scene.register(token_endpoint_auth_method=method), Proof()
    code = await scene.code(app, proof)
    given = {"grant_type": "authorization_code", "code": code, "code_verifier": proof.verifier}
    for data, headers in (
        ({"client_id": app.id}, {}),
        ({"client_id": app.id, "client_secret": SECRET}, {}),
        ({}, basic(app.id, SECRET)),
        ({}, basic(app.id, "")),
        ({}, basic("app_" + "0" * 24, app.record["client_secret"])),
        ({}, {"Authorization": "Basic !"}),
        ({}, {"Authorization": "Basic YQ=="}),
        ({}, {"Authorization": "Digest x"}),
        ({}, {}),
    ):
        response = await scene.http.post("/oauth/token", data={**given, **data}, headers=headers)
        assert (response.status_code, response.json()["error"]) == (401, "invalid_client")
        assert response.headers["www-authenticate"].startswith("Basic ")
    good: dict[str, Any] = (
        {"data": {**given, **app.credentials}}
        if method == "client_secret_post"
        else {"data": given, "headers": basic(app.id, app.record["client_secret"])}
    )
    assert (await scene.http.post("/oauth/token", **good)).status_code == 200


async def test_a_client_authenticates_in_one_way(scene: Scene) -> None:
    app = await scene.register(token_endpoint_auth_method="client_secret_basic")
    secret = app.record["client_secret"]
    for data in ({"client_secret": secret}, {"client_id": "app_" + "0" * 24}):
        given = {"grant_type": "refresh_token", "refresh_token": "x", **data}
        response = await scene.http.post("/oauth/token", data=given, headers=basic(app.id, secret))
        assert response.json()["error"] == "invalid_request"


async def test_a_public_client_has_no_secret_to_send(scene: Scene) -> None:
    app = await scene.register()
    response = await scene.token(app, grant_type="refresh_token", refresh_token="x", client_secret="guess")
    assert response.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password", "username": "ada", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
    ],
)
async def test_a_token_request_that_makes_no_sense_is_refused(
    scene: Scene, parameters: dict[str, str], error: str
) -> None:
    response = await scene.token(await scene.register(), **parameters)
    assert (response.status_code, response.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b'{"grant_type":"refresh_token"}', "application/json"),
        (b"grant_type=refresh_token", "text/plain"),
        (b"grant_type=%ff%fe", "application/x-www-form-urlencoded"),
        (b"grant_type=a%00b", "application/x-www-form-urlencoded"),
        (b"grant_type=\xff", "application/x-www-form-urlencoded"),
        (b"&".join(b"a=1" for _ in range(101)), "application/x-www-form-urlencoded"),
        (b"grant_type=a&grant_type=b", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_is_refused(scene: Scene, content: bytes, media_type: str) -> None:
    response = await scene.http.post("/oauth/token", content=content, headers={"Content-Type": media_type})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


async def test_nothing_is_taken_from_the_query(scene: Scene) -> None:
    app, proof = await scene.register(token_endpoint_auth_method="client_secret_post"), Proof()
    code = await scene.code(app, proof)
    given = {"grant_type": "authorization_code", "code": code, "code_verifier": proof.verifier, **app.credentials}
    response = await scene.http.post(
        "/oauth/token", params=given, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert response.status_code == 401


@pytest.mark.parametrize("path", ["token", "register", "revoke", "introspect"])
async def test_other_methods_are_refused_as_everywhere(scene: Scene, path: str) -> None:
    response = await scene.http.get(f"/oauth/{path}")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_body_without_end_is_refused(scene: Scene) -> None:
    response = await scene.http.post(
        "/oauth/token", content=b"a" * 70_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert response.status_code == 413


async def test_a_body_that_never_comes_is_not_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "SECONDS", 0.05)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"grant_type="
        await asyncio.sleep(5)

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await scene.http.post("/oauth/token", content=slowly(), headers=headers)
    assert (response.status_code, response.headers["connection"]) == (400, "close")


async def test_a_bound_client_acts_as_its_user(scene: Scene) -> None:
    app = await bound(scene)
    told = (await by_itself(scene, app)).json()
    assert (told["scope"], "refresh_token" in told) == ("contact.all deal.read", False)
    me = (await scene.me(told["access_token"])).json()
    assert (me["user"]["email"], me["role"]) == ("rita@test.example", "rep")
    again = (await by_itself(scene, app, scope="deal.read")).json()
    assert (await scene.me(again["access_token"])).json()["scopes"] == ["deal.read"]
    one, two = [await scene.authority.principal(each["access_token"]) for each in (told, again)]
    assert one.bucket == two.bucket


async def test_a_bound_client_gets_no_more_than_it_was_given(scene: Scene) -> None:
    app = await bound(scene)
    assert (await by_itself(scene, app, scope="deal.write")).json()["error"] == "invalid_scope"
    assert (await by_itself(scene, app, resource="https://x.example")).json()["error"] == "invalid_target"
    assert (await scene.token(App({"client_id": app.id}), grant_type="client_credentials")).status_code == 401


async def test_a_client_whose_binding_is_revoked_gets_nothing(scene: Scene) -> None:
    app, person = await bound(scene), scene.people["rita"]
    token = (await by_itself(scene, app)).json()["access_token"]
    assert (await scene.me(token)).status_code == 200
    assert await grants.revoke_of_client(scene.database, person.business_id, person.user_id, app.id, scene.time.now)
    scene.time.passes(SECOND)
    assert (await scene.me(token)).status_code == 401
    assert (await by_itself(scene, app)).json()["error"] == "unauthorized_client"


async def test_a_client_gives_up_its_own_tokens_and_no_others(scene: Scene) -> None:
    app, other = await scene.register(), await scene.register()
    mine = await scene.tokens(app)
    for each in ("refresh_token", "access_token"):
        response = await scene.http.post("/oauth/revoke", data={**other.credentials, "token": mine[each]})
        assert response.status_code == 200
    scene.time.passes(SECOND)
    assert (await scene.me(mine["access_token"])).status_code == 200
    await scene.http.post("/oauth/revoke", data={**app.credentials, "token": mine["access_token"]})
    scene.time.passes(SECOND)
    assert (await scene.me(mine["access_token"])).status_code == 401
    following = (await scene.refresh(app, mine["refresh_token"])).json()
    assert (await scene.me(following["access_token"])).status_code == 200
    hinted = {**app.credentials, "token": following["refresh_token"], "token_type_hint": "access_token"}
    await scene.http.post("/oauth/revoke", data=hinted)
    scene.time.passes(SECOND)
    assert (await scene.me(following["access_token"])).status_code == 401
    assert (await scene.refresh(app, following["refresh_token"])).status_code == 400


@pytest.mark.parametrize("text", ["x", "pcr_" + "0" * 55, "pct_" + "0" * 55, "a.b.c", "é"])
async def test_revoking_what_is_no_token_is_fine(scene: Scene, text: str) -> None:
    app = await scene.register()
    assert (await scene.http.post("/oauth/revoke", data={**app.credentials, "token": text})).status_code == 200
    assert (await scene.http.post("/oauth/revoke", data={"token": text})).status_code == 401


async def test_who_may_know_of_a_token_is_told_what_it_is(scene: Scene) -> None:
    server = await bound(scene)
    app = await scene.register()
    given = await scene.tokens(app)
    ada = scene.people["ada"]
    personal = await tokens.create(
        scene.database,
        ada.business_id,
        Personal(ada.user_id, "x", ("deal.read",), scene.time.now + timedelta(minutes=5)),
        scene.time.now,
    )

    async def asked(text: str, **options: Any) -> dict[str, Any]:
        told: dict[str, Any] = (await scene.http.post("/oauth/introspect", data={"token": text}, **options)).json()
        return told

    mine = {"headers": basic(server.id, SECRET)}
    access = await asked(given["access_token"], **mine)
    assert (access["active"], access["sub"], access["client_id"]) == (True, ada.user_id, app.id)
    assert (access["scope"], access["token_type"]) == ("contact.read deal.read", "Bearer")
    assert (await asked(given["refresh_token"], **mine))["token_type"] == "refresh_token"
    assert (await asked(personal, **mine))["scope"] == "deal.read"
    assert (await asked(given["access_token"], headers={"Authorization": f"Bearer {personal}"}))["active"] is True

    strange = await bound(scene, "bob")
    other = await scene.register(token_endpoint_auth_method="client_secret_basic")
    for each in (basic(strange.id, SECRET), basic(other.id, other.record["client_secret"])):
        assert await asked(given["access_token"], headers=each) == {"active": False}
    for gone in ("x", "a.b.c", "pcr_x", "pct_x", given["access_token"][:-1]):
        assert await asked(gone, **mine) == {"active": False}
    await scene.refresh(app, given["refresh_token"])
    assert await asked(given["refresh_token"], **mine) == {"active": False}
    scene.time.passes(timedelta(hours=1))
    assert await asked(given["access_token"], **mine) == {"active": False}
    assert await asked(personal, **mine) == {"active": False}


async def test_nobody_else_may_ask(scene: Scene) -> None:
    app = await scene.register()
    given = await scene.tokens(app)
    token = {"token": given["access_token"]}
    assert (await scene.http.post("/oauth/introspect", data={**app.credentials, **token})).status_code == 401
    assert (await scene.http.post("/oauth/introspect", data=token)).status_code == 401
    response = await scene.http.post("/oauth/introspect", data=token, headers={"Authorization": "Bearer x"})
    assert response.status_code == 401


async def test_an_app_made_for_one_tenant_serves_no_other(scene: Scene) -> None:
    client = Client("Ledger", (CALLBACK,), ("authorization_code",), business_id=scene.people["bob"].business_id)
    await clients.add(scene.database, client, scene.time.now)
    app, proof = App({"client_id": client.id}), Proof()
    assert (await scene.redeem(app, await scene.code(app, proof, "bob"), proof)).json().keys() == {
        "access_token", "token_type", "expires_in", "scope",
    }  # fmt: skip
    async with scene.browser() as browser:
        page = await browser.sign_in(await browser.open(request(app, proof)), "rita@test.example", PASSWORD)
    assert (page.status, page.actions) == (403, [])
