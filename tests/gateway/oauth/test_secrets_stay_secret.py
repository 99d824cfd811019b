"""No password, code, token, secret or session is ever written: not to a log, not into a problem, not to the database.

A server process of its own is run through everything, refusals and breakdowns included; then all it wrote is searched.
"""

import asyncio
import logging
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from crm.contracts import NEWEST
from crm.storage import tokens
from crm.storage.database import Database
from crm.storage.metadata import METADATA
from crm.storage.opening import open_database
from crm.storage.statement import Shape
from crm.storage.tokens import Grant
from gateway import logs
from tests.gateway.oauth.browser import Browser, Page
from tests.gateway.oauth.scene import PASSWORD, App, Person, Proof, people_of, registration, request

SECONDS = 30
GONE = ("oauth_refresh_tokens", "oauth_codes", "users")
"""The tables that the running server loses in the end."""


@dataclass
class Run:
    """A running server, what was told it or by it that must stay secret, and every refusal it answered."""

    http: httpx.AsyncClient
    browser: Browser
    credentials: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        response = await self.http.request(method, path, **options)
        self.seen(response)
        return response

    def seen(self, response: httpx.Response) -> None:
        """Every refusal is kept, body and headers."""
        if response.status_code >= 400:
            self.refusals.append(f"{response.headers} {response.text}")

    def keep(self, name: str, text: str) -> str:
        self.secrets[name] = text
        return text

    async def token(self, **given: str) -> dict[str, Any]:
        told: dict[str, Any] = (await self.ask("POST", "/oauth/token", data=given)).json()
        return told


async def test_nothing_secret_is_ever_written(database_url: str, tmp_path: Path) -> None:
    database = await open_database(database_url)
    try:
        people = await people_of(database)
        async with served(database_url, tmp_path / "log") as run:
            await everything(run, database, people["rita"])
            await broken(run, database)
            kept = await dumped(database)
    finally:
        await database.close()
    written = (tmp_path / "log").read_text()
    assert written.count('"event":"request"') > 40
    assert written.count('"event":"unexpected"') >= 4
    assert len(run.refusals) > 15
    found = {
        (name, place)
        for name, secret in run.secrets.items()
        for place, text in (("log", written), ("refusals", "\n".join(run.refusals)), ("database", kept))
        if secret in text
    }
    assert len(run.secrets) >= 14
    assert found == set()


async def everything(run: Run, database: Database, person: Person) -> None:
    """All there is to do, right and wrong."""
    run.keep("password", PASSWORD)
    app = await registered(run)
    code, proof, page = await consented(run, app, person)
    redeeming = {"grant_type": "authorization_code", "code": code, "code_verifier": proof.verifier, **app.credentials}
    first = await run.token(**redeeming)
    keep_tokens(run, "first", first)
    second = await run.token(grant_type="refresh_token", refresh_token=first["refresh_token"], **app.credentials)
    keep_tokens(run, "second", second)
    text = await personal(run, database, person)
    for bearer in (second["access_token"], text):
        await call(run, bearer)
    await introspected(run, app, second["access_token"], text)
    await run.token(**redeeming)
    await run.token(grant_type="refresh_token", refresh_token=first["refresh_token"], **app.credentials)
    for path in ("/oauth/revoke", "/oauth/introspect"):
        await run.ask("POST", path, data={**app.credentials, "token": second["refresh_token"]})
    await run.ask("GET", "/oauth/authorize", params={**redeeming, "state": code})
    await run.ask("GET", "/metrics")
    run.seen((await run.browser.submit(page, "/account/sign-out")).response)


async def registered(run: Run) -> App:
    metadata = registration(token_endpoint_auth_method="client_secret_post")
    app = App((await run.ask("POST", "/oauth/register", json=metadata)).json())
    run.credentials = app.credentials
    secret = run.keep("client secret", app.record["client_secret"])
    for wrong in ({"redirect_uris": [f"http://evil.example/{secret}"]}, {"scope": secret}, {"client_name": [secret]}):
        await run.ask("POST", "/oauth/register", json=registration(**wrong))
    basic = httpx.BasicAuth(app.id, f"{secret}x")
    await run.ask("POST", "/oauth/token", data={"grant_type": "client_credentials"}, auth=basic)
    return app


async def consented(run: Run, app: App, person: Person) -> tuple[str, Proof, Page]:
    """The code that somebody's consent gave, after a few wrong turns; and the page of their apps."""
    proof = Proof()
    run.keep("verifier", proof.verifier)
    page = await run.browser.open(request(app, proof))
    run.seen((await run.browser.sign_in(page, person.email, run.keep("typo", f"{PASSWORD}s typo"))).response)
    await run.browser.sign_in(page, PASSWORD, person.email)  # the page shows them what they typed, and nobody else
    page = await run.browser.sign_in(page, person.email, PASSWORD)
    for cookie in run.browser.http.cookies.jar:
        run.keep(f"cookie {cookie.name}", str(cookie.value))
    run.keep("form mark", dict(page.form("/oauth/authorize").fields)["csrf"])
    fields = page.form("/oauth/authorize").sent({"state": "other"}, None, "allow")
    run.seen((await run.browser.send("/oauth/authorize", fields)).response)
    page = await run.browser.submit(page, "/oauth/authorize", button="allow")
    return run.keep("code", page.parameters["code"]), proof, await run.browser.open("/account/apps")


def keep_tokens(run: Run, name: str, told: dict[str, Any]) -> None:
    run.keep(f"{name} access token", told["access_token"])
    run.keep(f"{name} refresh token", told["refresh_token"])


async def personal(run: Run, database: Database, person: Person) -> str:
    """Two personal tokens: one from the page, one from the operator."""
    page = await run.browser.open("/account/tokens")
    page = await run.browser.submit(page, "/account/tokens", {"name": "mine"}, ticked=("contact.read",))
    start = page.text.index("pct_")
    run.keep("token of the page", page.text[start : start + 59])
    grant = Grant(person.user_id, "x", ("contact.read",))
    text = await tokens.create(database, person.business_id, grant, datetime.now(UTC))
    return run.keep("token of the operator", text)


async def call(run: Run, bearer: str) -> None:
    """The API with a token: rightly, and in every wrong place."""
    version = {"Version": NEWEST.name}
    good = {"Authorization": f"Bearer {bearer}"}
    assert (await run.ask("GET", "/v1/me", headers={**version, **good})).status_code == 200
    await run.ask("GET", f"/v1/me?access_token={bearer}", headers=version)
    await run.ask("GET", "/v1/me", headers={**version, "Authorization": f"Bearer {bearer}x"})
    await run.ask("GET", "/v1/me", headers={**version, "Authorization": f"Basic {bearer}"})
    await run.ask("POST", "/v1/deals/search", headers={**version, **good}, json={bearer[:8]: 1})
    await run.ask("POST", "/graphql", headers=good, json={"query": "{ me { user { email } } nothing }"})


async def introspected(run: Run, app: App, *texts: str) -> None:
    for text in texts:
        await run.ask("POST", "/oauth/introspect", data={**app.credentials, "token": text})
        await run.ask("POST", "/oauth/introspect", data={"token": text}, headers={"Authorization": f"Bearer {text}"})
        await run.ask("POST", "/oauth/introspect", data={"token": text})


async def broken(run: Run, database: Database) -> None:
    """The database loses tables under the running server: what is then logged holds whole tracebacks."""
    for name in GONE:
        await database.execute(Shape(_renamed, (name,)), {})
    page = await run.browser.open("/account/sign-in")
    run.seen((await run.browser.sign_in(page, "rita@test.example", PASSWORD)).response)
    await asyncio.sleep(1.1)  # until who is behind the token is asked again
    bearer = {"Authorization": f"Bearer {run.secrets['token of the operator']}", "Version": NEWEST.name}
    assert (await run.ask("GET", "/v1/me", headers=bearer)).status_code == 500
    for given in (
        {"grant_type": "refresh_token", "refresh_token": run.secrets["second refresh token"]},
        {"grant_type": "authorization_code", "code": run.secrets["code"], "code_verifier": run.secrets["verifier"]},
    ):
        response = await run.ask("POST", "/oauth/token", data={**run.credentials, **given})
        assert response.status_code == 500


def _renamed(name: str) -> sa.TextClause:
    return sa.text(f"ALTER TABLE {name} RENAME TO gone_{name}")


async def dumped(database: Database) -> str:
    """Every row of every table there still is, as text."""
    names = [f"gone_{each}" if each in GONE else each for each in METADATA.tables]
    rows = [await database.fetch(Shape(_all_of, (name,)), {}) for name in names]
    assert sum(map(len, rows)) > 20
    return str(rows)


def _all_of(name: str) -> sa.Select[Any]:
    table = METADATA.tables[name.removeprefix("gone_")]
    there = sa.table(name, *(sa.column(each.name, each.type) for each in table.columns if each.name != "words"))
    return sa.select(*there.columns)


@asynccontextmanager
async def served(database_url: str, log: Path, **environ: str) -> AsyncIterator[Run]:
    """A server process that logs all it has to say. `environ` is added to its environment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", "from gateway.cli import main; main()", "serve", "--port", str(port)]
    settings = {"DATABASE_URL": database_url, "PUBLIC_URL": address, "LOG_LEVEL": "debug"}
    environment = {**os.environ, **{f"GATEWAY_{name}": value for name, value in settings.items()}, **environ}
    with log.open("wb") as file:
        process = await asyncio.to_thread(_started, command, environment, file)
        try:
            async with httpx.AsyncClient(base_url=address) as http, Browser(address) as browser:
                await _answering(http)
                yield Run(http, browser)
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait, SECONDS)


def _started(command: list[str], environment: dict[str, str], file: Any) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env=environment, stdout=file, stderr=file)


async def _answering(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                await http.get("/healthz")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


def test_a_traceback_on_a_terminal_shows_no_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries' own way is to print every local variable."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)

    def fails(password: str) -> None:
        raise ValueError("something")

    try:
        fails(PASSWORD)
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "unexpected", (), sys.exc_info())
    shown = logs._formatter().format(record)  # noqa: SLF001  what configure() would use on a terminal
    assert "ValueError" in shown
    assert PASSWORD not in shown
