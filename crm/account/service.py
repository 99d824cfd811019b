"""What a caller may ask about itself."""

from typing import Any

from crm.account import repository
from crm.account.model import CustomField, Me
from crm.call import Call
from crm.kit.page import Page
from crm.operation import Arguments, Operation
from crm.resources import BUSINESS, USER


async def me(call: Call, arguments: Arguments) -> dict[str, Any]:  # noqa: ARG001  an operation's signature
    principal = call.principal
    business, user = await repository.caller(call)
    return {
        "business": business,
        "user": user,
        "role": principal.role.name,
        "permissions": principal.role.table(),
        "scopes": sorted(principal.scopes),
        "limits": {"points": call.budget.rate.points, "window_seconds": call.budget.rate.seconds},
    }


async def custom_fields(call: Call, arguments: Arguments) -> Page:  # noqa: ARG001
    rows = await repository.definitions(call)
    return Page(rows, total=len(rows))


ME = Operation(
    name="me.read",
    summary="Who am I",
    resource=USER,
    kind="read",
    may=None,
    gives=Me,
    run=me,
)
CUSTOM_FIELDS = Operation(
    name="custom_fields.list",
    summary="List custom field definitions",
    resource=BUSINESS,
    kind="read",
    may=None,
    gives=CustomField,
    run=custom_fields,
    pages=True,
)

OPERATIONS = (ME, CUSTOM_FIELDS)
