"""What can be done with activities: log, read, search, delete. They are never changed."""

from crm.activities import commands, edges
from crm.activities.repository import ACTIVITIES, CONTACTING, contacted, hold_contact
from crm.call import Call
from crm.kit.clock import whole_seconds
from crm.kit.commands import Values
from crm.kit.errors import Forbidden
from crm.kit.page import Row
from crm.links import LINKS
from crm.reading import read_operation, search_operation
from crm.writing import Room, create_operation, delete_operation


def contacts_someone(values: Values) -> bool:
    """Whether it is an e-mail, a call or a meeting with a contact."""
    return values.get("contact_id") is not None and values["type"] in CONTACTING


async def tell_contact(call: Call, row: Row) -> None:
    """A Settle: what contacts someone decides, when it comes or goes, when that was last."""
    if contacts_someone(row):
        contact = (call.principal.business_id, row["contact_id"])
        await hold_contact(call.sql, *contact)
        await contacted(call.sql, *contact)


ROOM = Room(ACTIVITIES, links=LINKS, owner="author_id", settle=tell_contact)


async def prepare(call: Call, sent: Values) -> Values:
    """It happened now, unless it says otherwise. Its contact is held before anything links to it: whoever holds a
    link and then asks for more could wait for another who does the same.
    """
    if contacts_someone(sent):
        await hold_contact(call.sql, call.principal.business_id, sent["contact_id"])
    return {"occurred_at": whole_seconds(call.clock()), **sent}


def keep_timeline(row: Row) -> None:
    """An Allow: what the house wrote stays."""
    if row["type"] == "system":
        raise Forbidden("An activity of the type `system` is the timeline's own and stays.")


READ = read_operation(ACTIVITIES, edges.TO_ONE)
SEARCH = search_operation(ACTIVITIES, edges.TO_ONE)
CREATE = create_operation(ROOM, commands.CREATE, prepare)
DELETE = delete_operation(ROOM, keep_timeline)

OPERATIONS = (READ, SEARCH, CREATE, DELETE)
