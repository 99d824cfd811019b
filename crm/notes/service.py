"""What can be done with notes."""

from crm.call import Call
from crm.kit.clock import whole_seconds
from crm.kit.commands import Values
from crm.kit.errors import Invalid
from crm.kit.page import Row
from crm.links import LINKS, is_linked, linked
from crm.notes import commands, edges
from crm.notes.repository import NOTES
from crm.operation import Nothing
from crm.reading import read_operation, search_operation
from crm.writing import Room, change_operation, create_operation, delete_operation, update_operation

ROOM = Room(NOTES, links=LINKS, owner="author_id")


async def keep_linked(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    """An update may not take the last link away; one that a deletion left without may be changed as it is."""
    wrong = list(linked({**current, **sent})) if is_linked(current) else []
    if wrong:
        raise Invalid(wrong)
    return sent


async def pin(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    """To be seen first, from now on; what is pinned already stays pinned since when it was."""
    return {} if current["pinned"] else {"pinned": True, "pinned_at": whole_seconds(call.clock())}


async def unpin(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    """Like any other note again."""
    return {"pinned": False, "pinned_at": None}


READ = read_operation(NOTES, edges.TO_ONE)
SEARCH = search_operation(NOTES, edges.TO_ONE)
CREATE = create_operation(ROOM, commands.CREATE)
UPDATE = update_operation(ROOM, commands.UPDATE, keep_linked)
DELETE = delete_operation(ROOM)
PIN = change_operation(ROOM, "pin", "Pin a note", Nothing(), pin)
UNPIN = change_operation(ROOM, "unpin", "Unpin a note", Nothing(), unpin)

OPERATIONS = (READ, SEARCH, CREATE, UPDATE, DELETE, PIN, UNPIN)
