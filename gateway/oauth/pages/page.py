"""A page: handlers by method, and every refusal as a page a person can read."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from crm.kit.errors import TooMany
from gateway.oauth.authority import authority_of
from gateway.oauth.errors import OauthError
from rest_adapter.answer import HTML, Answer, Headers
from rest_adapter.router import refused_method

Handle = Callable[[Request], Awaitable[Answer]]

_FOLDER = Path(__file__).parent
_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action {forms}"
_STYLE_SECONDS = 3_600


class Told(Exception):
    """What a person is told instead of the page they asked for."""

    def __init__(self, status: int, title: str, text: str, headers: Headers = ()) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text
        self.headers = headers


class Page:
    """Answers the methods it has handlers for; HEAD as GET."""

    def __init__(self, *, get: Handle | None = None, post: Handle | None = None) -> None:
        handlers = {"GET": get, "HEAD": get, "POST": post}
        self._handlers: Mapping[str, Handle] = {name: each for name, each in handlers.items() if each is not None}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        handle = self._handlers.get(scope["method"])
        if handle is None:
            raise refused_method(", ".join(self._handlers))
        request = Request(scope, receive)
        try:
            answer = await handle(request)
        except Told as fault:
            answer = _told(request, fault)
        except OauthError as fault:
            answer = _told(request, Told(400, "This request cannot be read", fault.description))
        except TooMany as fault:
            wait = (("Retry-After", str(fault.retry_after)),)
            answer = _told(request, Told(429, "Too many attempts", fault.detail, wait))
        await answer(scope, receive, send)


def shown(
    request: Request,
    template: str,
    status: int = 200,
    *,
    forms: str = "'self'",
    headers: Headers = (),
    **context: Any,
) -> Answer:
    """A page from its template. `forms` says where its forms may lead a browser, redirects included."""
    text = _environment().get_template(template).render(base=authority_of(request).path, **context)
    policy = ("Content-Security-Policy", _POLICY.format(forms=forms))
    return Answer(status, text.encode(), HTML, (policy, ("X-Frame-Options", "DENY"), *headers))


def moved(location: str, headers: Headers = ()) -> Answer:
    """After a form the browser goes on with a GET, and takes nothing of the form along (RFC 9700 §4.12)."""
    return Answer(303, b"", HTML, (("Location", location), *headers))


async def style(_: Request) -> Answer:
    """The stylesheet of all pages."""
    return Answer(200, _style(), "text/css; charset=utf-8", (("Cache-Control", f"public, max-age={_STYLE_SECONDS}"),))


def _told(request: Request, fault: Told) -> Answer:
    return shown(request, "told.html", fault.status, headers=fault.headers, title=fault.title, text=fault.text)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["day"] = _day
    return made


@cache
def _style() -> bytes:
    return (_FOLDER / "style.css").read_bytes()
