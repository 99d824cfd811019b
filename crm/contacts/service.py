"""What can be done with contacts."""

from typing import Any

from crm.call import Call
from crm.companies.repository import COMPANIES
from crm.contacts import commands, edges
from crm.contacts.model import UpsertedContact
from crm.contacts.repository import CONTACTS
from crm.journal import Entry
from crm.kit.commands import Values
from crm.kit.errors import Invalid
from crm.kit.fields import fields_of
from crm.kit.filters import Condition
from crm.kit.page import Row
from crm.kit.text import fold
from crm.operation import Arguments, Operation
from crm.reading import read_operation, search_operation
from crm.resources import CONTACT
from crm.storage import writes
from crm.users.repository import USERS
from crm.writing import (
    Room,
    apply,
    change_operation,
    create_operation,
    delete_operation,
    locked,
    make,
    update_operation,
)

ROOM = Room(CONTACTS, links={"company_id": COMPANIES, "owner_id": USERS})


async def keep_reachable(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    """An update must leave an e-mail address or a phone number."""
    wrong = list(commands.reachable({**current, **sent}))
    if wrong:
        raise Invalid(wrong)
    return sent


async def upsert(call: Call, arguments: Arguments) -> dict[str, Any]:
    """Update the contact with this id, e-mail address or phone number; create one where there is none."""
    sent: Values = dict(arguments.input)
    record_id = sent.pop("id", None) or await _match(call, sent)
    if record_id is None:
        return {"status": "created", "data": await make(call, ROOM, sent)}
    current = await locked(call, ROOM, Arguments(id=record_id), ROOM.permission)
    row = await apply(call, ROOM, current, await keep_reachable(call, current, sent))
    if call.journal.changes:
        links = {"contact_id": row["id"], "company_id": row["company_id"], "deal_id": None}
        call.journal.entries.append(Entry("Contact merged", links, tuple(call.journal.changes)))
    return {"status": "updated", "data": row}


async def _match(call: Call, sent: Values) -> str | None:
    """The oldest contact this caller may see with the same e-mail address, else with the same phone number."""
    for name in ("email", "phone"):
        if sent.get(name) is not None:
            await writes.take_turns(call.sql, f"{call.principal.business_id} {name} {fold(sent[name])}")
            condition = Condition(fields_of(CONTACTS.record)[name], "eq", (fold(sent[name]),))
            found = await CONTACTS.matching(call, (condition,), ("id",))
            if found:
                return str(min(row["id"] for row in found))
    return None


async def _add(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    had = {fold(each) for each in current["tags"]}
    return {"tags": commands.limited([*current["tags"], *(each for each in sent["tags"] if fold(each) not in had)])}


async def _remove(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    gone = {fold(each) for each in sent["tags"]}
    return {"tags": [each for each in current["tags"] if fold(each) not in gone]}


READ = read_operation(CONTACTS, edges.TO_ONE)
SEARCH = search_operation(CONTACTS, edges.TO_ONE)
CREATE = create_operation(ROOM, commands.CREATE)
UPDATE = update_operation(ROOM, commands.UPDATE, keep_reachable)
DELETE = delete_operation(ROOM)
UPSERT = Operation(
    name="contacts.upsert",
    summary="Update a contact, or create it where there is none",
    resource=CONTACT,
    kind="create",
    may=ROOM.permission,
    gives=UpsertedContact,
    run=upsert,
    takes=commands.UPSERT,
    keyed=True,
)
ADD_TAGS = change_operation(ROOM, "add_tags", "Put tags on a contact", commands.TAGS, _add)
REMOVE_TAGS = change_operation(ROOM, "remove_tags", "Take tags off a contact", commands.TAGS, _remove)

OPERATIONS = (READ, SEARCH, CREATE, UPDATE, DELETE, UPSERT, ADD_TAGS, REMOVE_TAGS)
