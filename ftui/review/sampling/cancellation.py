"""One switch that ends a sampling job, pressed from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_AGAIN = 0.02
"""Seconds. A backend that was about to begin when the switch was pressed has heard nothing: it is told again."""


class Cancelled(Exception):  # noqa: N818 - no error: what the person asked for
    """The job was cancelled while it did something that leaves no sample."""


class Cancellation:
    """Ends what a job is doing; pressed once, it stays pressed."""

    def __init__(self) -> None:
        self._pressed = threading.Event()
        self._lock = threading.Lock()
        self._running: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """End the job; returns at once."""
        self._pressed.set()
        self._tell()

    @property
    def pressed(self) -> bool:
        """Whether the job is to end."""
        return self._pressed.is_set()

    def check(self) -> None:
        """Raise Cancelled if the job is to end."""
        if self.pressed:
            raise Cancelled

    def wait(self, seconds: float) -> bool:
        """Sleep, but not past a cancel; whether it was pressed."""
        return self._pressed.wait(seconds)

    @contextmanager
    def over(self, end: Callable[[], None]) -> Iterator[None]:
        """Cancel calls `end` while the block runs, again and again, as long as it takes."""
        with self._lock:
            self._running.append(end)
        try:
            if self.pressed:
                self._tell()
            yield
        finally:
            with self._lock:
                self._running.remove(end)

    def _tell(self) -> None:
        with self._lock:
            running = list(self._running)
        for end in running:
            end()
        if running:
            again = threading.Timer(_AGAIN, self._tell)
            again.daemon = True
            again.start()
