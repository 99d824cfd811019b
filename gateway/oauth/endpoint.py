"""An endpoint of the authorization server: a function from a request to an answer, its refusals told in OAuth's way."""

from collections.abc import Awaitable, Callable, Collection

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from gateway.oauth.errors import OauthError
from rest_adapter.answer import Answer
from rest_adapter.router import refused_method

Handle = Callable[[Request], Awaitable[Answer]]


class Endpoint:
    """Answers POST, and nothing else."""

    methods: Collection[str] = ("POST",)

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in self.methods:
            raise refused_method(", ".join(self.methods))
        try:
            answer = await self._handle(Request(scope, receive))
        except OauthError as fault:
            answer = fault.answer()
        await answer(scope, receive, send)
