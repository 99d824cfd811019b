"""Signing in: which businesses, how often, how long; nobody learns who has an account; nobody is sent elsewhere."""

import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from crm.kit import passwords
from crm.storage.database import counting
from crm.users import repository as users
from gateway.oauth.pages import passwords as hashing
from gateway.oauth.pages import sign_in
from gateway.oauth.throttle import Limit
from tests.gateway.oauth.browser import Browser, Page
from tests.gateway.oauth.scene import PASSWORD, Proof, Scene, kept, request

HOME = "/account/apps"


async def attempt(browser: Browser, email: str, password: str, **fields: str) -> Page:
    page = await browser.open("/account/sign-in")
    return await browser.submit(page, "/account/sign-in", {"email": email, "password": password, **fields})


def has_session(browser: Browser) -> bool:
    return "__Host-crm_session" in browser.http.cookies


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@test.example", "wrong"),
        ("ada@test.example", ""),
        ("nobody@test.example", PASSWORD),
        ("", ""),
        ("ada@test.example" + "x" * 300, PASSWORD),
        ("ada@test.example", "x" * 2_000),
        ("' OR 1=1 --", PASSWORD),
    ],
)
async def test_whatever_is_wrong_the_answer_is_the_same(scene: Scene, email: str, password: str) -> None:
    async with scene.browser() as browser:
        page = await attempt(browser, email, password)
        assert page.status == 422
        assert "The e-mail address or the password is wrong." in page.text
        assert not has_session(browser)


@pytest.mark.parametrize(
    "email", ["nobody@test.example", "rita@test.example", "ada@test.example", "nopass@test.example"]
)
async def test_whoever_it_is_the_work_is_the_same(scene: Scene, email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In no tenant, in one, in two, or without a password: as many hashes and as many statements."""
    values = {"name": "No", "email": "nopass@test.example", "role": "rep", "team": None}
    await users.add(scene.database, scene.people["ada"].business_id, values, scene.time.now)
    hashed: list[str] = []
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            hashed.append(kept)
            return hasher.verify(kept, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    async with scene.browser() as browser:
        page = await browser.open("/account/sign-in")
        async with counting() as statements:
            await browser.submit(page, "/account/sign-in", {"email": email, "password": "wrong"})
    assert (len(hashed), len(statements)) == (2, 1)


async def one_password(scene: Scene, password: str) -> None:
    """Give Ada the same password in both businesses."""
    for each in await users.of_email(scene.database, "ada@test.example"):
        await users.change(scene.database, each, {"password_hash": kept(password)}, scene.time.now)


async def test_who_is_in_several_businesses_chooses_after_the_password(scene: Scene) -> None:
    await one_password(scene, "one for both")
    async with scene.browser() as browser:
        page = await browser.open(request(await scene.register(), Proof()))
        page = await browser.sign_in(page, "ada@test.example", "one for both")
        assert not has_session(browser)
        assert [words for words in ("Home", "Abroad") if words in page.text] == ["Home", "Abroad"]
        page = await browser.submit(page, "/account/business", button=scene.people["ada_abroad"].business_id)
        assert has_session(browser)
        assert "<strong>Abroad</strong>" in page.text


async def test_a_password_of_one_business_opens_only_that_one(scene: Scene) -> None:
    async with scene.browser() as browser:
        assert "Abroad" in (await attempt(browser, "ada@test.example", "another horse")).text
    async with scene.browser() as browser:
        assert "Home" in (await attempt(browser, "ada@test.example", PASSWORD)).text


@pytest.mark.parametrize("change", ["late", "edited", "other browser", "other business", "password changed"])
async def test_the_choice_of_a_business_cannot_be_forged(scene: Scene, change: str) -> None:
    await one_password(scene, "one for both")
    async with scene.browser() as browser, scene.browser() as other:
        page = await attempt(browser, "ada@test.example", "one for both")
        fields = dict(page.form("/account/business").fields)
        at, business = browser, scene.people["ada"].business_id
        if change == "late":
            scene.time.passes(timedelta(minutes=5))
        elif change == "edited":
            fields["ticket"] = f"x{fields['ticket'][1:]}"
        elif change == "other browser":
            at = other
        elif change == "other business":
            business = "biz_" + "0" * 24
        else:
            await one_password(scene, "a new one")
        answer = await at.send("/account/business", [*fields.items(), ("business", business)])
        assert answer.status == 403
        assert not has_session(at)


@pytest.mark.parametrize(
    "place",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/oauth/authorize",
        "/account/style.css",
        "/v1/me",
        "javascript:alert(1)",
        "/oauth/authorize?\r\nSet-Cookie: x=y",
        "/account/apps/../../evil",
    ],
)
async def test_nobody_is_sent_elsewhere(scene: Scene, place: str) -> None:
    async with scene.browser() as browser:
        page = await attempt(browser, "ada@test.example", PASSWORD, return_to=place)
        assert str(page.response.url).endswith(HOME)
        assert page.left is None


async def test_a_form_of_another_browser_signs_nobody_in(scene: Scene) -> None:
    """Else an attacker could have a victim work under the attacker's account."""
    async with scene.browser() as attacker, scene.browser() as victim:
        page = await attacker.open("/account/sign-in")
        await victim.open("/account/sign-in")
        answer = await victim.sign_in(page, "rita@test.example", PASSWORD)
        assert answer.status == 403
        assert not has_session(victim)


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(scene: Scene) -> None:
    async with scene.browser() as browser:
        page = await browser.open("/account/sign-in")
        form = page.form("/account/sign-in").sent({"email": "ada@test.example", "password": PASSWORD}, None, None)
        response = await browser.http.post("/account/sign-in", data=dict(form))
    for answer in (page.response, response):
        [cookie] = answer.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-crm_")
        assert cookie.endswith("; HttpOnly; SameSite=Lax; Secure")
        assert "; Path=/;" in cookie
    assert response.status_code == 303


async def test_a_new_session_has_a_new_secret(scene: Scene) -> None:
    async with scene.browser() as browser:
        secrets = set()
        for _ in range(2):
            await attempt(browser, "ada@test.example", PASSWORD)
            secrets.add(browser.http.cookies["__Host-crm_session"])
            browser.http.cookies.delete("__Host-crm_session")
    assert len(secrets) == 2


@pytest.mark.parametrize("how", ["time", "sign out", "password"])
async def test_a_session_ends(scene: Scene, how: str) -> None:
    async with scene.browser() as browser:
        page = await attempt(browser, "ada@test.example", PASSWORD)
        secret = browser.http.cookies["__Host-crm_session"]
        if how == "time":
            scene.time.passes(timedelta(hours=12))
        elif how == "sign out":
            await browser.submit(page, "/account/sign-out")
            assert not has_session(browser)
        else:
            await one_password(scene, "a new one")
        browser.http.cookies.set("__Host-crm_session", secret, domain="crm.test")
        assert (await browser.open(HOME)).actions == ["/account/sign-in"]


async def test_an_account_is_guessed_at_only_so_often(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "BY_ACCOUNT", Limit("sign-in-account", 3, 900))
    for email in ("ada@test.example", "nobody@test.example"):
        async with scene.browser() as browser:
            answers = [(await attempt(browser, each, "guess")).status for each in (email, email.upper(), email)]
            last = await attempt(browser, email, PASSWORD)
            assert (answers, last.status) == ([422, 422, 422], 429)
            assert int(last.response.headers["retry-after"]) > 0
            assert not has_session(browser)


async def test_who_signs_in_is_forgiven_the_attempts_before(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "BY_ACCOUNT", Limit("sign-in-account", 3, 900))
    async with scene.browser() as browser:
        for password in ("guess", "guess", PASSWORD):
            await attempt(browser, "rita@test.example", password)
        assert has_session(browser)
        browser.http.cookies.clear()
        assert (await attempt(browser, "rita@test.example", "guess")).status == 422


async def test_an_address_guesses_only_so_often(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "BY_ADDRESS", Limit("sign-in-address", 3, 900))
    async with scene.browser() as browser:
        answers = [(await attempt(browser, f"{number}@test.example", "guess")).status for number in range(4)]
    assert answers == [422, 422, 422, 429]


async def test_who_is_signed_in_is_not_asked_again(scene: Scene) -> None:
    async with scene.browser() as browser:
        await attempt(browser, "ada@test.example", PASSWORD)
        assert str((await browser.open("/account/sign-in")).response.url).endswith(HOME)


async def test_a_crowd_waits_in_line_and_not_for_ever(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check of a password takes its memory: a few at a time, the rest in turn, the last not at all."""
    monkeypatch.setattr(hashing, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(hashing, "_turns", asyncio.Semaphore(0))
    async with scene.browser() as browser:
        page = await attempt(browser, "ada@test.example", PASSWORD)
    assert (page.status, page.response.headers["retry-after"]) == (503, "2")
