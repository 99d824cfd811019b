"""/v1/contacts"""

from crm.contacts import service as contacts
from rest_adapter.binding import bind

ROUTES = (
    bind(contacts.SEARCH, "POST", "/contacts/search"),
    bind(contacts.READ, "GET", "/contacts/{id}"),
)
