"""A browser without scripts, as far as our pages need one: cookies, forms, and redirects that it follows one by one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx

Pairs = list[tuple[str, str]]


@dataclass
class Form:
    """A form as it stands on a page: what it would send, were nothing filled in."""

    action: str
    fields: Pairs = field(default_factory=list)
    boxes: dict[str, bool] = field(default_factory=dict)
    buttons: Pairs = field(default_factory=list)

    def sent(self, values: Mapping[str, str], ticked: Collection[str] | None, button: str | None) -> Pairs:
        """What is sent with some fields filled in, these boxes ticked (None: as they are), and a button pressed."""
        chosen = [name for name, on in self.boxes.items() if on] if ticked is None else list(ticked)
        kept = [(name, values.get(name, value)) for name, value in self.fields]
        pressed = [each for each in self.buttons if each[1] == button]
        return [*kept, *(("granted", each) for each in chosen), *pressed]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(at["action"]))
        elif tag == "input" and at.get("type") == "checkbox":
            self.forms[-1].boxes[at["value"]] = "checked" in at
        elif tag in ("input", "select"):
            self.forms[-1].fields.append((at["name"], at.get("value", "")))
        elif tag == "option" and "selected" in at:
            self.forms[-1].fields[-1] = (self.forms[-1].fields[-1][0], at["value"])
        elif tag == "button" and "name" in at:
            self.forms[-1].buttons.append((at["name"], at["value"]))


@dataclass(frozen=True)
class Page:
    """What the browser shows; `left` is the address outside of us that it was sent to, if it was."""

    response: httpx.Response
    left: str | None = None

    @property
    def text(self) -> str:
        return self.response.text

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def parameters(self) -> dict[str, str]:
        """What an app is told, at the address the browser left for."""
        assert self.left is not None, self.text
        return {name: values[0] for name, values in parse_qs(urlsplit(self.left).query).items()}

    @property
    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.text)
        return parser.forms

    @property
    def actions(self) -> list[str]:
        """Where its forms go."""
        return [each.action for each in self.forms]

    def form(self, action: str) -> Form:
        """The form that goes there. Raises ValueError where there is none."""
        return self.forms[self.actions.index(action)]


class Browser:
    """One person's browser. `home` is our address; `options` are httpx's own."""

    def __init__(self, home: str, **options: Any) -> None:
        self.home = home
        self.http = httpx.AsyncClient(base_url=home, follow_redirects=False, **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def open(self, address: str) -> Page:
        """Go somewhere of ours, and on to wherever that leads."""
        return await self._followed(await self.http.get(address))

    async def submit(
        self,
        page: Page,
        action: str,
        values: Mapping[str, str] | None = None,
        *,
        ticked: Collection[str] | None = None,
        button: str | None = None,
    ) -> Page:
        """Fill in and send the page's form that goes to `action`."""
        form = page.form(action)
        return await self.send(form.action, form.sent(values or {}, ticked, button))

    async def send(self, action: str, pairs: Pairs, headers: Mapping[str, str] | None = None) -> Page:
        """Send a form as it is."""
        encoded = urlencode(pairs)
        given = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        return await self._followed(await self.http.post(action, content=encoded, headers={**given, **(headers or {})}))

    async def sign_in(self, page: Page, email: str, password: str) -> Page:
        """Fill in the sign-in form."""
        return await self.submit(page, "/account/sign-in", {"email": email, "password": password})

    async def allow(self, address: str, email: str, password: str, *, ticked: Collection[str] | None = None) -> Page:
        """Everything a person does for an app: open its request, sign in where that is asked, and allow it."""
        page = await self.open(address)
        if "/account/sign-in" in page.text:
            page = await self.sign_in(page, email, password)
        return await self.submit(page, "/oauth/authorize", ticked=ticked, button="allow")

    async def _followed(self, response: httpx.Response) -> Page:
        while response.has_redirect_location:
            address = urljoin(str(response.url), response.headers["location"])
            if not address.startswith(f"{self.home}/"):
                return Page(response, address)
            response = await self.http.get(address)
        return Page(response)
