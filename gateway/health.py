"""What a platform asks of a process: is it alive, and may traffic come."""

import asyncio

from starlette.types import Receive, Scope, Send

from crm.kit.errors import Unavailable
from crm.storage.probe import answers
from gateway.house import house_of
from rest_adapter.answer import Answer

READY_SECONDS = 2.0
_FINE = b'{"status":"ok"}'


async def alive(scope: Scope, receive: Receive, send: Send) -> None:
    """The process answers; whatever it stands on is another question."""
    await Answer(200, _FINE)(scope, receive, send)


async def ready(scope: Scope, receive: Receive, send: Send) -> None:
    """The database answers. Raises Unavailable where it does not, or not in time."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            await answers(house_of(scope).database)
    except TimeoutError:
        raise Unavailable from None
    await Answer(200, _FINE)(scope, receive, send)
