"""Headers that keep browsers from doing more with an answer than was meant. A page that needs more says so itself."""

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.headers import RawHeaders, on_start, raw

DEFAULTS = (
    raw("Cache-Control", "no-store"),
    raw("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    raw("Referrer-Policy", "no-referrer"),
    raw("X-Content-Type-Options", "nosniff"),
)
_HTTPS_ONLY = (raw("Strict-Transport-Security", "max-age=31536000"),)


class SecurityHeaders:
    """Fills in what a response has not set. `public_url` tells whether the outside speaks HTTPS."""

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self.app = app
        self._defaults = (*DEFAULTS, *(_HTTPS_ONLY if public_url.startswith("https://") else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def change(headers: RawHeaders) -> None:
            set_already = {name for name, _ in headers}
            headers.extend(each for each in self._defaults if each[0] not in set_already)

        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        return await self.app(scope, receive, on_start(send, change))
