"""GET /docs: the page, made once. Needs no token, loads nothing but its own style."""

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
STYLE = (_HERE / "style.css").read_text()
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

_HEADERS = (
    ("Cache-Control", "public, max-age=300"),
    ("Content-Security-Policy", f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'"),
)


class ReferencePage:
    """`address` is where the installation is served, `problem_base` where its problem pages are."""

    def __init__(self, address: str, problem_base: str) -> None:
        self._address, self._problem_base = address, problem_base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = rendered(self._address, self._problem_base)
        await Answer(200, body, HTML, _HEADERS)(scope, receive, send)


@cache
def rendered(address: str, problem_base: str) -> bytes:
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
        families=reference.families(),
        records=reference.records(),
    )
    return page.encode()
