"""Tasks' rows: a task is its assignee's and its maker's, and readable by whoever may see what it is about."""

from crm.access.roles import read
from crm.access.visibility import Ownership
from crm.links import BORROWED, LINKS
from crm.resources import TASK
from crm.storage.repository import Repository
from crm.tasks.model import Task
from crm.tasks.table import tasks

TASKS = Repository(
    Task,
    tasks,
    permission=read(TASK),
    ownership=Ownership(columns=("assignee_id", "created_by_id"), links=BORROWED),
    links=LINKS,
)
