"""What may be told to a task. Whether it is done changes by actions only."""

from crm.kit.commands import create_command, update_command
from crm.tasks.model import Task

CREATE = create_command(Task)
UPDATE = update_command(Task, closed={"completed": "changes by completing or reopening the task only"})
