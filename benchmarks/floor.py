"""The floor: W1 as one hand-written statement that returns JSON, behind raw ASGI. No caller, no limits, no checks."""

import os
from typing import Any

import asyncpg

from benchmarks.w1 import SQL

HEADERS = [(b"content-type", b"application/json")]


class Floor:
    """Answers every request with W1. The database and the tenant come from the environment."""

    def __init__(self) -> None:
        self._pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        while (await receive()).get("more_body"):
            pass
        body = (await self._pool.fetchval(SQL, os.environ["FLOOR_BUSINESS"])).encode()
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": body})

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        self._pool = await asyncpg.create_pool(
            os.environ["GATEWAY_DATABASE_URL"], min_size=1, max_size=10, server_settings={"jit": "off"}
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})


app = Floor()
