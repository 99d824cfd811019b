"""Headers put on a response as it starts, whoever made it."""

from collections.abc import Awaitable, Callable

from starlette.types import Message, Send

RawHeaders = list[tuple[bytes, bytes]]
"""Names in lower case, as ASGI has them."""

Change = Callable[[RawHeaders], Awaitable[None]]


def on_start(send: Send, change: Change) -> Send:
    """A `send` that lets `change` at the response's headers before they go."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = list(message.get("headers", ()))
            await change(message["headers"])
        await send(message)

    return sending


def raw(name: str, value: str) -> tuple[bytes, bytes]:
    """One header as ASGI has it."""
    return name.lower().encode("latin-1"), value.encode("latin-1")
