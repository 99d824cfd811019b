"""GraphiQL's page, as Strawberry ships it."""

import base64
import hashlib
import re
from functools import cache

from strawberry.http.ides import get_graphql_ide_html

_PUBLISHED = "https://unpkg.com"


@cache
def page() -> str:
    """The page: an editor that asks for a token in its headers pane."""
    return get_graphql_ide_html(graphql_ide="graphiql")


@cache
def policy() -> str:
    """What the page may load: its libraries from where they are published, its own script, this API."""
    scripts = re.findall(r"<script>(.*?)</script>", page(), re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
    sources = {
        "default-src": "'none'",
        "script-src": " ".join([_PUBLISHED, *(f"'sha256-{each}'" for each in hashes)]),
        "style-src": f"'unsafe-inline' {_PUBLISHED}",
        "font-src": f"data: {_PUBLISHED}",
        "img-src": "data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())
