"""/v1/companies"""

from crm.companies import service as companies
from rest_adapter.binding import CREATED, GONE, bind

ROUTES = (
    bind(companies.CREATE, "POST", "/companies", CREATED),
    bind(companies.SEARCH, "POST", "/companies/search"),
    bind(companies.READ, "GET", "/companies/{id}"),
    bind(companies.UPDATE, "PATCH", "/companies/{id}"),
    bind(companies.DELETE, "DELETE", "/companies/{id}", GONE),
)
