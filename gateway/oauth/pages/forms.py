"""Forms that only our own pages can send: each carries a mark bound to the browser and to what the form is about."""

from starlette.requests import Request

from gateway.oauth.authority import authority_of
from gateway.oauth.form import Form, read_form
from gateway.oauth.pages.page import Told
from gateway.oauth.pages.visitor import Visitor

FIELD = "csrf"
_FROM_ELSEWHERE = ("cross-site", "same-site")


def mark(request: Request, visitor: Visitor, purpose: str, *about: str) -> str:
    """What a form must bring back."""
    return authority_of(request).seal.mark("form", visitor.binding, purpose, *about)


async def read(request: Request) -> Form:
    """A form's fields. Raises Told where the browser says that another site sent it."""
    if request.headers.get("sec-fetch-site") in _FROM_ELSEWHERE:
        raise _forged()
    return await read_form(request)


def check(request: Request, form: Form, visitor: Visitor, purpose: str, *about: str) -> None:
    """Raises Told where the form is not one we gave this browser for this."""
    brought = form.one(FIELD) or ""
    if not authority_of(request).seal.fits(brought, "form", visitor.binding, purpose, *about):
        raise _forged()


def _forged() -> Told:
    return Told(403, "This form cannot be used", "It is too old, or it came from elsewhere. Go back and try again.")
