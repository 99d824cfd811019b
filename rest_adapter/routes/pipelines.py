"""/v1/pipelines: few enough that a plain GET lists them too."""

from crm.pipelines import service as pipelines
from rest_adapter.binding import bind

ROUTES = (
    bind(pipelines.SEARCH, "POST", "/pipelines/search"),
    bind(pipelines.SEARCH, "GET", "/pipelines", named="pipelines.list"),
    bind(pipelines.READ, "GET", "/pipelines/{id}"),
)
