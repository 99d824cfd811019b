"""The installation on a real server of this machine, for clients that are not ours: real time, real sockets, http."""

import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from crm.storage.database import Database
from gateway.app import create_app
from gateway.opening import over
from gateway.settings import Settings
from tests.fixtures.serving import served
from tests.gateway.oauth.browser import Browser
from tests.gateway.oauth.scene import Person, people_of


@dataclass(frozen=True)
class Live:
    """`address` is where it is served, and what it calls itself."""

    address: str
    database: Database
    people: Mapping[str, Person]

    def browser(self) -> Browser:
        """A new browser, without cookies."""
        return Browser(self.address)


@asynccontextmanager
async def live(database: Database) -> AsyncIterator[Live]:
    """The same people as on the scene, over an empty database."""
    people = await people_of(database)
    async with serving(database) as address:
        yield Live(address, database, people)


@asynccontextmanager
async def serving(database: Database) -> AsyncIterator[str]:
    """Where a database is served, whatever is in it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(Settings(public_url=address), lambda given: over(database, given))
        async with served(app, lifespan="on", listening=listening):
            yield address
