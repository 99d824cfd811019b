"""POST /oauth/register (RFC 7591): an app makes itself known, before anybody has heard of it.

The policy: answers go only to https, loopback or reverse-domain addresses, written out in full; an app is public
unless it asks for a secret; acting without a user is nothing one can register for. Whatever else a client says of
itself is left out of its record, and so out of the answer.
"""

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from crm.kit.errors import Malformed, TooMany
from crm.storage.oauth import clients
from crm.storage.oauth.clients import Client
from crm.storage.opaque import hashed
from gateway.oauth import redirect_uris, scopes
from gateway.oauth.authority import Authority, authority_of
from gateway.oauth.clients import new_secret
from gateway.oauth.errors import OauthError
from gateway.oauth.throttle import Limit, address
from rest_adapter.answer import Answer
from rest_adapter.body import read_object
from rest_adapter.wire import dumps

FROM_ONE_ADDRESS = Limit("register", 20, 3_600)
FROM_EVERYWHERE = Limit("register-all", 1_000, 3_600)

PUBLIC: Literal["none"] = "none"
GRANT_TYPES = ("authorization_code", "refresh_token")
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def _name(text: str) -> str:
    """A name that shows as what it is: nothing invisible, nothing that turns the direction of writing."""
    if any(unicodedata.category(each) in _UNSEEN for each in text) or not text.strip():
        raise ValueError("must be printable text")
    return text.strip()


def _uri(text: str) -> str:
    redirect_uris.check(text)
    if not text.startswith("https://"):
        raise ValueError("must begin with https://")
    return text


def _redirect_uri(text: str) -> str:
    redirect_uris.check(text)
    return text


class Metadata(BaseModel):
    """What an app says of itself (RFC 7591 §2), as far as it matters here."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    redirect_uris: list[Annotated[str, AfterValidator(_redirect_uri)]] = Field(min_length=1, max_length=10)
    client_name: Annotated[str, Field(max_length=100), AfterValidator(_name)] | None = None
    client_uri: Annotated[str, AfterValidator(_uri)] | None = None
    token_endpoint_auth_method: Literal["none", "client_secret_basic", "client_secret_post"] = Field(default=PUBLIC)
    grant_types: list[str] = Field(default=list(GRANT_TYPES), max_length=20)
    response_types: list[str] = Field(default=["code"], max_length=20)
    scope: str | None = Field(default=None, max_length=1_000)


async def register(request: Request) -> Answer:
    """201 with the client's id, and its secret where it asked for one. Raises OauthError or TooMany."""
    authority = authority_of(request)
    await _check_pace(authority, request)
    metadata = _read(await _object(request))
    secret = None if metadata.token_endpoint_auth_method == PUBLIC else new_secret()
    client = Client(
        name=metadata.client_name or "An app without a name",
        uri=metadata.client_uri,
        redirect_uris=tuple(metadata.redirect_uris),
        grant_types=tuple(each for each in GRANT_TYPES if each in metadata.grant_types),
        auth_method=metadata.token_endpoint_auth_method,
        scopes=scopes.read(metadata.scope) if metadata.scope else None,
        secret_hash=None if secret is None else hashed(secret),
        self_registered=True,
    )
    now = authority.clock()
    await clients.add(authority.database, client, now)
    return Answer(201, dumps(told(client, secret, now)))


def told(client: Client, secret: str | None, now: datetime) -> dict[str, Any]:
    """A client's record as RFC 7591 §3.2.1 answers it."""
    record: dict[str, Any] = {
        "client_id": client.id,
        "client_id_issued_at": int(now.timestamp()),
        "client_name": client.name,
        "redirect_uris": list(client.redirect_uris),
        "grant_types": list(client.grant_types),
        "response_types": ["code"],
        "token_endpoint_auth_method": client.auth_method,
    }
    if client.uri is not None:
        record["client_uri"] = client.uri
    if client.scopes is not None:
        record["scope"] = " ".join(client.scopes)
    if secret is not None:
        record |= {"client_secret": secret, "client_secret_expires_at": 0}
    return record


async def _check_pace(authority: Authority, request: Request) -> None:
    """Anybody may register, so nobody may register much. Raises TooMany."""
    for limit, key in ((FROM_ONE_ADDRESS, address(request)), (FROM_EVERYWHERE, "")):
        wait = await authority.throttle.take(limit, key)
        if wait:
            raise TooMany(f"Too many apps were registered just now; try again in {wait} s.", retry_after=wait)


async def _object(request: Request) -> dict[str, Any]:
    """The object in the body. Raises OauthError, or Refused where it is too large, too late or no JSON by its type."""
    try:
        return await read_object(request)
    except Malformed as fault:
        raise OauthError("invalid_client_metadata", fault.detail) from None


def _read(raw: dict[str, Any]) -> Metadata:
    """Raises OauthError naming the first thing that is wrong."""
    given = {name: value for name, value in raw.items() if value is not None and value != ""}
    try:
        metadata = Metadata.model_validate(given)
    except ValidationError as fault:
        raise _refused(fault) from None
    if "authorization_code" not in metadata.grant_types or "code" not in metadata.response_types:
        raise OauthError(
            "invalid_client_metadata", "Only `authorization_code` with the response type `code` can be registered for."
        )
    try:
        scopes.read(metadata.scope or scopes.DEFAULT[0])
    except OauthError as fault:
        raise OauthError("invalid_client_metadata", f"`scope`: {fault.description}") from None
    return metadata


def _refused(fault: ValidationError) -> OauthError:
    first = fault.errors(include_url=False, include_input=False)[0]
    member = str(first["loc"][0])
    error = "invalid_redirect_uri" if member == "redirect_uris" else "invalid_client_metadata"
    return OauthError(error, f"`{member}`: {first['msg'].removeprefix('Value error, ')}.")
