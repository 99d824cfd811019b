"""GET /v1/versions: the dated contracts, and what each changed. Needs no token."""

from starlette.types import Receive, Scope, Send

from crm.contracts import CHANGES, CONTRACTS
from crm.kit.page import Page
from rest_adapter import wire
from rest_adapter.answer import Answer

_PUBLIC = (("Cache-Control", "public, max-age=300"),)


def _listed() -> bytes:
    rows = [
        {
            "version": contract.name,
            "changes": [change.summary for change in CHANGES if change.since == contract.dated],
        }
        for contract in reversed(CONTRACTS)
    ]
    return wire.dumps(wire.page(Page(rows, total=len(rows)), rows))


async def versions(scope: Scope, receive: Receive, send: Send) -> None:
    """The contracts, newest first, in the envelope of every list."""
    await Answer(200, _listed(), headers=_PUBLIC)(scope, receive, send)
