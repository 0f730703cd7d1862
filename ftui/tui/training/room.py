"""Room for keys while a long log is read: the reading thread stands aside while one is echoed or curves are painted.

A key goes through three threads. With the reading thread at work, each step of it and each millisecond of painting
waits for the interpreter's lock again.
"""

from __future__ import annotations

import time
from collections.abc import Callable

ECHO_S = 0.04
"""Seconds in which a key is echoed, and in which what is new is painted, at most: a key may paint nothing."""
LONGEST_S = 0.05
"""Seconds for which the reading thread waits between two pieces of its work at most: whatever comes slows reading
down, and never stops it."""
_LOOK_S = 0.002


class Room:
    """`want` and `painted` are called by the screen's thread, `make` by the one that reads."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._until = float("-inf")

    def want(self) -> None:
        """A key came, or something is going to be painted."""
        self._until = self._clock() + ECHO_S

    def painted(self) -> None:
        """It was painted."""
        self._until = float("-inf")

    def make(self) -> None:
        """Wait until the screen has done what it is at; called between two pieces of work, often."""
        now = self._clock()
        latest = now + LONGEST_S
        while now < min(self._until, latest):
            self._sleep(_LOOK_S)
            now = self._clock()
