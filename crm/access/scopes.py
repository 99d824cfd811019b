"""The 24 scopes, derived from the resources: read, write, delete, and `all` for the three (contract §2)."""

from collections.abc import Iterable
from typing import Literal, get_args

from crm.resources import SCOPED, Resource

Verb = Literal["read", "write", "delete"]
VERBS: tuple[Verb, ...] = get_args(Verb)

SCOPES = tuple(f"{resource.singular}.{verb}" for resource in SCOPED for verb in (*VERBS, "all"))


def scope(resource: Resource, verb: Verb) -> str:
    """The scope one verb on one resource needs: `contact.read`."""
    return f"{resource.singular}.{verb}"


def expanded(granted: Iterable[str]) -> frozenset[str]:
    """What the granted scopes permit, `all` spelled out."""
    permitted: set[str] = set()
    for each in granted:
        resource, _, verb = each.partition(".")
        permitted.update(f"{resource}.{one}" for one in (VERBS if verb == "all" else (verb,)))
    return frozenset(permitted)
