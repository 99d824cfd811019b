"""Who is at the browser: a session where somebody signed in, and what this browser's forms are bound to.

Both cookies are opaque, HttpOnly and SameSite; `__Host-` where browsers reach us by HTTPS.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import Request

from crm.access.roles import Role, role_from
from crm.kit.page import Row
from crm.storage.oauth import sessions
from crm.storage.oauth.sessions import SESSION
from crm.storage.opaque import Credential, hashed
from crm.users import repository
from gateway.oauth.authority import Authority, authority_of
from rest_adapter.answer import Headers

SESSION_LIFETIME = timedelta(hours=12)
VISIT_LIFETIME = timedelta(hours=1)

_VISIT = re.compile(r"[A-Za-z0-9_-]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The user whose session it is."""

    business_id: str
    user_id: str
    name: str
    email: str
    business: str
    role: Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """`binding` is the secret of the cookie that tells this browser from others; `cookies` are still to be set."""

    binding: str = field(repr=False)
    user: SignedIn | None = None
    cookies: Headers = field(default=(), repr=False)


async def visitor_of(request: Request) -> Visitor:
    """The browser a request comes from; one that has no cookie of ours is given one."""
    authority = authority_of(request)
    text = request.cookies.get(_name(authority, "session"), "")
    user = await _signed_in(authority, text)
    if user is not None:
        return Visitor(text, user)
    visit = request.cookies.get(_name(authority, "visit"), "")
    if _VISIT.fullmatch(visit):
        return Visitor(visit)
    visit = secrets.token_urlsafe(24)
    return Visitor(visit, cookies=(_cookie(authority, "visit", visit, VISIT_LIFETIME),))


async def begin(authority: Authority, business_id: str, user_id: str, password_hash: str) -> Headers:
    """Sign somebody in: the cookie of a session of their own."""
    text, now = SESSION.new(business_id), authority.clock()
    credential = Credential(business_id, hashed(text))
    await sessions.begin(authority.database, credential, user_id, password_hash, now, now + SESSION_LIFETIME)
    return (_cookie(authority, "session", text, SESSION_LIFETIME),)


async def end(request: Request) -> Headers:
    """Sign whoever it is out."""
    authority = authority_of(request)
    credential = SESSION.parse(request.cookies.get(_name(authority, "session"), ""))
    if credential is not None:
        await sessions.end(authority.database, credential)
    return (_cookie(authority, "session", "", timedelta(0)),)


async def _signed_in(authority: Authority, text: str) -> SignedIn | None:
    credential = SESSION.parse(text)
    if credential is None:
        return None
    row = await repository.signed_in(authority.database, credential, authority.clock())
    return None if row is None else _user(row)


def _user(row: Row) -> SignedIn:
    return SignedIn(
        business_id=row["business_id"],
        user_id=row["id"],
        name=row["name"],
        email=row["email"],
        business=row["business"],
        role=role_from(row["role"], row["permissions"]),
    )


def _name(authority: Authority, name: str) -> str:
    return f"{'__Host-' if authority.secure else ''}crm_{name}"


def _cookie(authority: Authority, name: str, value: str, life: timedelta) -> tuple[str, str]:
    """Lax: a browser that comes from an app's site must bring its session along, or everyone would sign in again."""
    secure = "; Secure" if authority.secure else ""
    seconds = int(life.total_seconds())
    return (
        "Set-Cookie",
        f"{_name(authority, name)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}",
    )
