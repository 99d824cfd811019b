"""Edges between pipelines and their stages. A stage is shown inside its pipeline: that statement serves it."""

from collections.abc import Mapping, Sequence

from crm.access.roles import read
from crm.access.visibility import EVERYONES
from crm.edge import Columns, ToOne, to_one
from crm.kit.fields import fields_of
from crm.kit.filters import Condition
from crm.kit.page import Row
from crm.pipelines.model import Stage
from crm.pipelines.repository import PIPELINES, STAGE_ID
from crm.pipelines.table import stages
from crm.resources import DEAL, STAGE, Resource
from crm.storage.joining import Joinable
from crm.storage.repository import Asker
from crm.storage.where import Source

_STAGES = Joinable(
    Source(stages, (), {}, {}),
    {**{name: stages.c[name] for name in Stage.model_fields}, "_pipeline_id": stages.c.pipeline_id},
)
_IS_DEFAULT = fields_of(PIPELINES.record)["is_default"]


async def stages_by_id(asker: Asker, ids: Sequence[str], columns: Columns = None) -> Mapping[str, Row]:  # noqa: ARG001  a stage is small
    """Stages by their ids, out of the pipelines that show them."""
    conditions = (Condition(STAGE_ID, "in", tuple(ids)),)
    rows = await PIPELINES.matching(asker, conditions, ("id", "stages"))
    asked = set(ids)  # a pipeline shows its other stages too
    return {stage["id"]: stage for row in rows for stage in row["stages"] if stage["id"] in asked}


async def default_pipeline(asker: Asker) -> Row | None:
    """The pipeline deals begin in when nobody says otherwise."""
    rows = await PIPELINES.matching(asker, (Condition(_IS_DEFAULT, "eq", (True,)),), ("id", "stages"))
    return rows[0] if rows else None


def to_stage(name: str, source: Resource, key: str) -> ToOne:
    """The edge from a record to the stage whose id it holds in `key`."""
    return ToOne(
        name=name,
        source=source,
        target=STAGE,
        may=read(DEAL),
        stands_for="pipelines.search",
        by="stage_id",
        key=key,
        batch=stages_by_id,
        there=_STAGES,
        ownership=EVERYONES,
    )


OF_STAGE = to_one("pipeline", STAGE, "_pipeline_id", PIPELINES)

EDGES = (OF_STAGE,)
