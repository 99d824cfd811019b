"""/v1/contacts"""

from crm.contacts import service as contacts
from rest_adapter.binding import CREATED, GONE, bind

ROUTES = (
    bind(contacts.CREATE, "POST", "/contacts", CREATED),
    bind(contacts.SEARCH, "POST", "/contacts/search"),
    bind(contacts.READ, "GET", "/contacts/{id}"),
    bind(contacts.UPDATE, "PATCH", "/contacts/{id}"),
    bind(contacts.DELETE, "DELETE", "/contacts/{id}", GONE),
    bind(contacts.UPSERT, "POST", "/contacts/upsert"),
    bind(contacts.READ, "GET", "/contacts/{id}/tags", only=("tags",), named="contacts.tags"),
    bind(contacts.ADD_TAGS, "POST", "/contacts/{id}/tags", only=("tags",)),
    bind(contacts.REMOVE_TAGS, "DELETE", "/contacts/{id}/tags", only=("tags",)),
)
