"""A document's plan for someone who would ask, made without a request: what `crm-gateway explain` shows."""

from typing import Any

from graphql import GraphQLError

from crm.access.principal import Principal
from crm.activities.timeline import tell
from crm.call import Call
from crm.catalogue import DETACHES
from crm.contracts import NEWEST
from crm.kit.budget import Budget, MemoryBuckets
from crm.kit.clock import system
from crm.kit.cursor import CursorKey
from crm.local import Local
from crm.storage.database import Database
from crm.storage.secret_key import secret_key
from gateway.settings import Settings
from rest_adapter.request import curl, describe
from schema.build import build
from schema.compiler.bind import Refusals
from schema.context import Context
from schema.documents import Documents, RequestError
from schema.engine import Asked, Engine


class NotPlanned(Exception):
    """The document could not run; it says why, a line for each error."""


async def planned(settings: Settings, database: Database, who: Principal, asked: Asked) -> dict[str, Any]:
    """The plan. Raises NotPlanned, or CrmError, where the document could not run."""
    backend = Local(database, CursorKey(await secret_key(database, settings.secret_key)), DETACHES, tell)
    call = Call(
        principal=who,
        contract=NEWEST,
        backend=backend,
        sql=database,
        clock=system,
        budget=Budget(MemoryBuckets(settings.rate_limit), who.bucket, settings.rate_limit),
        trace_id="0" * 16,
    )
    schema = build()
    engine = Engine(schema, Documents(schema), max_points=settings.max_points, base=settings.public_url)
    try:
        return await engine.plan(asked, Context(call, describe, curl, settings.problem_base))
    except (RequestError, Refusals) as fault:
        raise NotPlanned("\n".join(_said(each) for each in fault.errors)) from None


def _said(error: GraphQLError) -> str:
    at = f"line {error.locations[0].line}: " if error.locations else ""
    path = f"{'.'.join(map(str, error.path))}: " if error.path else ""
    return f"{at}{path}{error.message}"
