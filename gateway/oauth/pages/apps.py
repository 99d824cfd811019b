"""/account/apps: the apps that act for me, what each may do, and the way to end that."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request

from crm.storage.oauth import grants
from gateway.oauth.authority import authority_of
from gateway.oauth.pages import forms, sign_in
from gateway.oauth.pages.page import moved, shown
from gateway.oauth.pages.scope_words import choices
from gateway.oauth.pages.visitor import SignedIn, visitor_of
from rest_adapter.answer import Answer

PATH = "/account/apps"


async def show(request: Request) -> Answer:
    """GET: every app, the one allowed last first."""
    at = await visitor_of(request)
    if at.user is None:
        return sign_in.asked(request, at, PATH)
    rows = await grants.of_user(authority_of(request).database, at.user.business_id, at.user.user_id)
    return shown(
        request,
        "apps.html",
        csrf=forms.mark(request, at, "apps"),
        sign_out=forms.mark(request, at, "sign-out"),
        return_to=PATH,
        user=at.user,
        apps=_by_client(rows, at.user),
    )


async def revoke(request: Request) -> Answer:
    """POST: let an app act for me no longer. Raises Told."""
    at = await visitor_of(request)
    form = await forms.read(request)
    authority = authority_of(request)
    if at.user is None:
        return moved(f"{authority.path}{PATH}")
    forms.check(request, form, at, "apps")
    client_id, now = form.required("client_id"), authority.clock()
    await grants.revoke_of_client(authority.database, at.user.business_id, at.user.user_id, client_id, now)
    return moved(f"{authority.path}{PATH}")


def _by_client(rows: Iterable[dict[str, Any]], user: SignedIn) -> list[dict[str, Any]]:
    """One entry for each app, however often it was allowed: all it may do, since when, and its last use."""
    apps: dict[str, dict[str, Any]] = {}
    for row in rows:
        app = apps.setdefault(row["client_id"], {**row, "scopes": set()})
        app["scopes"] |= set(row["scopes"])
        app["created_at"] = min(app["created_at"], row["created_at"])
        used = [each for each in (app["last_used_at"], row["last_used_at"]) if each is not None]
        app["last_used_at"] = max(used, default=None)
    return [{**app, "choices": choices(app["scopes"], user.role)} for app in apps.values()]
