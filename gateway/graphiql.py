"""GraphiQL's page, as Strawberry ships it."""

from functools import cache

from strawberry.http.ides import get_graphql_ide_html


@cache
def page() -> str:
    """The page: an editor that asks for a token in its headers pane."""
    return get_graphql_ide_html(graphql_ide="graphiql")
