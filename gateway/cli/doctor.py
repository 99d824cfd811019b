"""`crm-gateway doctor`: whether everything the installation stands on is as it should be."""

import asyncio
import os
import sys
from collections.abc import Callable

import typer
from redis.asyncio import Redis

from crm.kit.errors import Unavailable
from crm.storage import opening
from crm.storage.opening import open_database, sqlite_path
from crm.storage.probe import answers, sqlite_version
from gateway import settings
from gateway.cli.console import load
from gateway.settings import Settings

OLDEST_PYTHON = (3, 11)
SECONDS = 5.0


class Unwell(Exception):
    """What is wrong, and what to do about it."""


def doctor() -> None:
    """Check Python, the database, its schema, Redis and the settings; ends with 1 where anything is wrong."""
    known = load()
    healthy = True
    for name, check in CHECKS.items():
        try:
            said, mark = check(known), "ok"
        except Unwell as fault:
            said, mark, healthy = str(fault), "WRONG", False
        typer.echo(f"{mark:<6} {name:<10} {said}")
    if not healthy:
        raise typer.Exit(1)


def _python(_: Settings) -> str:
    if sys.version_info < OLDEST_PYTHON:
        raise Unwell(f"{sys.version.split()[0]}; 3.11 or newer is needed")
    return sys.version.split()[0]


def _settings(_: Settings) -> str:
    unknown = settings.unknown()
    if unknown:
        raise Unwell(f"{', '.join(unknown)}: no such setting; misspelt?")
    return "all known"


def _sqlite(known: Settings) -> str:
    if sqlite_path(known.database_url) is None:
        return "not used"
    try:
        return f"{sqlite_version()} with FTS5"
    except ValueError as fault:
        raise Unwell(str(fault)) from fault


def _folder(known: Settings) -> str:
    path = sqlite_path(known.database_url)
    if path is None:
        return "not needed"
    folder = next(each for each in (path.parent.absolute(), *path.absolute().parents) if each.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise Unwell(f"{path} cannot be written")
    return f"{path} can be written"


def _database(known: Settings) -> str:
    path = sqlite_path(known.database_url)
    if path is not None and not path.exists():
        raise Unwell(f"{path} is not there; run `crm-gateway migrate`")
    try:
        asyncio.run(_answered(known.database_url))
    except (Unavailable, TimeoutError, OSError) as fault:
        raise Unwell("does not answer") from fault
    except Exception as fault:
        raise Unwell(f"refuses: {fault}") from fault
    return "answers"


async def _answered(url: str) -> None:
    async with asyncio.timeout(SECONDS):
        database = await open_database(url)
        try:
            await answers(database)
        finally:
            await database.close()


def _schema(known: Settings) -> str:
    try:
        behind = opening.is_behind(known.database_url)
    except Exception as fault:
        raise Unwell("cannot be read") from fault
    if behind:
        raise Unwell(f"not at {opening.head()}; run `crm-gateway migrate`")
    return f"at {opening.revision(known.database_url)}"


def _redis(known: Settings) -> str:
    if known.redis_url is None:
        return "not configured: each process keeps rate budgets of its own"
    try:
        asyncio.run(_ponged(known.redis_url))
    except Exception as fault:
        raise Unwell("does not answer") from fault
    return "answers"


async def _ponged(url: str) -> None:
    async with asyncio.timeout(SECONDS):
        redis = Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS)
        try:
            await redis.get("crm:doctor")
        finally:
            await redis.aclose()


def _secret(known: Settings) -> str:
    return "configured" if known.secret_key else "kept in the database"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "python": _python,
    "settings": _settings,
    "sqlite": _sqlite,
    "folder": _folder,
    "database": _database,
    "schema": _schema,
    "redis": _redis,
    "secret": _secret,
}
