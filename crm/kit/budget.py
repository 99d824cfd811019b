"""The shared budget: one bucket of points for each token, charged by both doors alike (contract §5)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from crm.kit.errors import TooMany


@dataclass(frozen=True, slots=True)
class Rate:
    """So many points for so many seconds."""

    points: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Window:
    """A bucket as it stands after a charge. `reset` is when it is full again, in epoch seconds.

    `granted` is False where the points asked for were not there; then nothing was taken.
    """

    limit: int
    remaining: int
    reset: float
    granted: bool = True

    def retry_after(self, now: float) -> int:
        """Whole seconds until it is full again, at least one."""
        return max(1, int(self.reset - now) + 1)


class Buckets(Protocol):
    """Where buckets are kept. Every call is atomic and exact, however many processes share them."""

    async def charge(self, key: str, points: int) -> Window:
        """Take `points` if they are all there; 0 only looks."""
        ...

    async def refund(self, key: str, points: int, window: Window) -> Window:
        """Put `points` back into the window they were taken from; a later window gets nothing."""
        ...


class MemoryBuckets:
    """Buckets of one process: a fixed window from the first charge."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.time) -> None:
        self._rate = rate
        self._now = now
        self._buckets: dict[str, tuple[float, int]] = {}
        self._swept = now()

    async def charge(self, key: str, points: int) -> Window:
        now = self._now()
        self._sweep(now)
        reset, used = self._buckets.get(key, (0.0, 0))
        if reset <= now:
            reset, used = now + self._rate.seconds, 0
        granted = used + points <= self._rate.points
        if granted and points:
            used += points
            self._buckets[key] = (reset, used)
        return Window(self._rate.points, self._rate.points - used, reset, granted)

    async def refund(self, key: str, points: int, window: Window) -> Window:
        reset, used = self._buckets.get(key, (0.0, 0))
        if reset != window.reset:
            return window
        used = max(0, used - points)
        self._buckets[key] = (reset, used)
        return Window(self._rate.points, self._rate.points - used, reset)

    def _sweep(self, now: float) -> None:
        """Forget what is over, once a window: the table holds only tokens in use."""
        if now - self._swept < self._rate.seconds:
            return
        self._swept = now
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket[0] > now}


class Budget:
    """One request's hand in its token's bucket. `window` is the bucket as last seen, once something was asked of it."""

    def __init__(self, buckets: Buckets, key: str, rate: Rate) -> None:
        self.rate = rate
        self.window: Window | None = None
        self._buckets = buckets
        self._key = key

    async def look(self) -> None:
        """See how the bucket stands without taking anything."""
        self.window = await self._buckets.charge(self._key, 0)

    async def charge(self, points: int) -> None:
        """Take `points`. Raises TooMany, with nothing taken, where they are not there."""
        self.window = await self._buckets.charge(self._key, points)
        if not self.window.granted:
            wait = self.window.retry_after(time.time())
            raise TooMany(
                f"The budget of {self.rate.points} points per {self.rate.seconds} s is spent; try again in {wait} s.",
                retry_after=wait,
            )

    async def refund(self, points: int) -> None:
        """Put back what was charged and not used."""
        if points > 0 and self.window is not None:
            self.window = await self._buckets.refund(self._key, points, self.window)
