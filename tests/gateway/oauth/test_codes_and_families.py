"""Attacks on codes and refresh tokens: what is presented twice, by the wrong one, too late, or by many at once."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from crm.storage.oauth import codes
from crm.storage.oauth.codes import CODE
from crm.storage.oauth.expired import forget_expired
from tests.gateway.oauth.scene import CALLBACK, App, Proof, Scene

SECOND = timedelta(seconds=1)
MANY = 20


def refused(response: httpx.Response, error: str = "invalid_grant") -> bool:
    """Whether an answer is this refusal, and gives nothing away."""
    body = response.json()
    return response.status_code == 400 and body["error"] == error and set(body) == {"error", "error_description"}


async def ended(scene: Scene, app: App, tokens: dict[str, Any]) -> bool:
    """Whether everything of a family is worth nothing any more, a second later."""
    scene.time.passes(SECOND)
    me = await scene.me(tokens["access_token"])
    return me.status_code == 401 and refused(await scene.refresh(app, tokens["refresh_token"]))


async def works(scene: Scene, tokens: dict[str, Any]) -> bool:
    scene.time.passes(SECOND)
    return (await scene.me(tokens["access_token"])).status_code == 200


async def test_a_replayed_code_ends_what_it_gave(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof)
    tokens = (await scene.redeem(app, code, proof)).json()
    assert await works(scene, tokens)
    assert refused(await scene.redeem(app, code, proof))
    assert await ended(scene, app, tokens)


async def test_a_code_replayed_much_later_still_ends_what_it_gave(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof)
    tokens = (await scene.redeem(app, code, proof)).json()
    scene.time.passes(timedelta(days=20))
    tokens = (await scene.refresh(app, tokens["refresh_token"])).json()
    assert refused(await scene.redeem(app, code, proof))
    assert await ended(scene, app, tokens)


@pytest.mark.parametrize("wrong", ["verifier", "client", "redirect_uri"])
async def test_a_code_presented_wrongly_changes_nothing(scene: Scene, wrong: str) -> None:
    """Before it was redeemed and after: who only has the code can neither use it nor end what it gave."""
    app, other, proof = await scene.register(), await scene.register(), Proof()
    code = await scene.code(app, proof)

    async def attack() -> httpx.Response:
        if wrong == "verifier":
            return await scene.redeem(app, code, Proof())
        if wrong == "client":
            return await scene.redeem(other, code, proof)
        return await scene.redeem(app, code, proof, redirect_uri=f"{CALLBACK}&x=1")

    assert refused(await attack())
    tokens = (await scene.redeem(app, code, proof)).json()
    assert refused(await attack())
    assert await works(scene, tokens)


async def test_of_many_who_redeem_a_code_at_once_one_wins(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof)
    answers = await asyncio.gather(*(scene.redeem(app, code, proof) for _ in range(MANY)))
    assert Counter(each.status_code for each in answers) == {200: 1, 400: MANY - 1}
    [tokens] = [each.json() for each in answers if each.status_code == 200]
    assert await ended(scene, app, tokens)


async def test_of_many_who_refresh_at_once_one_wins(scene: Scene) -> None:
    app = await scene.register()
    first = await scene.tokens(app)
    answers = await asyncio.gather(*(scene.refresh(app, first["refresh_token"]) for _ in range(MANY)))
    assert Counter(each.status_code for each in answers) == {200: 1, 400: MANY - 1}
    [tokens] = [each.json() for each in answers if each.status_code == 200]
    assert await ended(scene, app, tokens)


async def test_a_reused_refresh_token_ends_its_family_and_no_other(scene: Scene) -> None:
    app = await scene.register()
    first, other = await scene.tokens(app), await scene.tokens(app)
    second = (await scene.refresh(app, first["refresh_token"])).json()
    third = (await scene.refresh(app, second["refresh_token"])).json()
    assert refused(await scene.refresh(app, first["refresh_token"]))
    assert await ended(scene, app, third)
    assert await works(scene, other)


async def test_a_refresh_token_is_its_clients_alone(scene: Scene) -> None:
    app, other = await scene.register(), await scene.register()
    tokens = await scene.tokens(app)
    assert refused(await scene.refresh(other, tokens["refresh_token"]))
    assert (await scene.refresh(app, tokens["refresh_token"])).status_code == 200


@pytest.mark.parametrize(("asked", "status"), [("contact.read", 200), ("contact.read contact.write", 400)])
async def test_a_refresh_may_ask_for_less_and_never_for_more(scene: Scene, asked: str, status: int) -> None:
    app = await scene.register()
    tokens = await scene.tokens(app)
    response = await scene.refresh(app, tokens["refresh_token"], scope=asked)
    assert response.status_code == status
    if status == 400:
        assert refused(response, "invalid_scope")
        assert (await scene.refresh(app, tokens["refresh_token"])).json()["scope"] == "contact.read deal.read"
        return
    less = response.json()
    assert (await scene.me(less["access_token"])).json()["scopes"] == ["contact.read"]
    again = (await scene.refresh(app, less["refresh_token"])).json()
    assert again["scope"] == "contact.read deal.read"


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 400)])
async def test_a_code_is_good_for_a_minute(scene: Scene, seconds: int, status: int) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof)
    scene.time.passes(timedelta(seconds=seconds))
    assert (await scene.redeem(app, code, proof)).status_code == status


@pytest.mark.parametrize(("short", "status"), [(SECOND, 200), (timedelta(0), 400)])
async def test_a_refresh_token_is_good_for_thirty_days(scene: Scene, short: timedelta, status: int) -> None:
    app = await scene.register()
    tokens = await scene.tokens(app)
    scene.time.passes(timedelta(days=30) - short)
    assert (await scene.refresh(app, tokens["refresh_token"])).status_code == status


@pytest.mark.parametrize(("short", "status"), [(SECOND, 200), (timedelta(0), 401)])
async def test_an_access_token_is_good_for_an_hour(scene: Scene, short: timedelta, status: int) -> None:
    tokens = await scene.tokens()
    scene.time.passes(timedelta(hours=1) - short)
    assert (await scene.me(tokens["access_token"])).status_code == status


@pytest.mark.parametrize("verifier", ["", "short", "a" * 129, "ä" * 50, "with spaces " * 5])
async def test_what_is_no_verifier_is_refused(scene: Scene, verifier: str) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof)
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    response = await scene.token(app, **given, code_verifier=verifier)
    assert refused(response, "invalid_grant" if verifier else "invalid_request")


async def test_the_challenge_is_no_verifier(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof)
    assert refused(await scene.redeem(app, code, Proof(proof.challenge)))


@pytest.mark.parametrize("text", ["x", "pca_" + "0" * 55, "é", "pca_\n", "' OR 1=1 --", "pct_"])
async def test_what_is_no_code_and_no_token_is_refused(scene: Scene, text: str) -> None:
    app = await scene.register()
    assert refused(await scene.redeem(app, text, Proof()))
    assert refused(await scene.refresh(app, text))


async def test_only_hashes_are_kept(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    text = await scene.code(app, proof)
    credential = CODE.parse(text)
    assert credential is not None
    assert credential.hash not in text
    assert await codes.find(scene.database, credential) is not None


async def test_what_may_come_a_second_time_is_kept_and_what_may_not_is_forgotten(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof)
    tokens = (await scene.redeem(app, code, proof)).json()
    await scene.http.post("/oauth/revoke", data={**app.credentials, "token": tokens["access_token"]})
    scene.time.passes(timedelta(days=29))
    assert await forget_expired(scene.database, scene.time.now) == 2, "the session and the revoked access token"
    tokens = (await scene.refresh(app, tokens["refresh_token"])).json()
    assert refused(await scene.redeem(app, code, proof))
    assert await ended(scene, app, tokens)
    scene.time.passes(timedelta(days=61))
    assert await forget_expired(scene.database, scene.time.now) == 3, "the code and two refresh tokens"
