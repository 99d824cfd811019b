"""Signing in and out. Where an address belongs to several tenants the person chooses, after the password and not
before: nobody learns who is a customer of whom.
"""

import base64
from datetime import timedelta

import orjson
from starlette.requests import Request

from crm.kit.errors import TooMany
from crm.kit.page import Row
from crm.kit.text import fold
from crm.storage.opaque import hashed
from crm.users import repository
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.form import Form
from gateway.oauth.pages import forms, passwords, visitor
from gateway.oauth.pages.page import Told, moved, shown
from gateway.oauth.pages.visitor import Visitor, visitor_of
from gateway.oauth.throttle import Limit, address
from rest_adapter.answer import Answer

BY_ACCOUNT = Limit("sign-in-account", 10, 900)
BY_ADDRESS = Limit("sign-in-address", 100, 900)

HOME = "/account/apps"
PLACES = ("/oauth/authorize?", HOME, "/account/tokens")
"""Where somebody who has just signed in may be sent: pages of ours, and no others."""

TICKET_LIFETIME = timedelta(minutes=5)
MAX_EMAIL = 255
_WRONG = "The e-mail address or the password is wrong."


async def show(request: Request) -> Answer:
    """GET /account/sign-in."""
    at = await visitor_of(request)
    if at.user is not None:
        return moved(f"{authority_of(request).path}{HOME}")
    return asked(request, at, HOME)


def asked(
    request: Request, at: Visitor, return_to: str, *, status: int = 200, email: str = "", wrong: str = ""
) -> Answer:
    """The page that asks who somebody is, before they see the one they wanted."""
    return shown(
        request,
        "sign_in.html",
        status,
        headers=at.cookies,
        csrf=forms.mark(request, at, "sign-in"),
        return_to=return_to,
        email=email,
        wrong=wrong,
    )


async def sign_in(request: Request) -> Answer:
    """POST /account/sign-in. Raises Told or TooMany."""
    at = await visitor_of(request)
    form = await forms.read(request)
    forms.check(request, form, at, "sign-in")
    authority = authority_of(request)
    email, return_to = (form.one("email") or "").strip(), _place(form)
    await _check_pace(authority, request, email)
    found = await passwords.who(authority, email[: MAX_EMAIL + 1], form.one("password") or "")
    if not found:
        return asked(request, at, return_to, status=422, email=email, wrong=_WRONG)
    await authority.throttle.forgive(BY_ACCOUNT, fold(email))
    if len(found) == 1:
        return await _welcome(authority, found[0], return_to)
    return shown(
        request,
        "businesses.html",
        csrf=forms.mark(request, at, "business"),
        ticket=_ticket(authority, at, email, found),
        return_to=return_to,
        businesses=found,
    )


async def choose(request: Request) -> Answer:
    """POST /account/business: which of one's tenants it is to be. Raises Told."""
    at = await visitor_of(request)
    form = await forms.read(request)
    forms.check(request, form, at, "business")
    authority = authority_of(request)
    row = await _chosen(authority, at, form.one("ticket") or "", form.one("business") or "")
    if row is None:
        raise Told(403, "This form cannot be used", "It is too old. Sign in again.")
    return await _welcome(authority, row, _place(form))


async def sign_out(request: Request) -> Answer:
    """POST /account/sign-out. Raises Told."""
    form = await forms.read(request)
    forms.check(request, form, await visitor_of(request), "sign-out")
    return moved(f"{authority_of(request).path}{_place(form)}", await visitor.end(request))


async def _welcome(authority: Authority, row: Row, return_to: str) -> Answer:
    cookies = await visitor.begin(authority, row["business_id"], row["id"], row["password_hash"])
    return moved(f"{authority.path}{return_to}", cookies)


async def _check_pace(authority: Authority, request: Request, email: str) -> None:
    """Every try counts, right or wrong, for an address that exists as for one that does not. Raises TooMany."""
    for limit, key in ((BY_ADDRESS, address(request)), (BY_ACCOUNT, fold(email))):
        wait = await authority.throttle.take(limit, key)
        if wait:
            raise TooMany(f"Try again in {-(-wait // 60)} minutes.", retry_after=wait)


def _place(form: Form) -> str:
    """Where to go on; home, for anything but a place of ours."""
    wanted = form.one("return_to") or HOME
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and (wanted in PLACES or wanted.startswith(PLACES[0])) else HOME


def _ticket(authority: Authority, at: Visitor, email: str, found: list[Row]) -> str:
    """What remembers, for a few minutes and in this browser, whose password was right."""
    until = int((authority.clock() + TICKET_LIFETIME).timestamp())
    users = [[row["business_id"], row["id"], hashed(row["password_hash"])] for row in found]
    text = base64.urlsafe_b64encode(orjson.dumps([until, email, users])).decode()
    return f"{text}.{authority.seal.mark('ticket', at.binding, text)}"


async def _chosen(authority: Authority, at: Visitor, ticket: str, business_id: str) -> Row | None:
    """The user a ticket names in that tenant, if the password is still the same."""
    text, _, mark = ticket.partition(".")
    if not authority.seal.fits(mark, "ticket", at.binding, text):
        return None
    until, email, users = orjson.loads(base64.urlsafe_b64decode(text))
    if until <= authority.clock().timestamp():
        return None
    for row in await repository.who_sign_in(authority.database, email):
        known = [row["business_id"], row["id"], hashed(row["password_hash"] or "")]
        if row["business_id"] == business_id and known in users:
            return row
    return None
