"""Who is asking: from a bearer token (RFC 6750, header only) to the Call that everything further in runs on."""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from crm.call import Call
from crm.contracts import NEWEST
from crm.kit.budget import Budget
from crm.kit.errors import Unauthenticated
from gateway.house import house_of

MAX_TOKEN = 4_096
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*", re.ASCII)  # RFC 6750 §2.1: b64token


class Authentication:
    """Puts a Call into `scope["state"]["call"]`. Raises Unauthenticated."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        token = bearer(Headers(scope=scope).getlist("authorization"))
        house = house_of(scope)
        principal = await house.principal(token)
        scope["state"]["call"] = Call(
            principal=principal,
            contract=NEWEST,
            backend=house.backend,
            sql=house.backend.sql,
            clock=house.clock,
            budget=Budget(house.buckets, principal.bucket, house.rate),
            trace_id=scope["state"]["trace_id"],
        )
        await self.app(scope, receive, send)


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
