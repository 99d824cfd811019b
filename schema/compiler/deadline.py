"""The time a document may take: one timer for all its steps, and the step that runs when it goes off is cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from crm.kit.errors import too_late

T = TypeVar("T")


PART = 0.25
"""How much of the time goes into an attempt."""


class Deadline:
    """One timer for a whole execution. When it goes off, the step that runs is cancelled, and none begins any more."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._over = False
        self._gave_up = False

    def __enter__(self) -> "Deadline":
        self._task = asyncio.current_task()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._stop)
        self._running = False
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def over(self) -> bool:
        """Whether the time is up."""
        return self._over

    async def within(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """The work's answer. Raises Refused where the time is over."""
        if self.over():
            raise too_late()
        self._running = True
        try:
            return await work()
        except asyncio.CancelledError:
            if not self.over() or self._is_cancelled_besides():
                raise
            raise too_late() from None
        finally:
            self._running = False

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T:
        """The answer of work that can be done in another way too: it is given a part of the time. Raises TimeoutError.

        Only inside `within`.
        """
        timer = asyncio.get_running_loop().call_later(self._seconds * PART, self._give_up)
        try:
            return await work()
        except asyncio.CancelledError:
            if self.over() or not self._gave_up or self._is_cancelled_besides():
                raise
            raise TimeoutError from None
        finally:
            timer.cancel()
            self._gave_up = False

    def _is_cancelled_besides(self) -> bool:
        """Take back our own cancellation; whether someone else cancels too."""
        return self._task is not None and self._task.uncancel() > 0

    def _stop(self) -> None:
        self._over = True
        if self._running:
            self._cancel()

    def _give_up(self) -> None:
        self._gave_up = True
        self._cancel()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
