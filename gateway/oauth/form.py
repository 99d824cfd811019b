"""Parameters as OAuth wants them (RFC 6749 §3.1, §3.2): form-encoded, each at most once, an empty one as if absent."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from crm.kit import problems
from crm.kit.errors import Refused
from crm.kit.text import is_storable
from gateway.oauth.errors import OauthError

MAX_BYTES = 65_536
MAX_FIELDS = 100
SECONDS = 10.0
MEDIA_TYPE = "application/x-www-form-urlencoded"

REPEATABLE = frozenset({"resource", "granted"})
"""RFC 8707 lets a request name several resources; the consent form has a box for each scope."""


@dataclass(frozen=True, slots=True)
class Form:
    """Parameters by name. One that was sent empty is not there."""

    values: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str | None:
        """The value of a parameter. Raises OauthError where it came more than once."""
        values = self.values.get(name, ())
        if len(values) > 1:
            raise OauthError("invalid_request", f"`{name}` is sent more than once.")
        return values[0] if values else None

    def required(self, name: str) -> str:
        """The same, where the request makes no sense without. Raises OauthError."""
        value = self.one(name)
        if value is None:
            raise OauthError("invalid_request", f"`{name}` is missing.")
        return value

    def many(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def check_unrepeated(self) -> None:
        """Raises OauthError naming a parameter that came more than once."""
        for name in self.values.keys() - REPEATABLE:
            self.one(name)


def parsed(raw: bytes) -> Form:
    """The parameters of a query string or a body. Raises OauthError where it is none."""
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise OauthError("invalid_request", "The parameters are not form-encoded UTF-8.") from None
    values: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if not is_storable(value):
            raise OauthError("invalid_request", "A parameter holds a NUL character.")
        if value:
            values[name] = (*values.get(name, ()), value)
    return Form(values)


async def read_form(request: Request) -> Form:
    """The parameters of a request's body; never those of its query. Raises OauthError, or Refused where it is late."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise OauthError("invalid_request", f"The body must be `{MEDIA_TYPE}`.")
    try:
        async with asyncio.timeout(SECONDS):
            return parsed(await _body(request))
    except TimeoutError:
        detail = f"The body did not arrive within {SECONDS:g} seconds."
        raise Refused(problems.BAD_REQUEST, detail, headers=_CLOSE) from None


async def _body(request: Request) -> bytes:
    parts = bytearray()
    async for chunk in request.stream():
        parts += chunk
        if len(parts) > MAX_BYTES:
            raise Refused(problems.PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB.", headers=_CLOSE)
    return bytes(parts)


_CLOSE = (("Connection", "close"),)
