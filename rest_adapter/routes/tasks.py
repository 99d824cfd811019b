"""/v1/tasks"""

from crm.tasks import service as tasks
from rest_adapter.binding import CREATED, GONE, bind

ROUTES = (
    bind(tasks.CREATE, "POST", "/tasks", CREATED),
    bind(tasks.SEARCH, "POST", "/tasks/search"),
    bind(tasks.READ, "GET", "/tasks/{id}"),
    bind(tasks.UPDATE, "PATCH", "/tasks/{id}"),
    bind(tasks.DELETE, "DELETE", "/tasks/{id}", GONE),
    bind(tasks.COMPLETE, "POST", "/tasks/{id}/complete"),
    bind(tasks.REOPEN, "POST", "/tasks/{id}/reopen"),
)
