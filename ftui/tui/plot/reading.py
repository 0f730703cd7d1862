"""What the lines say at one x: the values that stand beside their names while the crosshair is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ftui.tui.plot.curve import Curve


@dataclass(frozen=True, slots=True)
class Reading:
    """One line at the crosshair."""

    curve: Curve
    x: float
    """Where the nearest point is."""
    value: float
    """Its value; smoothed where the line is."""
    level: float
    """The same in the scale's measure."""
    least: float
    most: float
    """Of the unsmoothed values in the crosshair's column of cells; both the value where it holds one."""
    here: bool
    """Whether the point is in that column."""


def read(curve: Curve, x: float, low: float, high: float) -> Reading | None:
    """The line at x, whose column of cells goes from `low` to `high`; None where the line has no point."""
    import numpy as np

    if not len(curve):
        return None
    near = nearest(curve, x)
    part = curve.inside(low, high)
    values = curve.value[part]
    values = values[np.isfinite(values)]
    shown = curve.value if curve.smooth is None else curve.smooth
    value = float(shown[near])
    least, most = (float(values.min()), float(values.max())) if len(values) else (value, value)
    at = float(curve.x[near])
    return Reading(curve, at, value, float(curve.level[near]), least, most, low <= at <= high)


def nearest(curve: Curve, x: float) -> int:
    """The number of the point that is nearest to x."""
    import numpy as np

    after = int(np.searchsorted(curve.x, x))
    if after == len(curve.x):
        return after - 1
    return after - 1 if after and x - curve.x[after - 1] <= curve.x[after] - x else after


def snapped(curves: Iterable[Curve], x: float, low: float, high: float) -> float:
    """The x of the nearest point, where one is in this column of cells; else x itself."""
    best = x
    distance = float("inf")
    for curve in curves:
        if len(curve):
            at = float(curve.x[nearest(curve, x)])
            if low <= at <= high and abs(at - x) < distance:
                best, distance = at, abs(at - x)
    return best
