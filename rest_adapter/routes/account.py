"""/v1/me and /v1/custom_fields: what a caller may know of itself."""

from crm.account import service as account
from rest_adapter.binding import bind

ROUTES = (
    bind(account.ME, "GET", "/me"),
    bind(account.CUSTOM_FIELDS, "GET", "/custom_fields"),
)
