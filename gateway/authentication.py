"""Who is asking: from a bearer token (RFC 6750, header only) to the Call that everything further in runs on."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from crm.call import Call
from crm.contracts import NEWEST
from crm.kit.budget import Budget
from gateway.bearer import bearer
from gateway.house import house_of


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
