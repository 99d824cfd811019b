"""The states of a deal, as tables.

Rule 1: a stage's type decides the status of what is moved into it. Rule 2: any status may follow any other, and each
has its own consequences. Rule 3: nothing here knows who is asking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

OF_STAGE: Mapping[str, str] = {"open": "open", "won": "won", "lost": "lost"}
"""From the type of a stage to the status of a deal that comes to it."""


@dataclass(frozen=True, slots=True)
class State:
    """What a status means: whether it is an end, and how likely winning is then (None: as the stage says)."""

    closed: bool
    probability: int | None


STATES: Mapping[str, State] = {
    "open": State(closed=False, probability=None),
    "won": State(closed=True, probability=100),
    "lost": State(closed=True, probability=0),
    "abandoned": State(closed=True, probability=0),
}


def entered(
    status: str, before: Mapping[str, Any], stage_probability: int, reason: str | None, now: datetime
) -> dict[str, Any]:
    """What a deal becomes on entering a status. One that was in it already keeps the time it was closed."""
    state = STATES[status]
    closed_at = (before.get("closed_at") or now) if before.get("status") == status else now
    kept_reason = before.get("lost_reason") if before.get("status") == status else None
    return {
        "status": status,
        "closed_at": closed_at if state.closed else None,
        "probability": stage_probability if state.probability is None else state.probability,
        "lost_reason": (reason or kept_reason) if status == "lost" else None,
    }
