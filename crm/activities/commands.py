"""What may be told of an activity, once."""

from collections.abc import Iterable

from crm.activities.model import Activity
from crm.kit.commands import Values, create_command
from crm.kit.problems import Violation
from crm.links import linked


def loggable(values: Values) -> Iterable[Violation]:
    """It hangs on something, and the house's own entries are the house's."""
    yield from linked(values)
    if values.get("type") == "system":
        yield Violation("type", "choice", "`type` `system` is for the timeline's own entries only.")


CREATE = create_command(Activity, verb="Log", filled=("occurred_at",), rule=loggable)
