"""Roles: for each resource and verb, how far a user's hand reaches (contract §2). Rows a tenant may change."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

from crm.access.scopes import VERBS, Verb
from crm.resources import COMPANY, SCOPED, Resource

Reach = Literal["all", "team", "own", "none"]
REACHES: tuple[Reach, ...] = get_args(Reach)


@dataclass(frozen=True, slots=True)
class Permission:
    """One verb on one resource: what an operation or an edge asks of the role."""

    verb: Verb
    resource: Resource

    @property
    def name(self) -> str:
        return f"{self.resource.singular}.{self.verb}"


def read(resource: Resource) -> Permission:
    return Permission("read", resource)


def write(resource: Resource) -> Permission:
    return Permission("write", resource)


def delete(resource: Resource) -> Permission:
    return Permission("delete", resource)


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of reaches, one for each permission; one that is not listed is `none`."""

    name: str
    reaches: Mapping[Permission, Reach]

    def reach(self, permission: Permission) -> Reach:
        return self.reaches.get(permission, "none")

    def table(self) -> dict[str, dict[str, str]]:
        """As it is stored and shown: {"contact": {"read": "all", …}, …}."""
        return {
            resource.singular: {verb: self.reach(Permission(verb, resource)) for verb in VERBS} for resource in SCOPED
        }


def role_from(name: str, table: Mapping[str, Mapping[str, Any]]) -> Role:
    """The role a stored table says. Raises ValueError where it says something else."""
    by_name = {resource.singular: resource for resource in SCOPED}
    reaches: dict[Permission, Reach] = {}
    for singular, verbs in table.items():
        for verb, reach in verbs.items():
            if singular not in by_name or verb not in VERBS or reach not in REACHES:
                raise ValueError(f"{singular}.{verb}: {reach} is no permission")
            reaches[Permission(verb, by_name[singular])] = reach
    return Role(name, MappingProxyType(reaches))


def _uniform(name: str, **reaches: Reach) -> Role:
    given = {Permission(verb, resource): reaches[verb] for resource in SCOPED for verb in VERBS if verb in reaches}
    return Role(name, MappingProxyType(given))


ADMIN = _uniform("admin", read="all", write="all", delete="all")
MANAGER = _uniform("manager", read="all", write="all", delete="team")
VIEWER = _uniform("viewer", read="all")
REP = Role(
    "rep",
    MappingProxyType({**_uniform("rep", read="own", write="own", delete="own").reaches, read(COMPANY): "all"}),
)
BUILT_IN = (ADMIN, MANAGER, REP, VIEWER)
