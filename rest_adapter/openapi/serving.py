"""GET /v1/openapi.json: the document's bytes, made once. Needs no token."""

import hashlib

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from rest_adapter.answer import Answer
from rest_adapter.conditional import unchanged
from rest_adapter.openapi.document import rendered


class OpenApi:
    """`address` is where the installation is served, `problem_base` where its problem pages are."""

    def __init__(self, address: str, problem_base: str) -> None:
        self._body = rendered(address, problem_base)
        self._etag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = (("ETag", self._etag), ("Cache-Control", "public, max-age=300"))
        if unchanged(Request(scope).headers.get("if-none-match"), self._etag):
            answer = Answer(304, headers=headers)
        else:
            answer = Answer(200, self._body, headers=headers)
        await answer(scope, receive, send)
