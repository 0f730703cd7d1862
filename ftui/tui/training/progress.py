"""How far a run is, and how long it will take."""

from __future__ import annotations

from collections import deque
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ftui.tui.training.feed import RunLook

_SEEN = 240
"""Points of a run's pace that are kept: two minutes and more."""
_LATEST = 200
"""Points of a curve whose times tell the present speed."""


class Left(NamedTuple):
    """The time that a run will still take."""

    seconds: float
    estimated: bool
    """Made from the speed so far; the trainer does not say."""


class Pace:
    """How fast a run is, from when its steps were seen."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=_SEEN)

    def saw(self, now: float, step: float | None) -> None:
        """The run is at this step now."""
        if step is None:
            return
        if self._seen and step < self._seen[-1][1]:
            self._seen.clear()  # resumed from an earlier step
        if not self._seen or step > self._seen[-1][1]:
            self._seen.append((now, step))

    @property
    def steps_per_second(self) -> float | None:
        """None before the run was seen to move for a while."""
        if len(self._seen) < 3:  # the first is what lay there at the start
            return None
        (began, first), (ended, last) = self._seen[1], self._seen[-1]
        return (last - first) / (ended - began) if ended > began else None


def done(run: RunLook) -> float | None:
    """The part of training that is done, 0 to 1; None where the log does not tell how long it will be."""
    facts = run.facts
    if facts.finished:
        return 1.0
    if facts.total_steps and run.last_step is not None:
        return min(1.0, run.last_step / facts.total_steps)
    if facts.total_epochs and run.last_epoch is not None:
        return min(1.0, run.last_epoch / facts.total_epochs)
    return None


def left(run: RunLook, pace: Pace) -> Left | None:
    """The remaining time as the trainer tells it, else from the speed so far."""
    part, facts = done(run), run.facts
    if part is None or part >= 1.0 or not run.last_step:
        return None
    if facts.remaining_s is not None:
        return Left(facts.remaining_s, estimated=False)
    speed = pace.steps_per_second or _speed_in_log(run)
    total = facts.total_steps or run.last_step / part if part else None
    return Left((total - run.last_step) / speed, estimated=True) if speed and total else None


def _speed_in_log(run: RunLook) -> float | None:
    """Steps a second by the times that the log itself holds."""
    curve = max(run.curves.values(), key=len, default=None)
    if curve is None or len(curve) < 2:
        return None
    first = -min(len(curve), _LATEST)
    steps = float(curve.step[-1] - curve.step[first])
    seconds = float(curve.time[-1] - curve.time[first])
    return steps / seconds if isfinite(seconds) and seconds > 0 and steps > 0 else None
