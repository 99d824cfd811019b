"""A small installation with an authorization server: people who can sign in, a clock that moves when it is told to.

`ada` (admin), `rita` (rep) and `vic` (viewer) are of the tenant `Home`; `ada@test.example` is an admin of `Abroad` too,
and `bob` only there. Everybody's password is PASSWORD, but for Ada's abroad, which is a password of its own.
"""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette

from crm.contracts import NEWEST
from crm.kit import passwords
from crm.storage import tenants
from crm.storage.database import Database
from crm.users import repository as users
from gateway.app import create_app
from gateway.oauth.authority import Authority
from gateway.opening import over
from gateway.settings import Settings
from tests.gateway.oauth.browser import Browser

ISSUER = "https://crm.test"
CALLBACK = "https://app.example/callback?from=crm"
PASSWORD = "correct horse"
START = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
READ = ("contact.read", "deal.read")


@dataclass
class Time:
    """What the clock says. It stands still unless a test lets it pass."""

    now: datetime = START
    ticks: float = 0.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def passes(self, span: timedelta) -> None:
        self.now += span
        self.ticks += span.total_seconds()


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    business_id: str
    user_id: str
    email: str


@dataclass(frozen=True)
class App:
    """A registered app: what the registration answered."""

    record: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.record["client_id"])

    @property
    def credentials(self) -> dict[str, str]:
        """What identifies it in a form, its secret with it where it has one."""
        names = ("client_id", "client_secret")
        return {name: self.record[name] for name in names if name in self.record}


@dataclass
class Proof:
    """A PKCE pair."""

    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@dataclass(frozen=True)
class Scene:
    """An application over a database of its own."""

    time: Time
    database: Database
    app: Starlette
    http: httpx.AsyncClient
    people: Mapping[str, Person]

    @property
    def authority(self) -> Authority:
        authority: Authority = self.app.state.house.authority
        return authority

    def browser(self) -> Browser:
        """A new browser, without cookies."""
        return Browser(ISSUER, transport=httpx.ASGITransport(self.app))

    async def register(self, **metadata: Any) -> App:
        """An app that registers itself."""
        response = await self.http.post("/oauth/register", json=registration(**metadata))
        assert response.status_code == 201, response.text
        return App(response.json())

    async def code(
        self,
        app: App,
        proof: Proof,
        who: str = "ada",
        *,
        scopes: tuple[str, ...] = READ,
        ticked: tuple[str, ...] | None = None,
        **parameters: str,
    ) -> str:
        """What an app is sent once somebody allowed it."""
        address = request(app, proof, scopes, **parameters)
        async with self.browser() as browser:
            page = await browser.open(address)
            page = await browser.sign_in(page, self.people[who].email, PASSWORD)
            page = await browser.submit(page, "/oauth/authorize", ticked=ticked, button="allow")
        return page.parameters["code"]

    async def token(self, app: App, **parameters: str) -> httpx.Response:
        """A token request of an app."""
        return await self.http.post("/oauth/token", data={**app.credentials, **parameters})

    async def redeem(self, app: App, code: str, proof: Proof, **parameters: str) -> httpx.Response:
        """The token request for a code."""
        given = {"grant_type": "authorization_code", "code": code, "code_verifier": proof.verifier}
        return await self.token(app, **{**given, "redirect_uri": CALLBACK, **parameters})

    async def refresh(self, app: App, text: str, **parameters: str) -> httpx.Response:
        """The token request for a refresh token."""
        return await self.token(app, grant_type="refresh_token", refresh_token=text, **parameters)

    async def tokens(self, app: App | None = None, who: str = "ada", **options: Any) -> dict[str, Any]:
        """The whole way: what the token endpoint answers in the end."""
        app, proof = app or await self.register(), Proof()
        response = await self.redeem(app, await self.code(app, proof, who, **options), proof)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def me(self, token: str) -> httpx.Response:
        """Who the API takes the bearer of a token for."""
        headers = {"Authorization": f"Bearer {token}", "Version": NEWEST.name}
        return await self.http.get("/v1/me", headers=headers)


def registration(**metadata: Any) -> dict[str, Any]:
    """What an app says when it registers."""
    return {"client_name": "Ledger", "redirect_uris": [CALLBACK], **metadata}


def request(app: App, proof: Proof, scopes: tuple[str, ...] = READ, **parameters: str) -> str:
    """The address an app sends its user to."""
    given = {
        "response_type": "code",
        "client_id": app.id,
        "redirect_uri": CALLBACK,
        "scope": " ".join(scopes),
        "state": "st&te",
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
        **parameters,
    }
    return f"/oauth/authorize?{urlencode({name: value for name, value in given.items() if value})}"


@asynccontextmanager
async def staged(database: Database, **settings: Any) -> AsyncIterator[Scene]:
    """A scene over an empty database."""
    time = Time()
    people = await people_of(database)
    app = create_app(
        Settings(**{"public_url": ISSUER, **settings}),
        lambda given: over(database, given, time.clock, time.monotonic),
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ISSUER) as http,
    ):
        yield Scene(time, database, app, http, people)


@cache
def kept(password: str) -> str:
    """The hash of a password."""
    return passwords.hashed(password)


async def people_of(database: Database) -> dict[str, Person]:
    """The people of the scene, put into an empty database."""
    async with database.transaction() as sql:
        home = await tenants.add_business(sql, "Home", "USD", START)
        abroad = await tenants.add_business(sql, "Abroad", "USD", START)
        made = {}
        for name, business, person, role, password in (
            ("ada", home, "ada", "admin", PASSWORD),
            ("rita", home, "rita", "rep", PASSWORD),
            ("vic", home, "vic", "viewer", PASSWORD),
            ("bob", abroad, "bob", "admin", PASSWORD),
            ("ada_abroad", abroad, "ada", "admin", "another horse"),
        ):
            email = f"{person}@test.example"
            values = {"name": name.title(), "email": email, "role": role, "password_hash": kept(password)}
            made[name] = Person(business, await users.add(sql, business, values, START), email)
    return made
