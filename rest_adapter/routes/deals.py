"""/v1/deals"""

from crm.deals import service as deals
from rest_adapter.binding import CREATED, GONE, bind

ROUTES = (
    bind(deals.CREATE, "POST", "/deals", CREATED),
    bind(deals.SEARCH, "POST", "/deals/search"),
    bind(deals.READ, "GET", "/deals/{id}"),
    bind(deals.UPDATE, "PATCH", "/deals/{id}"),
    bind(deals.DELETE, "DELETE", "/deals/{id}", GONE),
    bind(deals.MOVE, "POST", "/deals/{id}/stage"),
    bind(deals.STATUS, "POST", "/deals/{id}/status"),
)
