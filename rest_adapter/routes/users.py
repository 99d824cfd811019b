"""/v1/users: who owns what."""

from crm.users import service as users
from rest_adapter.binding import bind

ROUTES = (
    bind(users.SEARCH, "POST", "/users/search"),
    bind(users.READ, "GET", "/users/{id}"),
)
