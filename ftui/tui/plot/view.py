"""Which part of x is shown: everything, the newest part that follows the end, or a part that stays."""

from __future__ import annotations

from ftui.tui.plot.scale import Range

_CLOSEST = 1e-6
"""The smallest part of everything that can be looked at."""
_HEADROOM = 0.06
"""How far beyond its end a growing curve gets room at once: most new points then change a few cells only."""
LAST_PART = 0.2


class View:
    """A window on `whole`, the x of all points; it never leaves it (but for the room of a growing curve)."""

    def __init__(self) -> None:
        self.whole = Range(0.0, 1.0)
        self.low, self.high = self.whole
        self.all = True
        """Everything is shown, also what comes."""
        self.follows = False
        """The window's end moves with the last point."""

    @property
    def range(self) -> Range:
        return Range(self.low, self.high)

    def take(self, low: float, high: float, growing: bool = False) -> None:
        """These are the first and the last x now; `growing`: points were appended, keep some room for the next."""
        if not high > low:
            around = 0.5 if abs(low) < 1e6 else abs(low) * 1e-6
            low, high = low - around, high + around
        before, self.whole = self.whole, Range(low, high)
        if self.all:
            room = high + _HEADROOM * (high - low) if growing else high
            kept = growing and before.low == low and before.high <= high <= self.high
            self.low, self.high = low, self.high if kept else room
        elif self.follows:
            self._put(high - (self.high - self.low), high)
        else:
            self._put(self.low, self.high)

    def home(self) -> None:
        """Everything."""
        self.all, self.follows = True, False
        self.low, self.high = self.whole

    def last_part(self) -> None:
        """The newest fifth, following."""
        self.all, self.follows = False, True
        low, high = self.whole
        self._put(high - LAST_PART * (high - low), high)

    def zoom(self, by: float, around: float | None = None) -> None:
        """Show a `by`th of what is shown; the x `around` (else the end) stays where it is on the screen."""
        everything = self.whole.high - self.whole.low
        width = max((self.high - self.low) / by, _CLOSEST * everything)
        if width >= everything:
            self.home()
            return
        if around is None:
            around = min(self.high, self.whole.high)
        around = min(max(around, self.low), self.high)
        share = (around - self.low) / (self.high - self.low)
        self.all = False
        self._put(around - share * width, around + (1 - share) * width)
        self._see_whether_it_follows()

    def pan(self, by: float) -> None:
        """Move by this share of the window."""
        if self.all:
            return
        move = by * (self.high - self.low)
        self._put(self.low + move, self.high + move)
        self._see_whether_it_follows()

    def show(self, x: float) -> None:
        """Move just as far as x is in the window, a tenth from its border."""
        x = min(max(x, self.whole.low), self.whole.high)
        width = self.high - self.low
        if not self.low <= x <= self.high:
            low = x - 0.1 * width if x < self.low else x - 0.9 * width
            self._put(low, low + width)
            self._see_whether_it_follows()

    def _see_whether_it_follows(self) -> None:
        self.follows = not self.all and self.high >= self.whole.high

    def _put(self, low: float, high: float) -> None:
        width = min(high - low, self.whole.high - self.whole.low)
        low = min(max(low, self.whole.low), self.whole.high - width)
        self.low, self.high = low, min(low + width, self.whole.high)
        if not self.high > self.low:
            self.low, self.high = self.whole
