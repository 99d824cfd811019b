"""Scopes as OAuth's requests write them: words with spaces between (RFC 6749 §3.3)."""

from collections.abc import Collection

from crm.access.scopes import SCOPES, expanded
from crm.storage.oauth.clients import Client
from gateway.oauth.errors import OauthError

DEFAULT = tuple(each for each in SCOPES if each.endswith(".read"))
"""What an app gets to ask the user for where it names nothing."""

_KNOWN = frozenset(SCOPES)


def read(text: str) -> tuple[str, ...]:
    """The scopes a request names, each once. Raises OauthError for one there is none of."""
    asked = tuple(dict.fromkeys(text.split(" ")))
    if any(each not in _KNOWN for each in asked):
        raise OauthError("invalid_scope", "A scope that is asked for does not exist.")
    return asked


def asked_by(client: Client, text: str | None) -> tuple[str, ...]:
    """What a client asks the user for. Raises OauthError where it may not."""
    if text is None:
        return DEFAULT if client.scopes is None else client.scopes
    asked = read(text)
    if client.scopes is not None:
        check_within(asked, client.scopes)
    return asked


def check_within(asked: Collection[str], granted: Collection[str]) -> None:
    """Raises OauthError where what is asked for is more than what there is."""
    if not expanded(asked) <= expanded(granted):
        raise OauthError("invalid_scope", "More is asked for than was granted.")
