"""Scopes in plain words, and what a user's role makes of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from crm.access.roles import Permission, Role
from crm.access.scopes import SCOPES, VERBS, Verb
from crm.resources import DEAL, SCOPED, Resource

_DOES: Mapping[str, str] = {
    "read": "See {things}",
    "write": "Create and change {things}",
    "delete": "Delete {things}",
    "all": "See, create, change and delete {things}",
}
_VERB_WORDS: Mapping[Verb, str] = {"read": "see", "write": "create and change", "delete": "delete"}
_THINGS: Mapping[tuple[Resource, str], str] = {
    (DEAL, "read"): "deals and pipelines",
    (DEAL, "all"): "deals, and see pipelines",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One scope a user may tick. `note` says what the role takes away; `moot` that it takes everything."""

    scope: str
    words: str
    note: str | None
    moot: bool


def choices(scopes: Collection[str], role: Role) -> list[Choice]:
    """What there is to choose from, by resource, in the order of the scopes."""
    return [_choice(each, role) for each in SCOPES if each in scopes]


def words(scope: str) -> str:
    """What a scope lets somebody do."""
    resource, verb = _parts(scope)
    return _DOES[verb].format(things=_THINGS.get((resource, verb), resource.plural))


def _choice(scope: str, role: Role) -> Choice:
    resource, verb = _parts(scope)
    wanted = [each for each in VERBS if verb in (each, "all")]
    allowed = [each for each in wanted if role.reach(Permission(each, resource)) != "none"]
    if not allowed:
        note = f"No effect: the role {role.name} does not allow it."
    elif allowed != wanted:
        note = f"The role {role.name} allows only to {' and '.join(_VERB_WORDS[each] for each in allowed)}."
    else:
        note = None
    return Choice(scope, words(scope), note, moot=not allowed)


def _parts(scope: str) -> tuple[Resource, str]:
    singular, _, verb = scope.partition(".")
    return next(each for each in SCOPED if each.singular == singular), verb
