"""Every path of /v1 that needs a token, as one table. An operation's first binding is the one it is described by."""

from rest_adapter.binding import Binding
from rest_adapter.routes import account, companies, contacts, deals, pipelines, users

ROUTES: tuple[Binding, ...] = tuple(
    binding for resource in (account, users, companies, contacts, pipelines, deals) for binding in resource.ROUTES
)
