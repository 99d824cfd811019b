"""What can be done with tasks."""

from crm.call import Call
from crm.journal import Change, Entry
from crm.kit.clock import whole_seconds
from crm.kit.commands import Values
from crm.kit.page import Row
from crm.links import LINKS, is_linked
from crm.operation import Nothing
from crm.reading import read_operation, search_operation
from crm.tasks import commands, edges
from crm.tasks.repository import TASKS
from crm.users.repository import USERS
from crm.writing import Room, change_operation, create_operation, delete_operation, update_operation

ROOM = Room(TASKS, links={**LINKS, "assignee_id": USERS}, owner="assignee_id")


async def prepare(call: Call, sent: Values) -> Values:
    """A new task is made by its writer, whoever is to do it."""
    return {**sent, "created_by_id": call.principal.user_id}


async def complete(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    """Done now; what is done already stays done when it was."""
    return _turned(call, current, "Task completed", completed=True)


async def reopen(call: Call, current: Row, sent: Values) -> Values:  # noqa: ARG001  a Decide
    """To be done again; what is open stays as it is."""
    return _turned(call, current, "Task reopened", completed=False)


def _turned(call: Call, current: Row, subject: str, *, completed: bool) -> Values:
    """To the other state, and told in the timeline of whatever the task is about."""
    if current["completed"] is completed:
        return {}
    after = {"completed": completed, "completed_at": whole_seconds(call.clock()) if completed else None}
    if is_linked(current):
        links = {name: current[name] for name in LINKS}
        changed = tuple(Change(name, current[name], value) for name, value in after.items())
        call.journal.entries.append(Entry(subject, links, changed))
    return after


READ = read_operation(TASKS, edges.TO_ONE)
SEARCH = search_operation(TASKS, edges.TO_ONE)
CREATE = create_operation(ROOM, commands.CREATE, prepare)
UPDATE = update_operation(ROOM, commands.UPDATE)
DELETE = delete_operation(ROOM)
COMPLETE = change_operation(ROOM, "complete", "Complete a task", Nothing(), complete)
REOPEN = change_operation(ROOM, "reopen", "Reopen a task", Nothing(), reopen)

OPERATIONS = (READ, SEARCH, CREATE, UPDATE, DELETE, COMPLETE, REOPEN)
