"""What `crm-gateway run` says before it serves."""

from crm.contracts import BASE, NEWEST
from crm.kit.clock import system
from gateway.demo.cast import NORTHWIND, PASSWORD, SECOND
from gateway.settings import Settings

_QUESTION = '{"search_text": "ad", "limit": 3}'


def welcome(settings: Settings, token: str | None) -> str:
    """Where everything is, who can sign in, and a request to paste; without the latter where the data is one's own."""
    url = settings.public_url
    lines = ["", f"  Explorer  {url}/graphql", f"  Docs      {url}/docs", f"  REST      {url}/v1"]
    if token is None:
        return "\n".join(
            [*lines, "", "  The database holds its own data; make a token with `crm-gateway token create`.", ""]
        )
    for cast in (NORTHWIND, SECOND):
        lines += ["", f"  {cast.name}"]
        lines += [
            f"    {each.email:<22} password {PASSWORD}    {each.role}{f', team {each.team}' if each.team else ''}"
            for each in cast.people
            if each.signs_in
        ]
    return "\n".join([*lines, "", f"  Token     {token}", "", _curl(url, token), ""])


def _curl(url: str, token: str) -> str:
    """One line, so that it can be pasted anywhere. It pins the newest contract that this machine's clock allows."""
    version = max(BASE, min(NEWEST.dated, system().date()))
    headers = (f"Authorization: Bearer {token}", f"Version: {version}", "Content-Type: application/json")
    return " ".join(
        [f"curl -s {url}/v1/contacts/search", *(f"-H '{each}'" for each in headers), f"-d '{_QUESTION}'"],
    )
