"""The points of one metric: appended one by one, looked up by step, thinned when there are very many."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
    Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
    Indices = np.ndarray[tuple[int], np.dtype[np.int64]]

MOST_POINTS = 131_072
"""Of loss, learning rate and gradient norm: 4 MB a series. A log of 100,000 lines stays whole."""
MOST_POINTS_OF_OTHERS = 16_384
_GROUP = 4
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Curve:
    """The points of a metric as arrays of one length, in the order of steps; epoch and time are NaN where untold."""

    step: Floats
    value: Floats
    epoch: Floats
    time: Floats

    def __len__(self) -> int:
        return len(self.value)

    def finite(self) -> Curve:
        """Without the points that are NaN or infinite."""
        import numpy as np

        return self.where(np.isfinite(self.value))

    def where(self, chosen: Mask | Indices) -> Curve:
        """Only the chosen points."""
        return Curve(self.step[chosen], self.value[chosen], self.epoch[chosen], self.time[chosen])


class Series:
    """The points of one metric.

    When the most that may be held is reached, the older half is thinned to the least and the greatest of every four
    (what is not finite stays), so spikes survive. What is kept depends on the points alone, not on when they came.
    """

    def __init__(self, most: int = MOST_POINTS) -> None:
        self.most = most
        self.step = array("d")
        self.value = array("d")
        self.epoch = array("d")
        self.time = array("d")
        self.thinned = False
        self.whole_from = float("-inf")
        """Every point from this step on is there; of those before, some were thinned away."""
        self.version = 0
        """Grows with every change."""

    def __len__(self) -> int:
        return len(self.value)

    def append(self, step: float, value: float, epoch: float | None, time: float | None) -> None:
        """Add the next point; its step is greater than the last one's."""
        self.step.append(step)
        self.value.append(value)
        self.epoch.append(_NAN if epoch is None else epoch)
        self.time.append(_NAN if time is None else time)
        self.version += 1
        if len(self.value) >= self.most:
            self._thin()

    def at(self, step: float) -> float | None:
        """The value at this very step."""
        index = bisect_left(self.step, step)
        return self.value[index] if index < len(self.step) and self.step[index] == step else None

    def points_from(self, step: float) -> int:
        """How many points lie at this step or after it."""
        return len(self.step) - bisect_left(self.step, step)

    def cut(self, step: float) -> Series:
        """Take the points from this step on away; they come back as a series of their own."""
        index = bisect_left(self.step, step)
        after = Series(self.most)
        for name in ("step", "value", "epoch", "time"):
            column = getattr(self, name)
            setattr(after, name, column[index:])
            del column[index:]
        self.version += 1
        return after

    def curve(self) -> Curve:
        """A copy of the points as arrays."""
        import numpy as np

        return Curve(
            *(np.array(column, dtype=np.float64) for column in (self.step, self.value, self.epoch, self.time))
        )

    def _thin(self) -> None:
        half = len(self.value) // 2
        self.whole_from = self.step[half]
        keep = array("q", _kept(self.value, half))
        for name in ("step", "value", "epoch", "time"):
            column = getattr(self, name)
            setattr(self, name, array("d", (column[i] for i in keep)) + column[half:])
        self.thinned = True


def _kept(values: array[float], until: int) -> Iterator[int]:
    """Indices of the first `until` points that thinning keeps, in order."""
    for start in range(0, until, _GROUP):
        group = range(start, min(start + _GROUP, until))
        finite = [i for i in group if abs(values[i]) != float("inf") and values[i] == values[i]]
        chosen = set(group).difference(finite)
        if finite:
            chosen |= {min(finite, key=values.__getitem__), max(finite, key=values.__getitem__)}
        yield from sorted(chosen)
