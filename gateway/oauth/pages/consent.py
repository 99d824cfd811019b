"""/oauth/authorize: what an app asks for, put to the user in plain words, and the answer sent where it belongs.

A GET shows, a POST decides. The form is bound to the session and to the very request that was shown.
"""

from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

from crm.storage.oauth import codes
from crm.storage.oauth.codes import CODE, Code
from crm.storage.oauth.grants import Grant
from crm.storage.opaque import Credential, hashed
from gateway.oauth import authorization, redirect_uris
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.authorization import PARAMETERS, Answered, Requested, Unanswerable
from gateway.oauth.form import Form, parsed
from gateway.oauth.pages import forms, sign_in
from gateway.oauth.pages.page import Told, moved, shown
from gateway.oauth.pages.scope_words import choices
from gateway.oauth.pages.visitor import SignedIn, Visitor, visitor_of
from rest_adapter.answer import Answer

CODE_LIFETIME = timedelta(seconds=60)
PATH = "/oauth/authorize"

Pairs = list[tuple[str, str]]


async def show(request: Request) -> Answer:
    """GET: the consent page, or first the one that asks who it is. Raises Told or OauthError."""
    form = parsed(request.scope["query_string"])
    try:
        asked = await _requested(request, form)
    except Answered as fault:
        return moved(fault.location)
    at = await visitor_of(request)
    if at.user is None:
        return sign_in.asked(request, at, f"{PATH}?{urlencode(_pairs(form))}")
    _check_tenant(asked, at.user)
    return _put(request, at, at.user, asked, _pairs(form))


async def decide(request: Request) -> Answer:
    """POST: the user's decision. Raises Told or OauthError."""
    at = await visitor_of(request)
    form = await forms.read(request)
    pairs = _pairs(form)
    authority = authority_of(request)
    if at.user is None:
        return moved(f"{authority.path}{PATH}?{urlencode(pairs)}")
    forms.check(request, form, at, "consent", urlencode(pairs))
    try:
        asked = await _requested(request, form)
    except Answered as fault:
        return moved(fault.location)
    _check_tenant(asked, at.user)
    granted = tuple(each for each in asked.scopes if each in form.many("granted"))
    if form.one("decision") != "allow" or not granted:
        return moved(_refused(authority, asked))
    code = await _given(authority, at.user, asked, granted)
    return moved(authorization.answer(authority, asked.redirect_uri, asked.state, {"code": code}))


async def _requested(request: Request, form: Form) -> Requested:
    """The request. Raises Answered, or Told where nobody may be answered."""
    try:
        return await authorization.read(authority_of(request), form)
    except Unanswerable as fault:
        raise Told(400, "This app cannot be let in", fault.told) from None


def _check_tenant(asked: Requested, user: SignedIn) -> None:
    """Raises Told where the app was made for another tenant."""
    if asked.client.business_id not in (None, user.business_id):
        raise Told(403, "This app cannot be let in", f"It was made for another business than {user.business}.")


def _pairs(form: Form) -> Pairs:
    """The request as it is written again, in one order."""
    return [(name, value) for name in PARAMETERS for value in form.many(name)]


def _put(request: Request, at: Visitor, user: SignedIn, asked: Requested, pairs: Pairs) -> Answer:
    said = urlencode(pairs)
    return shown(
        request,
        "consent.html",
        forms=_way_back(asked.redirect_uri),
        csrf=forms.mark(request, at, "consent", said),
        sign_out=forms.mark(request, at, "sign-out"),
        return_to=f"{PATH}?{said}",
        asked=asked,
        place=redirect_uris.place(asked.redirect_uri, authority_of(request).issuer),
        pairs=pairs,
        user=user,
        choices=choices(asked.scopes, user.role),
    )


def _way_back(redirect_uri: str) -> str:
    """Browsers hold a form's redirects to the policy too: the app's scheme, and https for where it goes from there."""
    scheme = urlsplit(redirect_uri).scheme
    return "'self' https:" if scheme == "https" else f"'self' https: {scheme}:"


def _refused(authority: Authority, asked: Requested) -> str:
    return authorization.refusal(
        authority, asked.redirect_uri, asked.state, "access_denied", "The user did not allow it."
    )


async def _given(authority: Authority, user: SignedIn, asked: Requested, scopes: tuple[str, ...]) -> str:
    """A code for what the user consented to."""
    grant = Grant(
        business_id=user.business_id,
        user_id=user.user_id,
        client_id=asked.client.id,
        kind="authorization_code",
        scopes=scopes,
        resources=asked.resources,
    )
    text = CODE.new(user.business_id)
    code = Code(grant, asked.redirect_uri, asked.challenge, authority.clock() + CODE_LIFETIME)
    await codes.add(authority.database, Credential(user.business_id, hashed(text)), code)
    return text
