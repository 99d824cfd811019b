"""The consent page: what it shows, what can be refused, and that nobody else can send its form."""

import re

import pytest

from tests.gateway.oauth.browser import Browser, Page
from tests.gateway.oauth.scene import CALLBACK, PASSWORD, App, Proof, Scene, request

SCOPES = ("contact.all", "deal.read", "deal.write")


async def asked(scene: Scene, browser: Browser, who: str = "ada", app: App | None = None, **parameters: str) -> Page:
    """The consent page, as somebody sees it."""
    app = app or await scene.register(client_name="<b>Ledger</b> & Söhne", client_uri="https://ledger.example")
    page = await browser.open(request(app, Proof(), SCOPES, **parameters))
    return await browser.sign_in(page, scene.people[who].email, PASSWORD)


def sent(page: Page, **changed: str) -> list[tuple[str, str]]:
    """The consent form as it would be sent by a press on Allow, with fields changed."""
    return page.form("/oauth/authorize").sent(changed, None, "allow")


async def test_it_names_the_app_and_where_its_answer_goes_and_every_scope(scene: Scene) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser)
    assert "&lt;b&gt;Ledger&lt;/b&gt; &amp; Söhne" in page.text
    assert "<b>" not in page.text
    for words in ("app.example", "Home", "ada@test.example", "registered itself", "https://ledger.example"):
        assert words in page.text
    assert page.form("/oauth/authorize").boxes == dict.fromkeys(SCOPES, True)
    for words in ("See, create, change and delete contacts", "See deals and pipelines", "Create and change deals"):
        assert words in page.text


async def test_what_the_role_makes_moot_is_shown_as_such(scene: Scene) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser, "vic")
    assert page.form("/oauth/authorize").boxes == {"contact.all": True, "deal.read": True, "deal.write": False}
    assert "The role viewer allows only to see." in page.text
    assert "No effect: the role viewer does not allow it." in page.text


@pytest.mark.parametrize(
    ("ticked", "scope"),
    [
        (("contact.all",), "contact.all"),
        (("deal.write", "deal.read"), "deal.read deal.write"),
        (("deal.read", "task.all", "contact.king"), "deal.read"),
    ],
)
async def test_what_is_granted_is_what_was_asked_and_left_ticked(
    scene: Scene, ticked: tuple[str, ...], scope: str
) -> None:
    app, proof = await scene.register(), Proof()
    code = await scene.code(app, proof, scopes=SCOPES, ticked=ticked)
    assert (await scene.redeem(app, code, proof)).json()["scope"] == scope


@pytest.mark.parametrize(("button", "ticked"), [("deny", None), ("allow", ()), (None, None)])
async def test_a_refusal_is_told_to_the_app(scene: Scene, button: str | None, ticked: tuple[str, ...] | None) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser)
        page = await browser.submit(page, "/oauth/authorize", ticked=ticked, button=button)
    assert page.parameters["error"] == "access_denied"
    assert page.parameters["state"] == "st&te"
    assert "code" not in page.parameters


async def test_without_scopes_an_app_asks_to_read(scene: Scene) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser, scope="")
    boxes = page.form("/oauth/authorize").boxes
    assert set(boxes) == {f"{each}.read" for each in ("contact", "company", "deal", "task", "note", "activity")}


@pytest.mark.parametrize(
    "changed",
    [
        {"csrf": ""},
        {"csrf": "0" * 64},
        {"csrf": "é"},
        {"scope": "contact.all deal.all"},
        {"client_id": "app_" + "0" * 24},
        {"redirect_uri": "https://evil.example/"},
        {"code_challenge": "a" * 43},
        {"state": "another"},
    ],
)
async def test_a_form_that_is_not_the_one_shown_decides_nothing(scene: Scene, changed: dict[str, str]) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser)
        answer = await browser.send("/oauth/authorize", sent(page, **changed))
    assert (answer.status, answer.left) == (403, None)


async def test_anothers_form_decides_nothing(scene: Scene) -> None:
    """The attacker's own form, sent by the victim's browser: it is bound to the attacker's session."""
    app = await scene.register()
    async with scene.browser() as attacker, scene.browser() as victim:
        form = sent(await asked(scene, attacker, "rita", app))
        await asked(scene, victim, "ada", app)
        answer = await victim.send("/oauth/authorize", form)
    assert (answer.status, answer.left) == (403, None)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_sent_by_another_site_decides_nothing(scene: Scene, site: str) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser)
        answer = await browser.send("/oauth/authorize", sent(page), {"Sec-Fetch-Site": site})
    assert (answer.status, answer.left) == (403, None)


async def test_who_has_been_signed_out_is_asked_again(scene: Scene) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser)
        browser.http.cookies.clear()
        page = await browser.send("/oauth/authorize", sent(page))
        assert page.actions == ["/account/sign-in"]
        page = await browser.sign_in(page, "ada@test.example", PASSWORD)
        assert "/oauth/authorize" in page.actions


async def test_no_page_can_be_framed_kept_or_scripted(scene: Scene) -> None:
    async with scene.browser() as browser:
        pages = [await browser.open("/account/sign-in"), await asked(scene, browser)]
        pages += [await browser.open(each) for each in ("/account/apps", "/account/tokens")]
        pages.append(await browser.send("/account/apps", [("csrf", "x"), ("client_id", "x")]))
    for page in pages:
        policy = page.response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert page.response.headers["x-frame-options"] == "DENY"
        assert page.response.headers["cache-control"] == "no-store"
        assert page.response.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in page.text
        assert 'style="' not in page.text


@pytest.mark.parametrize(
    ("uri", "ways"),
    [
        (CALLBACK, "form-action 'self' https:"),
        ("http://127.0.0.1/cb", "form-action 'self' https: http:"),
        ("com.example.app:/cb", "form-action 'self' https: com.example.app:"),
    ],
)
async def test_browsers_are_let_out_to_the_app_only_from_its_consent_page(scene: Scene, uri: str, ways: str) -> None:
    app = await scene.register(redirect_uris=[uri])
    async with scene.browser() as browser:
        page = await asked(scene, browser, app=app, redirect_uri=uri)
        assert page.response.headers["content-security-policy"].endswith(ways)
        page = await browser.open("/account/apps")
        assert page.response.headers["content-security-policy"].endswith("form-action 'self'")


async def test_pages_load_nothing_but_their_stylesheet(scene: Scene) -> None:
    async with scene.browser() as browser:
        page = await asked(scene, browser)
        response = await browser.http.get("/account/style.css")
    assert re.findall(r'(?:src|href)="([^"]+)"', page.text) == [
        *("/account/style.css", "/account/apps", "/account/tokens", "/account/apps")
    ]
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert response.headers["cache-control"] == "public, max-age=3600"
