"""Every path of /v1 that needs a token, as one table. An operation's first binding is the one it is described by."""

from rest_adapter.binding import Binding
from rest_adapter.routes import account, activities, companies, contacts, deals, notes, pipelines, tasks, users

ROUTES: tuple[Binding, ...] = tuple(
    binding
    for resource in (account, users, companies, contacts, pipelines, deals, tasks, notes, activities)
    for binding in resource.ROUTES
)
