"""The bearer token of a request (RFC 6750 §2.1): from the header, and from nowhere else."""

import re
from collections.abc import Sequence

from crm.kit.errors import Unauthenticated

MAX_TOKEN = 4_096
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)  # RFC 6750 §2.1: b64token


def bearer(authorizations: Sequence[str]) -> str:
    """The token in the one `Authorization` header. Raises Unauthenticated."""
    if not authorizations:
        raise Unauthenticated("Send `Authorization: Bearer <token>`.", token_sent=False)
    if len(authorizations) > 1:
        raise Unauthenticated("Send one `Authorization` header.", token_sent=True)
    scheme, _, token = authorizations[0].strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send `Authorization: Bearer <token>`.", token_sent=False)
    if len(token) > MAX_TOKEN or not _TOKEN.fullmatch(token):
        raise Unauthenticated("The token is unknown, expired or revoked.", token_sent=True)
    return token
