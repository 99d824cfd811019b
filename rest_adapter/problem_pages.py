"""GET /v1/problems/{slug}: what a problem means and what to do about it, as a page or as JSON. Needs no token."""

import base64
import hashlib
from html import escape

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from crm.kit.errors import NotFound
from crm.kit.problems import KINDS, Kind
from rest_adapter.accept import prefers
from rest_adapter.answer import HTML, JSON, Answer
from rest_adapter.wire import dumps

_BY_SLUG = {kind.slug: kind for kind in KINDS}

_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem }
code { font-family: ui-monospace, monospace }
nav { margin-top: 3rem; font-size: .875rem }
nav a { margin-right: 1rem; white-space: nowrap }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_HEADERS = (
    ("Cache-Control", "public, max-age=300"),
    ("Content-Security-Policy", f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'"),
    ("Vary", "Accept"),
)


class ProblemPages:
    """The page of every kind of problem; `base` is the address they are known by."""

    def __init__(self, base: str) -> None:
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = _BY_SLUG.get(scope["path_params"]["slug"])
        if kind is None:
            raise NotFound("There is no such kind of problem.")
        accept = Request(scope).headers.get("accept", "")
        if prefers(JSON, "text/html", accept):
            answer = Answer(200, dumps(self._told(kind)), JSON, _HEADERS)
        else:
            answer = Answer(200, _page(kind).encode(), HTML, _HEADERS)
        await answer(scope, receive, send)

    def _told(self, kind: Kind) -> dict[str, object]:
        return {
            "type": f"{self._base}/{kind.slug}",
            "title": kind.title,
            "status": kind.status,
            "code": kind.code,
            "meaning": kind.meaning,
            "remedy": kind.remedy,
        }


def _page(kind: Kind) -> str:
    others = "\n".join(f'<a href="{each.slug}">{escape(each.title)}</a>' for each in KINDS if each is not kind)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(kind.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(kind.title)}</h1>
<p>Status <code>{kind.status}</code>, type <code>{kind.slug}</code>, in GraphQL <code>{kind.code}</code>.</p>
<h2>What it means</h2>
<p>{_prose(kind.meaning)}</p>
<h2>What to do</h2>
<p>{_prose(kind.remedy)}</p>
<nav><h2>Other problems</h2>
{others}
</nav>
</body>
</html>
"""


def _prose(text: str) -> str:
    """A sentence as HTML; what stands between backticks is code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
