"""The `Version` header: which dated contract a request is answered under (contract §1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from crm.call import Call
from crm.contracts import NEWEST, Contract, resolve
from crm.kit.errors import Malformed
from gateway.headers import RawHeaders, on_start, raw


class Version:
    """Puts the contract into the call. Raises Malformed where the header is wrong, or lacking where `required`."""

    def __init__(self, app: ASGIApp, *, required: bool = True) -> None:
        self.app = app
        self._required = required

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope["state"]["call"]
        contract = self._contract(Headers(scope=scope).getlist("version"), call.clock().date())
        scope["state"]["call"] = replace(call, contract=contract)
        scope["state"]["version"] = contract.name
        await self.app(scope, receive, send)

    def _contract(self, given: Sequence[str], today: date) -> Contract:
        if not given and not self._required:
            return NEWEST
        if len(given) != 1:
            raise Malformed(f"Send one `Version` header, such as `Version: {NEWEST.name}`.")
        try:
            return resolve(given[0], today)
        except ValueError as fault:
            raise Malformed(str(fault)) from None


class VersionHeader:
    """Echoes the contract that was resolved, on problems too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def change(headers: RawHeaders) -> None:
            if "version" in scope["state"]:
                headers.append(raw("Version", scope["state"]["version"]))

        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        return await self.app(scope, receive, on_start(send, change))
