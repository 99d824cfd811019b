"""Our pages in a real browser: their policies let through what is needed and nothing else, and nothing complains."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

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
async def page() -> AsyncIterator[Page]:
    """A page of a new browser."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield await browser.new_page()
        await browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_the_answer_reaches_the_app(server: Live, page: Page) -> None:
    complaints: list[tuple[str, str]] = []
    page.on("console", lambda message: complaints.append((message.location["url"], message.text)))
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


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_the_reference_page_signs_in_and_tries_operations(server: Live, page: Page) -> None:
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(f"{server.address}/docs")
    await page.click("#sign-in")
    await page.fill("[name=email]", "rita@test.example")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main button")
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
    assert [each for each in told if "403" not in each] == [], "the browser's own word of the refusal is the only one"
    await page.click("#sign-out")
    await page.wait_for_selector("#sign-in:not([hidden])")
    assert (await _tried(page, "contacts.search")).startswith("401")
    assert all(each.startswith(server.address) for each in asked)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
async def test_the_reference_page_takes_no_answer_to_a_question_it_did_not_put(server: Live, page: Page) -> None:
    await page.goto(f"{server.address}/docs?code=pca_stolen&state=another&iss={server.address}")
    await page.wait_for_function("document.getElementById('who').textContent.includes('no question of this page')")
    assert page.url == f"{server.address}/docs"
    assert await page.is_hidden("#sign-out")


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
