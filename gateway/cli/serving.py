"""`crm-gateway serve` and `run`: the server, and the whole demonstration in one go."""

import asyncio
import os
import socket
from contextlib import suppress
from typing import Annotated, Any

import typer
import uvicorn

from crm.kit.errors import CrmError
from crm.storage import opening
from gateway import logs
from gateway.cli.console import check_schema, fail, load
from gateway.cli.welcome import welcome
from gateway.demo.settling import settled
from gateway.http_protocol import Protocol
from gateway.settings import PREFIX, Settings

APPLICATION = "gateway.asgi:create"
GRACE_SECONDS = 20
"""How long requests that are under way may take to finish when the server is told to stop."""

KEEP_ALIVE_SECONDS = 75
"""Longer than the usual 60 of a load balancer, so that it is never we who close a connection it is about to use."""

_LISTENING: dict[str, Any] = {
    "factory": True,
    "loop": "uvloop",
    "http": Protocol,
    "ws": "none",
    "lifespan": "on",
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "proxy_headers": "FORWARDED_ALLOW_IPS"
    in os.environ,  # uvicorn's own: the proxies whose word is taken for addresses
    "timeout_keep_alive": KEEP_ALIVE_SECONDS,
    "timeout_graceful_shutdown": GRACE_SECONDS,
}

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65_535, envvar="PORT", help="The port to listen on.")]
Workers = Annotated[int, typer.Option(min=1, max=256, envvar="WEB_CONCURRENCY", help="How many processes.")]


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 1) -> None:
    """Serve both doors from the configured database."""
    settings = load()
    check_schema(settings.database_url)
    if workers > 1 and settings.redis_url is None:
        typer.echo(
            f"Without {PREFIX}REDIS_URL each of the {workers} processes keeps rate budgets of its own.", err=True
        )
    _check_free(host, port)
    logs.configure(settings.log_level)
    uvicorn.run(APPLICATION, **_LISTENING, host=host, port=port, workers=workers)


def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Migrate, put the demonstration into a database that is empty, say where everything is, and serve."""
    _check_free(host, port)
    os.environ.setdefault(f"{PREFIX}PUBLIC_URL", _address(host, port))
    settings = load()
    try:
        opening.migrate(settings.database_url)
        demo = asyncio.run(settled(settings))
    except CrmError as fault:
        fail(fault.detail)
    except Exception as fault:  # noqa: BLE001  Alembic and the drivers raise of every kind
        fail(f"The database cannot be used: {fault}")
    _announced(settings, host, port, welcome(settings, demo))


class _Announced(uvicorn.Server):
    """Says something as soon as it listens, and not before: what is said is true then."""

    said = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            typer.echo(self.said)


def _announced(settings: Settings, host: str, port: int, said: str) -> None:
    logs.configure(settings.log_level)
    server = _Announced(uvicorn.Config(APPLICATION, **_LISTENING, host=host, port=port))
    server.said = said
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise typer.Exit(1)


def _check_free(host: str, port: int) -> None:
    """End the command where the port cannot be had: before anything is printed that would not be true."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as fault:
        fail(f"Cannot listen on {host} port {port}: {os.strerror(fault.errno or 0)}. Try another with --port.")


def _address(host: str, port: int) -> str:
    """How a browser on this machine reaches the server."""
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{here}:{port}"
