"""/v1/companies"""

from crm.companies import service as companies
from rest_adapter.binding import bind

ROUTES = (
    bind(companies.SEARCH, "POST", "/companies/search"),
    bind(companies.READ, "GET", "/companies/{id}"),
)
