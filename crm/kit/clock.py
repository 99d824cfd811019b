"""The time, as something a test can hold still."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def whole_seconds(moment: datetime) -> datetime:
    """Records keep whole seconds, so that a copied value always equals itself (contract §1)."""
    return moment.replace(microsecond=0)
