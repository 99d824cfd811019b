"""Pipelines' rows, each with its stages inside: one statement reads both. Whoever may read deals sees them all."""

import sqlalchemy as sa

from crm.access.roles import read
from crm.kit.fields import MEMBER, PublicField
from crm.pipelines.model import Pipeline
from crm.pipelines.table import pipelines, stages
from crm.resources import DEAL, STAGE
from crm.storage.expressions import json_rows
from crm.storage.repository import Member, Repository

_of_pipeline = sa.and_(stages.c.business_id == pipelines.c.business_id, stages.c.pipeline_id == pipelines.c.id)

STAGE_ID = PublicField(
    name="stage_id",
    kind=MEMBER,
    nullable=False,
    description="A stage of the pipeline.",
    sortable=False,
    read_only=True,
    points_to=STAGE,
)

PIPELINES = Repository(
    Pipeline,
    pipelines,
    permission=read(DEAL),
    computed={
        "stages": sa.select(
            json_rows(
                *(
                    "id",
                    stages.c.id,
                    "name",
                    stages.c.name,
                    "position",
                    stages.c.position,
                    "type",
                    stages.c.type,
                ),
                *("probability", stages.c.probability, "_pipeline_id", stages.c.pipeline_id),
            )
        )
        .where(_of_pipeline)
        .scalar_subquery()
    },
    members={"stage_id": Member(STAGE_ID, stages.c.id, _of_pipeline)},
)
