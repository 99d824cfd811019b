"""The pipeline and its stages: every public field once."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from crm.kit.fields import Boolean, Id, Integer, Record, Text, public
from crm.resources import PIPELINE, STAGE, Resource

StageType = Literal["open", "won", "lost"]


class Stage(BaseModel):
    """One step of a pipeline."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    resource: ClassVar[Resource] = STAGE

    id: Id = public("Opaque id.", read_only=True, points_to=STAGE)
    name: Text = public("The stage's name.", example="Proposal")
    position: Integer = public("Where it stands in its pipeline, from 0.", example=2)
    type: StageType = public("Whether a deal in it is still open, won or lost.", example="open")
    probability: Integer = public("How likely a deal here is to be won, in per cent.", example=60)


class Pipeline(Record):
    """A way deals go, from their first stage to won or lost. The default one comes first."""

    resource = PIPELINE
    searched = ("name",)
    default_order: ClassVar[tuple[str, Literal["asc", "desc"]]] = ("position", "asc")

    name: Text = public("The pipeline's name.", example="Sales", sortable=True)
    is_default: Boolean = public("Whether deals without a stage begin here.", example=True)
    position: Integer = public("Where it stands among the pipelines, from 0.", example=0, sortable=True)
    stages: list[Stage] = public("Its stages, in order.")
