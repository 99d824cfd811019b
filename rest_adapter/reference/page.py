"""GET /docs: the page, made once. Needs no token, and holds all that it loads: a style, and a script of our own that
signs in and tries operations. Where no script runs it reads the same.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.types import Receive, Scope, Send

from rest_adapter.answer import HTML, Answer
from rest_adapter.openapi.document import document
from rest_adapter.reference.telling import Reference, blocks

_HERE = Path(__file__).parent
STYLE, SCRIPT = (_HERE / "style.css").read_text(), (_HERE / "reference.js").read_text()


def _source(text: str) -> str:
    """A text as a policy names it: by its hash."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src {_source(STYLE)}",
        f"script-src {_source(SCRIPT)}",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = (("Cache-Control", "public, max-age=300"), ("Content-Security-Policy", POLICY))


class ReferencePage:
    """`address` is where the installation is served, `problem_base` where its problem pages are, `client_id` what the
    page signs in as.
    """

    def __init__(self, address: str, problem_base: str, client_id: str) -> None:
        self._given = (address, problem_base, client_id)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = rendered(*self._given)
        await Answer(200, body, HTML, _HEADERS)(scope, receive, send)


@cache
def rendered(address: str, problem_base: str, client_id: str) -> bytes:
    """The page of an installation."""
    told = document(address, problem_base)
    reference = Reference(told)
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("page.html.jinja").render(
        title=told["info"]["title"],
        version=told["info"]["version"],
        about=blocks(told["info"]["description"]),
        style=STYLE,
        script=SCRIPT,
        client_id=client_id,
        families=reference.families(),
        records=reference.records(),
    )
    return page.encode()
