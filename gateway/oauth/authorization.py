"""An authorization request, read and checked (OAuth 2.1 §4.1.1), and the addresses its answers go to.

Until client and redirect address are known to be right nothing is sent anywhere: the person is told instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from crm.storage.oauth import clients
from crm.storage.oauth.clients import Client
from gateway.oauth import pkce, redirect_uris, resources, scopes
from gateway.oauth.authority import Authority
from gateway.oauth.errors import OauthError
from gateway.oauth.form import Form

MAX_STATE = 2_000
PARAMETERS = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
    "resource", "response_mode",
)  # fmt: skip
"""What a request consists of. Whatever else a client sends is not ours to know."""


@dataclass(frozen=True, slots=True)
class Requested:
    """A request that may be put to the user. `scopes` are those asked for."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str | None
    challenge: str
    resources: tuple[str, ...]


class Unanswerable(Exception):
    """A request whose client or redirect address is wrong: there is nobody it would be safe to answer."""

    def __init__(self, told: str) -> None:
        super().__init__(told)
        self.told = told


class Answered(Exception):
    """A request that is refused by sending the browser to `location`."""

    def __init__(self, location: str) -> None:
        super().__init__("a request was refused")
        self.location = location


async def read(authority: Authority, form: Form) -> Requested:
    """Raises Unanswerable or Answered."""
    client, redirect_uri = await _recipient(authority, form)
    state: str | None = None
    try:
        state = form.one("state")
        form.check_unrepeated()
        return _requested(authority, form, client, redirect_uri, state)
    except OauthError as fault:
        raise Answered(refusal(authority, redirect_uri, state, fault.error, fault.description)) from None


def answer(authority: Authority, redirect_uri: str, state: str | None, parameters: Mapping[str, str]) -> str:
    """Where the browser is sent with an answer: `state` as it came, `iss` after RFC 9207."""
    returned = {} if state is None else {"state": state}
    query = urlencode({**parameters, **returned, "iss": authority.issuer})
    return redirect_uris.with_parameters(redirect_uri, query)


def refusal(authority: Authority, redirect_uri: str, state: str | None, error: str, description: str) -> str:
    """Where the browser is sent with a refusal."""
    return answer(authority, redirect_uri, state, {"error": error, "error_description": description})


async def _recipient(authority: Authority, form: Form) -> tuple[Client, str]:
    """The client, and the registered address its answer goes to. Raises Unanswerable."""
    try:
        client_id, given = form.one("client_id"), form.one("redirect_uri")
    except OauthError as fault:
        raise Unanswerable(fault.description) from None
    client = None if client_id is None else await clients.find(authority.database, client_id)
    if client is None or client.revoked_at is not None:
        raise Unanswerable("The app that sent you here is not known to this server, or not any more.")
    registered = [redirect_uris.whole(each, authority.issuer) for each in client.redirect_uris]
    if given is None and len(registered) == 1:
        return client, registered[0]
    if given is None or not any(redirect_uris.matches(each, given) for each in registered):
        raise Unanswerable("The app that sent you here wants its answer at an address it has not registered.")
    return client, given


def _requested(authority: Authority, form: Form, client: Client, redirect_uri: str, state: str | None) -> Requested:
    if form.required("response_type") != "code":
        raise OauthError("unsupported_response_type", "`response_type` must be `code`.")
    if "authorization_code" not in client.grant_types:
        raise OauthError("unauthorized_client", "The client may not ask users.")
    if form.one("response_mode") not in (None, "query"):
        raise OauthError("invalid_request", "`response_mode` must be `query`.")
    if state is not None and len(state) > MAX_STATE:
        raise OauthError("invalid_request", f"`state` is longer than {MAX_STATE:,} characters.")
    challenge = form.required("code_challenge")
    if form.one("code_challenge_method") != pkce.METHOD or not pkce.is_challenge(challenge):
        raise OauthError("invalid_request", "`code_challenge` must be made by the method `S256`.")
    asked = scopes.asked_by(client, form.one("scope"))
    named = resources.asked(authority, form) or (authority.issuer,)
    return Requested(client, redirect_uri, asked, state, challenge, named)
