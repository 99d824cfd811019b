"""/account/tokens: my personal access tokens: made with scopes and an end, shown once, their last use, revoked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from starlette.requests import Request

from crm.access.scopes import SCOPES, VERBS
from crm.resources import SCOPED
from crm.storage import tokens
from crm.storage.tokens import Grant
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.form import Form
from gateway.oauth.pages import forms, sign_in
from gateway.oauth.pages.page import moved, shown
from gateway.oauth.pages.scope_words import choices
from gateway.oauth.pages.visitor import SignedIn, Visitor, visitor_of
from rest_adapter.answer import Answer

PATH = "/account/tokens"
MAX_NAME = 255

LIVES: Mapping[str, tuple[str, timedelta | None]] = {
    "7": ("for 7 days", timedelta(days=7)),
    "30": ("for 30 days", timedelta(days=30)),
    "90": ("for 90 days", timedelta(days=90)),
    "365": ("for a year", timedelta(days=365)),
    "never": ("until it is revoked", None),
}
"""What the form offers: the value, its words, and how long that is."""

USUAL = "90"


async def show(request: Request) -> Answer:
    """GET: my tokens, and the form for a new one."""
    at = await visitor_of(request)
    if at.user is None:
        return sign_in.asked(request, at, PATH)
    return await _page(request, at, at.user)


async def make(request: Request) -> Answer:
    """POST: a new token, shown this once. Raises Told or OauthError."""
    at = await visitor_of(request)
    form = await forms.read(request)
    if at.user is None:
        return moved(f"{authority_of(request).path}{PATH}")
    forms.check(request, form, at, "tokens")
    wrong = _wrong(form)
    if wrong:
        return await _page(request, at, at.user, status=422, wrong=wrong)
    made = await _made(authority_of(request), at.user, form)
    return await _page(request, at, at.user, status=201, made=made)


async def revoke(request: Request) -> Answer:
    """POST /account/tokens/revoke: make one of mine worthless. Raises Told or OauthError."""
    at = await visitor_of(request)
    form = await forms.read(request)
    authority = authority_of(request)
    if at.user is None:
        return moved(f"{authority.path}{PATH}")
    forms.check(request, form, at, "tokens")
    token_id = form.required("token_id")
    if token_id in {each["id"] for each in await _mine(authority, at.user)}:
        await tokens.revoke(authority.database, at.user.business_id, token_id, authority.clock())
    return moved(f"{authority.path}{PATH}")


async def _page(
    request: Request, at: Visitor, user: SignedIn, *, status: int = 200, wrong: str = "", made: str = ""
) -> Answer:
    authority = authority_of(request)
    rows = [(each.plural, choices([f"{each.singular}.{verb}" for verb in VERBS], user.role)) for each in SCOPED]
    return shown(
        request,
        "tokens.html",
        status,
        csrf=forms.mark(request, at, "tokens"),
        sign_out=forms.mark(request, at, "sign-out"),
        return_to=PATH,
        user=user,
        wrong=wrong,
        made=made,
        issuer=authority.issuer,
        now=authority.clock(),
        tokens=await _mine(authority, user),
        lives=LIVES,
        usual=USUAL,
        rows=rows,
        any_moot=any(each.moot for _, cells in rows for each in cells),
    )


async def _mine(authority: Authority, user: SignedIn) -> list[dict[str, Any]]:
    """My tokens that are not revoked, newest first."""
    rows = await tokens.listed(authority.database, user.business_id)
    return [row for row in rows if row["user_id"] == user.user_id and row["revoked_at"] is None]


def _wrong(form: Form) -> str:
    """What is wrong with what was filled in, as a sentence; empty where nothing is."""
    name = (form.one("name") or "").strip()
    if not 0 < len(name) <= MAX_NAME:
        return f"A token needs a name of at most {MAX_NAME} characters."
    if form.one("life") not in LIVES:
        return "Choose how long the token is to be good."
    granted = form.many("granted")
    if not granted or any(each not in SCOPES for each in granted):
        return "Tick at least one thing the token may do."
    return ""


async def _made(authority: Authority, user: SignedIn, form: Form) -> str:
    now = authority.clock()
    _, life = LIVES[form.required("life")]
    grant = Grant(
        user.user_id,
        form.required("name").strip(),
        tuple(each for each in SCOPES if each in form.many("granted")),
        None if life is None else now + life,
    )
    return await tokens.create(authority.database, user.business_id, grant, now)
