"""/v1/activities"""

from crm.activities import service as activities
from rest_adapter.binding import CREATED, GONE, bind

ROUTES = (
    bind(activities.CREATE, "POST", "/activities", CREATED),
    bind(activities.SEARCH, "POST", "/activities/search"),
    bind(activities.READ, "GET", "/activities/{id}"),
    bind(activities.DELETE, "DELETE", "/activities/{id}", GONE),
)
