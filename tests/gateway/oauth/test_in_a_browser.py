"""The consent page in a real browser: its policy lets the answer through to the app, and nothing complains."""

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
