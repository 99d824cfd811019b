"""An answer: status, headers and the whole body, sent as ASGI wants it."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.types import Receive, Scope, Send

Headers = Sequence[tuple[str, str]]

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"

# RFC 9110 §15.3.5, §15.4.5: no body, and nothing that describes one.
_BODILESS = (204, 304)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, itself an ASGI application. HEAD gets the headers of GET without the body."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: Headers = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI's signature
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        bodiless = self.status in _BODILESS
        if not bodiless:
            headers.append((b"content-type", self.media_type.encode("latin-1")))
            headers.append((b"content-length", str(len(self.body)).encode("latin-1")))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        silent = bodiless or scope["method"] == "HEAD"
        await send({"type": "http.response.body", "body": b"" if silent else self.body})
