"""What every request stands on, opened once when the process starts and closed when it ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import Scope

from crm.access.principal import Principal
from crm.backend import Backend
from crm.kit.budget import Buckets, Rate
from crm.kit.clock import Clock
from crm.storage.database import Database
from gateway.oauth.authority import Authority


@dataclass(frozen=True, slots=True)
class House:
    """`principal` gives who a bearer token acts for, or raises Unauthenticated; `authority` gives such tokens out."""

    database: Database
    backend: Backend
    principal: Callable[[str], Awaitable[Principal]]
    authority: Authority
    buckets: Buckets
    rate: Rate
    clock: Clock


def house_of(scope: Scope) -> House:
    """The house of the application that a request came to."""
    house: House = scope["app"].state.house
    return house
