"""/v1/notes"""

from crm.notes import service as notes
from rest_adapter.binding import CREATED, GONE, bind

ROUTES = (
    bind(notes.CREATE, "POST", "/notes", CREATED),
    bind(notes.SEARCH, "POST", "/notes/search"),
    bind(notes.READ, "GET", "/notes/{id}"),
    bind(notes.UPDATE, "PATCH", "/notes/{id}"),
    bind(notes.DELETE, "DELETE", "/notes/{id}", GONE),
    bind(notes.PIN, "POST", "/notes/{id}/pin"),
    bind(notes.UNPIN, "POST", "/notes/{id}/unpin"),
)
