"""What is not there must not be told from what is by its time: the same statements, and the same words.

Times themselves are noise on any shared machine; what makes them is counted instead. Sign-in is in test_sign_in.
"""

import pytest

from crm.storage import tokens
from crm.storage.database import counting
from crm.storage.opaque import Kind
from crm.storage.tokens import Grant
from tests.gateway.oauth.scene import App, Proof, Scene
from tests.gateway.oauth.test_access_tokens import forged


async def statements(scene: Scene, *texts: str) -> set[int]:
    """How many statements it takes to refuse each of these bearer tokens."""
    counts = set()
    for text in texts:
        async with counting() as seen:
            assert (await scene.me(text)).status_code == 401
        counts.add(len(seen))
    return counts


async def test_an_unknown_personal_token_and_a_revoked_one(scene: Scene) -> None:
    ada = scene.people["ada"]
    grant = Grant(ada.user_id, "x", ("contact.read",))
    text = await tokens.create(scene.database, ada.business_id, grant, scene.time.now)
    [row] = await tokens.listed(scene.database, ada.business_id)
    await tokens.revoke(scene.database, ada.business_id, row["id"], scene.time.now)
    bob = scene.people["bob"].business_id
    assert await statements(scene, text, tokens.new(ada.business_id), tokens.new(bob)) == {1}


async def test_a_revoked_access_token_and_one_of_an_unknown_grant(scene: Scene) -> None:
    app = await scene.register()
    revoked = (await scene.tokens(app))["access_token"]
    await scene.http.post("/oauth/revoke", data={**app.credentials, "token": revoked})
    assert await statements(scene, revoked, await forged(scene, grant_id="gra_" + "0" * 24)) == {1}


@pytest.mark.parametrize("kind", ["authorization_code", "refresh_token"])
async def test_an_unknown_code_or_refresh_token_and_anothers(scene: Scene, kind: str) -> None:
    app, other, proof = await scene.register(), await scene.register(), Proof()
    code = await scene.code(app, proof)
    tokens = await scene.tokens(app)
    known = code if kind == "authorization_code" else tokens["refresh_token"]
    unknown = Kind(known[:4]).new(scene.people["ada"].business_id)
    told = []
    for text in (known, unknown):
        async with counting() as seen:
            response = (
                await scene.redeem(other, text, proof)
                if kind == "authorization_code"
                else await scene.refresh(other, text)
            )
        told.append((response.status_code, response.json(), len(seen)))
    assert told[0] == told[1]


async def test_an_unknown_client_and_a_wrong_secret(scene: Scene) -> None:
    known = await scene.register(token_endpoint_auth_method="client_secret_post")
    told = []
    for client_id in (known.id, "app_" + "0" * 24):
        app = App({"client_id": client_id, "client_secret": "guess"})
        async with counting() as seen:
            response = await scene.refresh(app, "x")
        told.append((response.status_code, response.json(), len(seen)))
    assert told[0] == told[1]


async def test_revoking_tells_nothing_of_anothers_token(scene: Scene) -> None:
    app, other = await scene.register(), await scene.register()
    given = await scene.tokens(app)
    unknown = Kind("pcr_").new(scene.people["ada"].business_id)
    told = []
    for text in (given["refresh_token"], unknown):
        async with counting() as seen:
            response = await scene.http.post("/oauth/revoke", data={**other.credentials, "token": text})
        told.append((response.status_code, response.content, len(seen)))
    assert told[0] == told[1]
