"""Which client is asking: by its id alone where it is public, with its secret where it has one (RFC 6749 §2.3)."""

import base64
import binascii
import hmac
import secrets
from urllib.parse import unquote_plus

from starlette.requests import Request

from crm.storage.oauth import clients
from crm.storage.oauth.clients import Client
from crm.storage.opaque import hashed
from gateway.oauth.authority import authority_of
from gateway.oauth.errors import OauthError
from gateway.oauth.form import Form

SECRET_PREFIX = "pck_"  # noqa: S105  the part of a client secret that is no secret
METHODS = ("none", "client_secret_basic", "client_secret_post")

_SECRET_BYTES = 32
_NOBODYS = hashed("")


def new_secret() -> str:
    """The text of a fresh client secret."""
    return SECRET_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


async def client_of(request: Request, form: Form) -> Client:
    """The client that sent a request. Raises OauthError; whether it exists, or its secret is wrong, is told alike."""
    client_id, secret = _credentials(request, form)
    client = await clients.find(authority_of(request).database, client_id)
    kept = _NOBODYS if client is None or client.secret_hash is None else client.secret_hash
    proved = hmac.compare_digest(hashed(secret or ""), kept) and secret is not None
    if client is None or client.revoked_at is not None or (client.confidential and not proved):
        raise _refused()
    if secret is not None and not client.confidential:
        raise _refused()
    return client


async def confidential_client_of(request: Request, form: Form) -> Client:
    """The same, where only one that proves itself will do."""
    client = await client_of(request, form)
    if not client.confidential:
        raise _refused()
    return client


def _refused() -> OauthError:
    return OauthError("invalid_client", "The client is unknown, or did not prove who it is.")


def _credentials(request: Request, form: Form) -> tuple[str, str | None]:
    """The client's id, and its secret where one was sent: in the header or in the body, never in both."""
    header = request.headers.get("authorization")
    client_id, secret = form.one("client_id"), form.one("client_secret")
    if header is None:
        if client_id is None:
            raise OauthError("invalid_client", "Send `client_id`, or `Authorization: Basic …`.")
        return client_id, secret
    named, given = _basic(header)
    if secret is not None or client_id not in (None, named):
        raise OauthError("invalid_request", "The client authenticates in more than one way.")
    return named, given


def _basic(header: str) -> tuple[str, str | None]:
    """What `Authorization: Basic` says; both halves are form-encoded inside (RFC 6749 §2.3.1).

    Client libraries send an empty secret for clients that have none.
    """
    scheme, _, encoded = header.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise _refused() from None
    named, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise _refused()
    return unquote_plus(named), unquote_plus(secret) or None
