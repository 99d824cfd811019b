"""/v1/deals"""

from crm.deals import service as deals
from rest_adapter.binding import bind

ROUTES = (
    bind(deals.SEARCH, "POST", "/deals/search"),
    bind(deals.READ, "GET", "/deals/{id}"),
)
