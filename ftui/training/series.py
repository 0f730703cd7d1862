"""The points of one metric: appended one by one, looked up by step, thinned when there are very many."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
    Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
    Indices = np.ndarray[tuple[int], np.dtype[np.int64]]

MOST_POINTS = 131_072
"""Of loss, learning rate and gradient norm: 4 MB a series. A log of 100,000 lines stays whole."""
MOST_POINTS_OF_OTHERS = 16_384
_SPANS = 8
"""Of the most points, one in so many is the number of spans: at most half of them are kept."""
_NAN = float("nan")
_COLUMNS = ("step", "value", "_epoch", "_time")


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

    When the most that may be held is reached, the older three quarters are thinned to the least and the greatest of
    equal spans of steps (and the first and last that are not finite), so spikes survive and the beginning of a long
    run is shown as finely as its middle. What is kept depends on the points alone, not on when they came.
    """

    __slots__ = ("_epoch", "_taken_away", "_time", "left_out", "most", "step", "value", "whole_from")

    def __init__(self, most: int = MOST_POINTS) -> None:
        self.most = most
        self.step = array("d")
        self.value = array("d")
        self._epoch: array[float] | None = None
        self._time: array[float] | None = None
        """None until a point tells: of logs without epochs or times half the memory."""
        self.whole_from = float("-inf")
        """Every point from this step on is there; of those before, some were thinned away."""
        self.left_out = 0
        """Points that were thinned away."""
        self._taken_away = 0

    @property
    def epoch(self) -> array[float]:
        """The epochs of the points, NaN where untold; not to be changed."""
        return _untold(len(self.value)) if self._epoch is None else self._epoch

    @property
    def time(self) -> array[float]:
        """The times of the points in Unix seconds, NaN where untold; not to be changed."""
        return _untold(len(self.value)) if self._time is None else self._time

    @property
    def version(self) -> int:
        """Differs after every change."""
        return self._taken_away + len(self.value)

    def __len__(self) -> int:
        return len(self.value)

    def append(self, step: float, value: float, epoch: float | None, time: float | None) -> None:
        """Add the next point; its step is greater than the last one's."""
        values = self.value
        if self._epoch is not None:
            self._epoch.append(_NAN if epoch is None else epoch)
        elif epoch is not None:
            self._epoch = _untold(len(values))
            self._epoch.append(epoch)
        if self._time is not None:
            self._time.append(_NAN if time is None else time)
        elif time is not None:
            self._time = _untold(len(values))
            self._time.append(time)
        self.step.append(step)
        values.append(value)
        if len(values) >= self.most:
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
        if step < self.whole_from:  # how many of those after it were thinned away is not known: their share
            self.left_out = self.left_out * index // max(1, bisect_left(self.step, self.whole_from))
            self.whole_from = step
        after = Series(self.most)
        for name in _COLUMNS:
            column = getattr(self, name)
            if column is not None:
                setattr(after, name, column[index:])
                del column[index:]
        self._taken_away += len(after) + 1
        return after

    def curve(self) -> Curve:
        """A copy of the points as arrays."""
        import numpy as np

        columns = (self.step, self.value, self._epoch, self._time)
        untold = np.broadcast_to(np.float64(_NAN), len(self.value))  # takes no memory
        return Curve(*(untold if each is None else np.array(each, dtype=np.float64) for each in columns))

    def _thin(self) -> None:
        old = len(self.value) - len(self.value) // 4
        self.whole_from = self.step[old]
        keep = _kept(self.step, self.value, old, max(1, self.most // _SPANS))
        for name in _COLUMNS:
            column = getattr(self, name)
            if column is not None:
                setattr(self, name, array("d", map(column.__getitem__, keep)) + column[old:])
        self.left_out += old - len(keep)
        self._taken_away += old - len(keep) + 1


def _untold(points: int) -> array[float]:
    return array("d", [_NAN]) * points


def _kept(steps: array[float], values: array[float], until: int, spans: int) -> list[int]:
    """Indices of the first `until` points that thinning keeps, in order: at most four of each span of steps."""
    first = steps[0]
    width = (steps[until - 1] - first) / spans or 1.0
    kept: list[int] = []
    span, begin = -1, 0
    for i in range(until):
        its = int((steps[i] - first) / width)
        if its != span:
            kept += _extremes(values, begin, i)
            span, begin = its, i
    return kept + _extremes(values, begin, until)


def _extremes(values: array[float], begin: int, end: int) -> list[int]:
    """Indices of the least and the greatest of these points, and of the first and the last that is not finite."""
    if end - begin < 2:
        return list(range(begin, end))
    finite = [i for i in range(begin, end) if isfinite(values[i])]
    chosen = {min(finite, key=values.__getitem__), max(finite, key=values.__getitem__)} if finite else set()
    if len(finite) < end - begin:
        odd = [i for i in range(begin, end) if not isfinite(values[i])]
        chosen |= {odd[0], odd[-1]}
    return sorted(chosen)
