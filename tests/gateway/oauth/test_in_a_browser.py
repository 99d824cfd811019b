"""Our pages in a real browser: their policies let through what is needed and nothing else, and nothing complains."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from crm.contracts import NEWEST
from tests.gateway.oauth.live import Live
from tests.gateway.oauth.scene import PASSWORD, App, Proof, registration, request

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Callback(BaseHTTPRequestHandler):
    """An app that takes its answer and sends the browser on to a home elsewhere, as apps do."""

    def do_GET(self) -> None:
        home = self.path.startswith("/home")
        self.send_response(200 if home else 303)
        if not home:
            self.send_header("Location", f"http://localhost:{self.headers['Host'].rpartition(':')[2]}/home{self.path}")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
        """Quietly."""


@contextmanager
def an_app() -> Iterator[int]:
    """The port it listens on."""
    with HTTPServer(("127.0.0.1", 0), Callback) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A new browser. Where there is none the test is skipped; in CI it must run."""
    if CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("there is no Chromium on this machine")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def page(chromium: Browser) -> Page:
    """A page of it."""
    return await chromium.new_page()


async def test_the_answer_reaches_the_app(server: Live, page: Page) -> None:
    complaints: list[tuple[str, str]] = []
    page.on(
        "console", lambda each: complaints.append((each.location["url"], each.text)) if each.type == "error" else None
    )
    async with httpx.AsyncClient(base_url=server.address) as http:
        said = registration(redirect_uris=["http://127.0.0.1/callback"])
        app = App((await http.post("/oauth/register", json=said)).json())
    with an_app() as port:
        await page.goto(server.address + request(app, Proof(), redirect_uri=f"http://127.0.0.1:{port}/callback"))
        await page.fill("[name=email]", "rita@test.example")
        await page.fill("[name=password]", PASSWORD)
        await page.click("main button")
        assert await page.is_checked("[value='contact.read']")
        await page.click("button[value=allow]")
        async with asyncio.timeout(20):
            await page.wait_for_url(f"http://localhost:{port}/home/**")
        assert "/home/callback?code=pca_" in page.url
    await page.goto(f"{server.address}/account/tokens")
    assert await page.inner_text("h1") == "Personal access tokens"
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background not in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"), "the stylesheet was not let in"
    assert [each for each in complaints if each[0].startswith(server.address)] == []


async def test_the_reference_page_signs_in_and_tries_operations(server: Live, page: Page) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda each: complaints.append(each.text) if each.type == "error" else None)
    page.on("request", lambda each: asked.append(each.url))
    await _put_to_rita(server, page)
    await page.uncheck("[value='contact.write']")
    await page.click("button[value=allow]")
    await page.wait_for_selector("#sign-out:not([hidden])")
    assert page.url == f"{server.address}/docs"
    assert "Signed in as Rita (rep) of Home" in await page.inner_text("#who")
    assert await page.evaluate("sessionStorage.length + localStorage.length") == 0
    found = await _tried(page, "contacts.search")
    assert found.startswith("200")
    assert '"data": []' in found
    assert "x-ratelimit-remaining: " in found
    refused = await _tried(page, "contacts.create")
    assert refused.startswith("403")
    assert "contact.write" in refused
    assert [each for each in complaints if "403" not in each] == [], "the browser's own word of the refusal is the only"
    assert all(each.startswith(server.address) for each in asked)


async def test_signing_out_of_the_reference_page_ends_its_token(server: Live, page: Page) -> None:
    await _put_to_rita(server, page)
    async with page.expect_request("**/v1/me") as asking:
        await page.click("button[value=allow]")
    sent = {"Authorization": (await (await asking.value).all_headers())["authorization"], "Version": NEWEST.name}
    await page.wait_for_selector("#sign-out:not([hidden])")
    async with httpx.AsyncClient(base_url=server.address, headers=sent) as thief:
        assert (await thief.get("/v1/me")).status_code == 200
        await page.click("#sign-out")
        await _said(page, "Signed out.")
        assert (await _tried(page, "contacts.search")).startswith("401")
        await asyncio.sleep(1.1)
        assert (await thief.get("/v1/me")).status_code == 401


async def test_the_reference_page_hears_that_it_was_refused(server: Live, page: Page) -> None:
    await _put_to_rita(server, page)
    assert "a page of this server" in await page.inner_text("main dl")
    await page.click("button[value=deny]")
    await _said(page, "The user did not allow it.")
    assert page.url == f"{server.address}/docs"
    assert await page.is_visible("#sign-in")
    assert await page.is_hidden("#sign-out")


@pytest.mark.parametrize(("state", "issuer"), [("another", None), ("its own", "https://evil.example")])
async def test_the_reference_page_takes_no_answer_to_a_question_it_did_not_put(
    server: Live, page: Page, state: str, issuer: str | None
) -> None:
    await page.goto(f"{server.address}/docs")
    await page.evaluate("sessionStorage.setItem('crm.sign-in', JSON.stringify({ state: 'its own', verifier: 'v' }))")
    posted: list[str] = []
    page.on("request", lambda each: posted.append(each.url) if each.method == "POST" else None)
    answer = urlencode({"code": "pca_stolen", "state": state, "iss": issuer or server.address})
    await page.goto(f"{server.address}/docs?{answer}")
    await _said(page, "no question of this page")
    assert page.url == f"{server.address}/docs"
    assert await page.is_hidden("#sign-out")
    assert await page.evaluate("sessionStorage.length") == 0
    assert posted == []


async def test_the_reference_page_says_why_it_cannot_sign_in(server: Live, page: Page) -> None:
    await page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    await page.goto(f"{server.address}/docs")
    await page.click("#sign-in")
    await _said(page, "only over HTTPS")
    await page.route("**/.well-known/**", lambda route: route.abort())
    await page.click("#sign-in")
    await _said(page, "That did not work: ")


async def test_without_scripts_the_reference_page_offers_nothing_that_needs_one(
    server: Live, chromium: Browser
) -> None:
    page = await (await chromium.new_context(java_script_enabled=False)).new_page()
    await page.goto(f"{server.address}/docs")
    assert "curl" in await page.locator("article[id='contacts.search']").inner_text()
    assert await page.locator("button:visible, form").count() == 0


async def _said(page: Page, text: str) -> None:
    """Until the reference page says so."""
    await page.locator("#who", has_text=text).wait_for()


async def _put_to_rita(server: Live, page: Page) -> None:
    """From the reference page to the consent page, signed in."""
    await page.goto(f"{server.address}/docs")
    await page.click("#sign-in")
    await page.fill("[name=email]", "rita@test.example")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button")
    await page.wait_for_selector("button[value=allow]")


async def _tried(page: Page, operation: str) -> str:
    """What comes of an operation as the page proposes it."""
    article = page.locator(f"article[id='{operation}']")
    if await article.locator("details").get_attribute("open") is None:
        await article.locator("summary").click()
    output = article.locator(".try pre")
    await output.evaluate("each => { each.hidden = true; }")
    await article.locator(".try button").click()
    await output.wait_for(state="visible")
    return await output.inner_text()
