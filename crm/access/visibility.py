"""Visibility as data: which columns make a record someone's own, and which links make it readable besides.

Repositories lower it into the WHERE of every statement; nothing reads a record without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.access.principal import Principal
from crm.access.roles import Permission
from crm.resources import Resource


@dataclass(frozen=True, slots=True)
class Ownership:
    """`columns` hold the users a record belongs to; `links` map a column to the resource whose visibility it borrows.

    No columns: everyone in the tenant who has the permission sees every record. Links widen reading only.
    """

    columns: tuple[str, ...] = ()
    links: Mapping[str, Resource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Visibility:
    """What one principal may reach of one resource with one verb.

    `owners` None reaches the whole tenant. `linked` tells, for each link column, whose records it may lead to:
    None for everyone's, absent where it leads nowhere.
    """

    business_id: str
    owners: frozenset[str] | None
    linked: Mapping[str, frozenset[str] | None] = field(default_factory=dict)


def sees_all(principal: Principal, permission: Permission | None, ownership: Ownership) -> bool:
    """Whether `principal` reaches every record of the resource that `ownership` describes."""
    return _owners(principal, permission, ownership) is None


def visibility(principal: Principal, permission: Permission | None, ownership: Ownership) -> Visibility:
    """What `principal` may reach of the resource that `ownership` describes."""
    owners = _owners(principal, permission, ownership)
    if not owners or permission is None or permission.verb != "read":  # all of it, or none, whatever it hangs on
        return Visibility(principal.business_id, owners)
    linked = {
        column: principal.owners(Permission("read", resource))
        for column, resource in ownership.links.items()
        if principal.role.reach(Permission("read", resource)) != "none"
    }
    return Visibility(principal.business_id, owners, linked)


def _owners(principal: Principal, permission: Permission | None, ownership: Ownership) -> frozenset[str] | None:
    """Whose records: None for everyone's."""
    return principal.owners(permission) if permission is not None and ownership.columns else None
