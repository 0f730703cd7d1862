"""From values to a place between bottom and top: linear and logarithmic scales, and what range an axis gets."""

from __future__ import annotations

from collections.abc import Sequence
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
SPIKE = 16.0
"""Times the usual distance from the median of five neighbours."""
_MANY = 8192
_FEW = 8
"""Fewer points than this are shown whole."""
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


def together(ranges: Sequence[Range], scale: Scale) -> Range | None:
    """The axis that shows all of these, with a little room; None where there is none."""
    if not ranges:
        return None
    low, high = min(one.low for one in ranges), max(one.high for one in ranges)
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        around = 0.5 if scale == "log" else 0.05 * abs(low) or 1.0
        return Range(low - around, high + around)
    edge = EDGE * (high - low)
    return Range(max(low - edge, -1.1 * LARGEST), min(high + edge, 1.1 * LARGEST))


def bounds(values: Floats, fit: Fit) -> Range:
    """From where to where a line's values (finite, in the scale's measure, at least one) are to be shown.

    `all` holds every value. `robust` leaves out what would flatten the rest, line by line: spikes of one or two points
    (16 times the usual distance from the median of five), and then what lies beyond the middle 90 % and a quarter
    of that on either side, where all together would be more than three times as high. So neither one spike nor the
    first steps of a loss that falls from 25 to 2 hide the curve; what is outside is shown as an arrow at the border.
    """
    import numpy as np

    if fit == "robust" and len(values) >= _FEW:
        values = _without_spikes(values)
    low, high = float(values.min()), float(values.max())
    if fit == "all" or len(values) < _FEW:
        return Range(low, high)
    inner_low, inner_high = (float(v) for v in np.percentile(_some(values), (OUTER, 100 - OUTER)))
    more = 0.25 * (inner_high - inner_low)
    inner = Range(max(low, inner_low - more), min(high, inner_high + more))
    wide = inner.high - inner.low
    return inner if wide > 0 and wide * WORTH < high - low else Range(low, high)


def _without_spikes(values: Floats) -> Floats:
    """The values but for those far from the median of five around them; the first and the last two stay."""
    import numpy as np

    away = np.abs(values[2:-2] - _median_of_five(values))
    usual = float(np.median(_some(away)))
    if usual == 0:
        return values
    keep = np.ones(len(values), dtype=np.bool_)
    keep[2:-2] = away <= SPIKE * usual
    return values[keep]


def _some(values: Floats) -> Floats:
    """At most twice `_MANY` values, evenly picked: enough for a percentile, and 1 ms less for 100,000."""
    return values[:: max(1, len(values) // _MANY)]


def _median_of_five(values: Floats) -> Floats:
    """The median of each value and two on either side, by comparing: 2 ms for 100,000, a sorting one takes 9 ms."""
    import numpy as np

    a, b, c, d, e = (values[i : len(values) - 4 + i] for i in range(5))
    a, b = np.minimum(a, b), np.maximum(a, b)
    c, d = np.minimum(c, d), np.maximum(c, d)
    low, high = np.maximum(a, c), np.minimum(b, d)
    return np.maximum(np.minimum(low, high), np.minimum(np.maximum(low, high), e))
