"""My apps and my tokens: what is shown, made once, and ended; by me and nobody else."""

import re
from datetime import timedelta

import pytest

from crm.storage import tokens
from tests.gateway.oauth.browser import Browser, Page
from tests.gateway.oauth.scene import PASSWORD, Scene
from tests.gateway.oauth.test_clients import bound, by_itself

SECOND = timedelta(seconds=1)
APPS, TOKENS = "/account/apps", "/account/tokens"


async def signed_in(browser: Browser, scene: Scene, who: str, place: str) -> Page:
    """A page of somebody's account."""
    await browser.sign_in(await browser.open("/account/sign-in"), scene.people[who].email, PASSWORD)
    return await browser.open(place)


async def made(browser: Browser, page: Page, name: str = "nightly", life: str = "30") -> str:
    """The text of a token made with the form."""
    page = await browser.submit(page, TOKENS, {"name": name, "life": life}, ticked=("contact.read", "deal.write"))
    assert page.status == 201
    [text, _] = re.findall(r"pct_\w+", page.text)
    return str(text)


@pytest.mark.parametrize("place", [APPS, TOKENS])
async def test_an_account_is_shown_to_its_owner_alone(scene: Scene, place: str) -> None:
    async with scene.browser() as browser:
        page = await browser.open(place)
        assert page.actions == ["/account/sign-in"]
        page = await browser.sign_in(page, "ada@test.example", PASSWORD)
        assert str(page.response.url).endswith(place)


async def test_an_app_is_listed_with_what_it_may_and_when_it_did(scene: Scene) -> None:
    app = await scene.register(client_name="Ledger")
    given = await scene.tokens(app)
    await scene.tokens(app, scopes=("task.all",))
    async with scene.browser() as browser:
        page = await signed_in(browser, scene, "ada", APPS)
        assert page.text.count("<h2") == 1
        for words in ("Ledger", "See contacts", "See, create, change and delete tasks", "never used"):
            assert words in page.text
        scene.time.passes(SECOND)
        await scene.me(given["access_token"])
        await scene.authority.authentication.settle()
        assert "last used on <time" in (await browser.open(APPS)).text
    async with scene.browser() as browser:
        assert "Ledger" not in (await signed_in(browser, scene, "rita", APPS)).text


async def test_an_app_that_is_revoked_is_out_within_a_second(scene: Scene) -> None:
    app = await scene.register()
    given = [await scene.tokens(app), await scene.tokens(app)]
    other = await scene.tokens(app, "rita")
    assert (await scene.me(given[0]["access_token"])).status_code == 200
    async with scene.browser() as browser:
        page = await browser.submit(await signed_in(browser, scene, "ada", APPS), APPS)
        assert "There are none." in page.text
    scene.time.passes(SECOND)
    for each in given:
        assert (await scene.me(each["access_token"])).status_code == 401
        assert (await scene.refresh(app, each["refresh_token"])).status_code == 400
    assert (await scene.me(other["access_token"])).status_code == 200


async def test_a_client_that_acts_as_me_by_itself_is_mine_to_revoke(scene: Scene) -> None:
    app = await bound(scene)
    token = (await by_itself(scene, app)).json()["access_token"]
    async with scene.browser() as browser:
        page = await signed_in(browser, scene, "rita", APPS)
        assert "Set up by your administrator" in page.text
        await browser.submit(page, APPS)
    assert (await scene.me(token)).status_code == 401


async def test_a_token_is_shown_once_and_works(scene: Scene) -> None:
    async with scene.browser() as browser:
        text = await made(browser, await signed_in(browser, scene, "rita", TOKENS))
        page = await browser.open(TOKENS)
        assert "pct_" not in page.text
        for words in ("nightly", "never used", "good until", "contact.read", "deal.write"):
            assert words in page.text
        me = (await scene.me(text)).json()
        assert (me["user"]["email"], me["scopes"]) == ("rita@test.example", ["contact.read", "deal.write"])
        await scene.authority.authentication.settle()
        assert "last used on" in (await browser.open(TOKENS)).text
        scene.time.passes(timedelta(days=30) - timedelta(hours=11))
        assert (await scene.me(text)).status_code == 200
        scene.time.passes(timedelta(hours=11))
        assert (await scene.me(text)).status_code == 401
        assert "expired on" in (await signed_in(browser, scene, "rita", TOKENS)).text


async def test_a_token_that_is_revoked_is_out_within_a_second(scene: Scene) -> None:
    async with scene.browser() as browser:
        text = await made(browser, await signed_in(browser, scene, "ada", TOKENS), life="never")
        assert (await scene.me(text)).status_code == 200
        page = await browser.submit(await browser.open(TOKENS), "/account/tokens/revoke")
        assert "nightly" not in page.text
    scene.time.passes(SECOND)
    assert (await scene.me(text)).status_code == 401


async def test_nobody_revokes_anothers_token(scene: Scene) -> None:
    async with scene.browser() as browser:
        text = await made(browser, await signed_in(browser, scene, "ada", TOKENS))
    [row] = await tokens.listed(scene.database, scene.people["ada"].business_id)
    async with scene.browser() as browser:
        await made(browser, await signed_in(browser, scene, "rita", TOKENS))
        page = await browser.open(TOKENS)
        await browser.submit(page, "/account/tokens/revoke", {"token_id": row["id"]})
    scene.time.passes(SECOND)
    assert (await scene.me(text)).status_code == 200


@pytest.mark.parametrize(
    ("values", "ticked"),
    [
        ({"name": ""}, ("contact.read",)),
        ({"name": "   "}, ("contact.read",)),
        ({"name": "x" * 256}, ("contact.read",)),
        ({"name": "x", "life": "1000"}, ("contact.read",)),
        ({"name": "x"}, ()),
        ({"name": "x"}, ("contact.king",)),
    ],
)
async def test_what_is_filled_in_wrongly_is_told(scene: Scene, values: dict[str, str], ticked: tuple[str, ...]) -> None:
    async with scene.browser() as browser:
        page = await signed_in(browser, scene, "ada", TOKENS)
        answer = await browser.submit(page, TOKENS, values, ticked=ticked)
        assert answer.status == 422
        assert 'role="alert"' in answer.text
    assert await tokens.listed(scene.database, scene.people["ada"].business_id) == []


@pytest.mark.parametrize("action", [APPS, TOKENS, "/account/tokens/revoke", "/account/sign-out", "/account/business"])
async def test_no_form_is_taken_without_its_mark(scene: Scene, action: str) -> None:
    async with scene.browser() as browser:
        await signed_in(browser, scene, "ada", APPS)
        fields = [("name", "x"), ("life", "30"), ("granted", "contact.read"), ("client_id", "x"), ("token_id", "x")]
        assert (await browser.send(action, fields)).status == 403
        assert (await browser.send(action, [*fields, ("csrf", "0" * 64)])).status == 403
        assert (await browser.open(APPS)).actions[0] == "/account/sign-out"


async def test_what_the_role_makes_moot_is_marked_on_the_form(scene: Scene) -> None:
    async with scene.browser() as browser:
        assert (await signed_in(browser, scene, "vic", TOKENS)).text.count("<small>no effect</small>") == 12
    async with scene.browser() as browser:
        assert "no effect" not in (await signed_in(browser, scene, "ada", TOKENS)).text.lower()


@pytest.mark.parametrize("action", [APPS, TOKENS, "/account/tokens/revoke"])
async def test_who_is_signed_out_meanwhile_is_asked_to_sign_in(scene: Scene, action: str) -> None:
    async with scene.browser() as browser:
        assert (await browser.send(action, [("csrf", "x")])).actions == ["/account/sign-in"]


async def test_pages_refuse_other_methods_as_everywhere(scene: Scene) -> None:
    response = await scene.http.put(APPS)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")
    assert response.headers["content-type"] == "application/problem+json"
    assert (await scene.http.head("/account/sign-in")).content == b""
