"""The client that /docs signs in as: the installation's own, answered at its own page and nowhere else."""

import pytest

from crm.storage.oauth import clients
from crm.storage.oauth.clients import REFERENCE
from tests.gateway.oauth.scene import ISSUER, PASSWORD, App, Proof, Scene, request

DOCS = f"{ISSUER}/docs"
PAGE = App({"client_id": REFERENCE})


async def test_it_is_there_from_the_first_migration_on(scene: Scene) -> None:
    client = await clients.find(scene.database, REFERENCE)
    assert client is not None
    assert (client.name, client.redirect_uris, client.grant_types) == (
        "API reference",
        ("/docs",),
        ("authorization_code",),
    )
    assert (client.confidential, client.self_registered, client.business_id) == (False, False, None)


async def test_a_user_lets_the_page_in_and_it_gets_an_access_token_alone(scene: Scene) -> None:
    proof = Proof()
    async with scene.browser() as browser:
        shown = await browser.allow(request(PAGE, proof, redirect_uri=DOCS), scene.people["rita"].email, PASSWORD)
    address = shown.response.url
    assert (str(address.copy_with(query=None)), address.params["iss"]) == (DOCS, ISSUER)
    answer = await scene.redeem(PAGE, address.params["code"], proof, redirect_uri=DOCS)
    assert answer.status_code == 200
    assert "refresh_token" not in answer.json()
    me = await scene.me(answer.json()["access_token"])
    assert (me.status_code, me.json()["user"]["name"]) == (200, "Rita")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "/docs",
        f"{DOCS}/",
        f"{DOCS}?next=https://evil.example",
        f"{ISSUER}:444/docs",
        "https://evil.example/docs",
        "http://crm.test/docs",
        "http://127.0.0.1/docs",
    ],
)
async def test_it_is_answered_nowhere_else(scene: Scene, elsewhere: str) -> None:
    response = await scene.http.get(request(PAGE, Proof(), redirect_uri=elsewhere))
    assert (response.status_code, "location" in response.headers) == (400, False)


@pytest.mark.parametrize("uri", ["/docs", "//crm.test/docs", "docs"])
async def test_nobody_else_registers_a_page_of_ours(scene: Scene, uri: str) -> None:
    body = {"client_name": "Ledger", "redirect_uris": [uri]}
    response = await scene.http.post("/oauth/register", json=body)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_redirect_uri")


async def test_an_operator_can_switch_it_off(scene: Scene) -> None:
    assert await clients.revoke(scene.database, REFERENCE, scene.time.now)
    assert (await scene.http.get(request(PAGE, Proof(), redirect_uri=DOCS))).status_code == 400
