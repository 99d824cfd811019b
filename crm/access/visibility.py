"""Visibility as data: which columns make a record someone's own, and which links make it readable besides.

Repositories lower it into the WHERE of every statement; nothing reads a record without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.access.principal import Principal
from crm.access.roles import Permission, Reach, read
from crm.resources import Resource


@dataclass(frozen=True, slots=True)
class Ownership:
    """`columns` hold the users a record belongs to; `links` map a column to the resource whose visibility it borrows.

    No columns: everyone in the tenant who has the permission sees every record. Links widen reading only.
    """

    columns: tuple[str, ...] = ()
    links: Mapping[str, Resource] = field(default_factory=dict)


EVERYONES = Ownership()


@dataclass(frozen=True, slots=True)
class Visibility:
    """How far one role reaches into one resource with one verb; the same for all who have the role.

    `linked` tells, for each link column, how far it reaches into what that leads to; absent where it leads nowhere.
    """

    reach: Reach
    linked: tuple[tuple[str, Reach], ...] = ()


WHOLE = Visibility("all")


def visibility(principal: Principal, permission: Permission | None, ownership: Ownership) -> Visibility:
    """What `principal` may reach of the resource that `ownership` describes."""
    if permission is None or not ownership.columns:
        return WHOLE
    role = principal.role
    reach = role.reach(permission)
    if reach == "all":
        return WHOLE
    if reach == "none" or permission.verb != "read":  # none of it, whatever it hangs on, or nothing but one's own
        return Visibility(reach)
    far = ((column, role.reach(read(resource))) for column, resource in ownership.links.items())
    return Visibility(reach, tuple((column, reach) for column, reach in far if reach != "none"))
