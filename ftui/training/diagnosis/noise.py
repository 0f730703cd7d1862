"""How much of a curve is noise, and the scale on which its points are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from ftui.training.series import Floats

    Places = np.ndarray[tuple[int], np.dtype[np.intp]]

LAST = 12
"""Evaluations of which the noise is estimated, as it falls with the learning rate; MORE of them steady the estimate."""
MORE = 40
_LAG = 3
_OF_LAG = 24
_LEAST = 4
_NORMAL = 1.4826
_OF_SECOND_DIFFERENCES = 6**0.5
"""Standard deviation of x[i-1] - 2 x[i] + x[i+1] for independent x with standard deviation 1."""


def comparable(values: Floats) -> tuple[Floats, bool]:
    """The values on the scale on which a difference of 0.02 is 2 %, and whether that is their logarithm.

    Losses that reach zero or below (rewards, some preference losses) have no ratios. They are measured by the range
    that they have gone through, and 0.02 is 2 % of that.
    """
    import numpy as np

    if len(values) and float(values.min()) > 0:
        return np.log(values), True
    if not len(values):
        return values, True
    span = float(values.max() - values.min())
    return values / (span or 1.0), False


def noise_of(scaled: Floats) -> float:
    """The noise of a whole curve, by its second differences; 0 where it has too few points."""
    seconds = _second(scaled)
    return _whole(seconds) / _OF_SECOND_DIFFERENCES if len(seconds) >= _LEAST else 0.0


def _whole(values: Floats) -> float:
    import numpy as np

    return _NORMAL * float(np.median(np.abs(values - np.median(values))))


def local_sigma(scaled: Floats, last: int = LAST) -> Floats:
    """The noise at each point from the last few; NaN where they are too few.

    The median of absolute second differences sees neither the slope of the curve nor one jump.
    """
    return _as_long(scaled, _deviation(_second(scaled), last - 2) / _OF_SECOND_DIFFERENCES)


def sigma_so_far(scaled: Floats) -> Floats:
    """The noise at each point, from this point and those before it; NaN where they are too few.

    Where neighbours resemble each other (one set is evaluated again and again while the weights move little)
    second differences make it too small; the differences of points three apart see that, and the last 40 points
    are a steadier ground than the last 12. The greatest of the estimates is taken.
    """
    import numpy as np

    seconds = _second(scaled)
    apart = scaled[_LAG:] - scaled[:-_LAG]
    estimates = (
        _deviation(seconds, MORE - 2) / _OF_SECOND_DIFFERENCES,
        _deviation(apart, _OF_LAG - _LAG) / 2**0.5,
    )
    sigma = local_sigma(scaled)
    for estimate in estimates:
        sigma = np.fmax(sigma, _as_long(scaled, estimate))
    return sigma


def _second(scaled: Floats) -> Floats:
    import numpy as np

    return np.diff(scaled, n=2)


def _as_long(scaled: Floats, estimate: Floats) -> Floats:
    import numpy as np

    whole: Floats = np.full(len(scaled), np.nan)
    if len(estimate):
        whole[-len(estimate) :] = estimate
    return whole


def _deviation(values: Floats, window: int) -> Floats:
    """A robust standard deviation of the last `window` values up to each; NaN for the first few."""
    import numpy as np
    from numpy.lib.stride_tricks import sliding_window_view

    if not len(values):
        return values
    padded = np.concatenate((np.full(window - 1, np.nan), values))
    count = np.minimum(np.arange(1, len(values) + 1), window)
    rows = sliding_window_view(padded, window)
    middle = _medians(rows, count)
    deviation: Floats = _NORMAL * _medians(np.abs(rows - middle[:, None]), count)
    deviation[: _LEAST - 1] = np.nan
    return deviation


def _medians(rows: np.ndarray[tuple[int, int], np.dtype[np.float64]], count: Places) -> Floats:
    """Of each row's values that are no NaN; `count` says how many they are."""
    import numpy as np

    ordered = np.sort(rows, axis=1)
    place = np.arange(len(rows))
    medians: Floats = (ordered[place, (count - 1) // 2] + ordered[place, count // 2]) / 2
    return medians
