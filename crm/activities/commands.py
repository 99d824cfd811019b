"""What may be told of an activity, once: it hangs on something, and the house's own entries are the house's."""

from crm.activities.model import Activity
from crm.kit.commands import Every, Withheld, create_command
from crm.links import linked

LOGGABLE = Every((linked, Withheld("type", "system", "is for the timeline's own entries only")))

CREATE = create_command(Activity, verb="Log", filled=("occurred_at",), rule=LOGGABLE)
