"""From values to a place between bottom and top: linear and logarithmic scales, and what range an axis gets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ftui.tui.plot.model import Fit, Scale

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

LARGEST = 4e307
"""Values beyond are drawn as this: the difference of two of them is still a number."""
EDGE = 0.05
OUTER = 5.0
"""Percent of a line's points on either side that the robust range may leave out."""
WORTH = 3.0
"""How many times higher everything must be than the middle 90 % (and a quarter more) for something to be left out."""


class Range(NamedTuple):
    """From the lowest to the highest place of an axis, in the scale's own measure; the second is greater."""

    low: float
    high: float


def measured(values: Floats, scale: Scale) -> Floats:
    """The values in the scale's measure: themselves, or their decimal logarithm, -inf where there is none."""
    import numpy as np

    if scale == "linear":
        return np.where(np.isfinite(values), np.clip(values, -LARGEST, LARGEST), values)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values <= 0, -np.inf, np.log10(values))


def value_at(place: float, scale: Scale) -> float:
    """The value at a place of the axis."""
    if scale == "linear":
        return place
    try:
        return float(10.0**place)
    except OverflowError:
        return float("inf")


def fitted(lines: Iterable[Floats], scale: Scale, fit: Fit) -> Range | None:
    """The range that shows these lines (finite, in the scale's measure); None where there is no value.

    `all` holds every value. `robust` takes of each line the middle 90 % and a quarter of that on either side, as far as
    there are values; all of it where that is not at least three times higher. So the first steps of a loss that falls
    from 25 to 2, or one spike, do not flatten the rest; what lies outside is shown as an arrow at the border.
    """
    ranges = [one for line in lines if len(line) for one in (_of_line(line, fit),)]
    if not ranges:
        return None
    low, high = min(one.low for one in ranges), max(one.high for one in ranges)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        around = 0.5 if scale == "log" else 0.05 * abs(low) or 1.0
        return Range(low - around, high + around)
    edge = EDGE * (high - low)
    return Range(max(low - edge, -1.1 * LARGEST), min(high + edge, 1.1 * LARGEST))


def _of_line(values: Floats, fit: Fit) -> Range:
    import numpy as np

    low, high = float(values.min()), float(values.max())
    if fit == "all" or len(values) < 8:
        return Range(low, high)
    inner_low, inner_high = (float(v) for v in np.percentile(values, (OUTER, 100 - OUTER)))
    more = 0.25 * (inner_high - inner_low)
    inner = Range(max(low, inner_low - more), min(high, inner_high + more))
    wide = inner.high - inner.low
    return inner if wide > 0 and wide * WORTH < high - low else Range(low, high)
