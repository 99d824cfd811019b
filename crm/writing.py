"""The operations resources have for writing: create, change (an update or an action), delete.

A room declares what is its own: the command, where its links must lead, and a function that decides what a change
means. Locking, preconditions, links, journal and detaching are the same for all and happen here.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.access.roles import Permission, delete, write
from crm.call import Call
from crm.journal import changes
from crm.kit import ids
from crm.kit.clock import whole_seconds
from crm.kit.commands import Command, Values
from crm.kit.errors import Forbidden, Invalid, NotFound, Stale
from crm.kit.etag import matches
from crm.kit.fields import fields_of
from crm.kit.page import Row
from crm.kit.parts import Address
from crm.kit.problems import Violation
from crm.operation import Arguments, Input, Nothing, Operation
from crm.storage import writes
from crm.storage.repository import Repository

Prepare = Callable[[Call, Values], Awaitable[Values]]
"""From what a client sent to the values of a new record."""

Decide = Callable[[Call, Row, Values], Awaitable[Values]]
"""From a record and what a client sent to the fields that change."""


Allow = Callable[[Row], None]
"""Raises Forbidden where a record may not be deleted by anyone."""

Settle = Callable[[Call, Row], Awaitable[None]]
"""What else follows, in the same transaction, from a record that has come or gone."""


async def nothing_follows(call: Call, row: Row) -> None:
    """A Settle: it is the record's own matter."""


@dataclass(frozen=True, eq=False)
class Room:
    """What writing needs to know of a resource. `links` say, by field, which records an id may name; `owner` is the
    field that names who the record belongs to, filled with the writer where it is not sent; `settle` does what follows.
    """

    repository: Repository
    links: Mapping[str, Repository] = field(default_factory=dict)
    owner: str | None = "owner_id"
    settle: Settle = nothing_follows

    @property
    def permission(self) -> Permission:
        return write(self.repository.record.resource)


async def as_sent(call: Call, values: Values) -> Values:  # noqa: ARG001  a Prepare
    """What was sent is the record."""
    return values


async def changed_as_sent(call: Call, current: Row, values: Values) -> Values:  # noqa: ARG001  a Decide
    """What was sent is what changes."""
    return values


def create_operation(room: Room, takes: Command, prepare: Prepare = as_sent) -> Operation:
    """`<plural>.create`: a new record, returned even where its owner is someone the writer may not look at."""
    resource = room.repository.record.resource

    async def create(call: Call, arguments: Arguments) -> Row:
        return await make(call, room, await prepare(call, arguments.input))

    return Operation(
        name=f"{resource.plural}.create",
        summary=f"Create {resource.one}",
        resource=resource,
        kind="create",
        may=room.permission,
        gives=room.repository.record,
        run=create,
        takes=takes,
        keyed=True,
    )


def change_operation(room: Room, verb: str, summary: str, takes: Input, decide: Decide = changed_as_sent) -> Operation:
    """`<plural>.<verb>`: a record changed. `decide` says which fields change; none at all is no new version."""
    resource = room.repository.record.resource

    async def change(call: Call, arguments: Arguments) -> Row:
        current = await locked(call, room, arguments, room.permission)
        return await apply(call, room, current, await decide(call, current, arguments.input or {}))

    return Operation(
        name=f"{resource.plural}.{verb}",
        summary=summary,
        resource=resource,
        kind="update",
        may=room.permission,
        gives=room.repository.record,
        run=change,
        takes=takes,
        targets=True,
    )


def update_operation(room: Room, takes: Command, decide: Decide = changed_as_sent) -> Operation:
    """`<plural>.update`: the fields that were sent, and no others."""
    return change_operation(room, "update", f"Update {room.repository.record.resource.one}", takes, decide)


def delete_operation(room: Room, allow: Allow = lambda _: None) -> Operation:
    """`<plural>.delete`: gone from everywhere; what hung on it is let go. `allow` says which may not go."""
    resource = room.repository.record.resource

    async def remove(call: Call, arguments: Arguments) -> Row:
        current = await locked(call, room, arguments, delete(resource))
        allow(current)
        await call.backend.detach(call, resource, current["id"])
        await writes.delete(call, room.repository, current["id"])
        await room.settle(call, current)
        return current

    return Operation(
        name=f"{resource.plural}.delete",
        summary=f"Delete {resource.one}",
        resource=resource,
        kind="delete",
        may=delete(resource),
        gives=room.repository.record,
        run=remove,
        takes=Nothing(),
        targets=True,
    )


async def make(call: Call, room: Room, values: Values) -> Row:
    """A new record from its values: defaults and owner filled in, links checked, journal told."""
    await check_links(call, room, values)
    now = whole_seconds(call.clock())
    own = {room.owner: call.principal.user_id} if room.owner else {}
    made = {**_defaults(room), **own, **_whole(values), "created_at": now, "updated_at": now}
    row = await writes.insert(call, room.repository, {"id": ids.new(room.repository.record.resource), **made})
    call.journal.record_id = row["id"]
    call.journal.changes += changes(None, row)
    await room.settle(call, row)
    return row


async def locked(call: Call, room: Room, arguments: Arguments, permission: Permission) -> Row:
    """The record a write is about, held. Raises NotFound, Forbidden (seen, not writable) or Stale."""
    record_id = str(arguments.id)
    call.journal.record_id = record_id
    row = await writes.lock(call, room.repository, record_id, permission)
    if row is None:
        if await room.repository.get(call, record_id, ("id",)) is not None:
            role = call.principal.role.name
            raise Forbidden(f"The role `{role}` does not have the permission `{permission.name}` for this record.")
        raise NotFound(f"There is no {permission.resource.singular} with this id.")
    if arguments.if_match is not None and not matches(arguments.if_match, row):
        raise Stale("The record has changed: `If-Match` names another version.")
    return row


async def apply(call: Call, room: Room, current: Row, sent: Values) -> Row:
    """A held record with its changes made: links checked, parts merged, journal told."""
    links = {name: sent[name] for name in room.links if name in sent and sent[name] != current[name]}
    await check_links(call, room, links)
    merged = _merged(current, sent)
    row = await writes.update(call, room.repository, current, {**merged, "updated_at": whole_seconds(call.clock())})
    if row is not current:
        call.journal.changes += [each for each in changes(current, row) if each.field != "updated_at"]
    return row


async def check_links(call: Call, room: Room, values: Mapping[str, Any]) -> None:
    """Raises Invalid naming every link to what does not exist, or is not visible. What a link leads to then stays."""
    wrong = []
    for name, there in room.links.items():
        linked = values.get(name)
        if linked is not None and not await writes.hold(call, there, linked):
            singular = there.record.resource.singular
            wrong.append(Violation(name, "link", f"`{name}` names no {singular} that exists."))
    if wrong:
        raise Invalid(wrong)


def _defaults(room: Room) -> Values:
    """What a new record has where nobody says otherwise."""
    return {name: each.default for name, each in fields_of(room.repository.record).items() if each.default is not None}


_OBJECTS = ("address", "custom_fields")


def _whole(values: Values) -> Values:
    """A new record's values with its objects made whole, as if merged into nothing."""
    return _merged(dict.fromkeys(_OBJECTS), values)


def _merged(current: Mapping[str, Any], sent: Values) -> Values:
    """What was sent, with objects merged member by member (RFC 7396): a null member is cleared."""
    merged = dict(sent)
    for name in _OBJECTS:
        if isinstance(sent.get(name), dict):
            merged[name] = _object(name, {**(current.get(name) or {}), **sent[name]})
    return merged


def _object(name: str, members: dict[str, Any]) -> dict[str, Any] | None:
    """An address shows every line and is none without any; custom fields show those that have a value."""
    if name == "custom_fields":
        return {slug: value for slug, value in members.items() if value is not None}
    lines = fields_of(Address)
    return {line: members.get(line) for line in lines} if any(members.values()) else None
