"""What may be told to a deal. Where it stands and how it ended change by actions only."""

from crm.deals.model import Deal, DealStatus
from crm.kit.commands import CommandModel, action_command, create_command, update_command
from crm.kit.fields import Id, public
from crm.kit.inputs import Line
from crm.resources import PIPELINE, STAGE


class MoveDeal(CommandModel):
    """Where a deal goes."""

    stage_id: Id = public("The stage to move to.", points_to=STAGE)
    pipeline_id: Id | None = public("Its pipeline; must be the stage's own.", points_to=PIPELINE, optional=True)
    lost_reason: Line | None = public("Why it was lost; for a lost stage only.", example="Price", optional=True)


class SetDealStatus(CommandModel):
    """How a deal ended, or that it is open again."""

    of = Deal

    status: DealStatus = public("The new status.", example="lost")
    lost_reason: Line | None = public("Why it was lost; for `lost` only.", example="Price", optional=True)


CREATE = create_command(Deal, filled=("pipeline_id", "stage_id", "currency"))
UPDATE = update_command(
    Deal,
    closed={
        "stage_id": "changes by moving the deal only",
        "pipeline_id": "changes by moving the deal only",
        "status": "changes by setting the deal's status only",
    },
)
MOVE = action_command(MoveDeal)
STATUS = action_command(SetDealStatus)
