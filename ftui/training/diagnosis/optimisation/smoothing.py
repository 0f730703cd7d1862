"""Smoothed curves and the noise of a curve, all causal: a value looks at nothing that comes after it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftui.training.series import Floats, Indices, Mask

MAD_TO_SIGMA = 1.4826
"""The median absolute deviation of a normal distribution is its standard deviation divided by this."""

_DOUBT = 2.5
"""Two standard errors of such an estimate, relative, times the root of the number of points."""


def ema_noise(sigma: float, half_life: float) -> float:
    """The standard deviation of an exponential moving average of independent values with that deviation."""
    share = 1 - 0.5 ** (1 / half_life)
    return float(sigma * (share / (2 - share)) ** 0.5)


def row_medians(rows: NDArray[np.float64]) -> Floats:
    """The median of each row of a matrix: sorting takes a tenth of the time of `np.median`, which looks for NaN."""
    import numpy as np

    ordered, width = np.sort(rows, axis=1), rows.shape[1]
    middle: Floats = (ordered[:, (width - 1) // 2] + ordered[:, width // 2]) / 2
    return middle


def running_median(values: Floats, width: int) -> Floats:
    """The median of each point and the `width - 1` before it, from point `width - 1` on."""
    import numpy as np

    if len(values) < width:
        return np.empty(0)
    return row_medians(np.lib.stride_tricks.sliding_window_view(values, width))


def noise(values: Floats) -> float:
    """The standard deviation of a curve about its own trend, by the differences of neighbours."""
    import numpy as np

    if len(values) < 3:
        return 0.0
    differences = np.diff(values)
    return float(MAD_TO_SIGMA * np.median(np.abs(differences - np.median(differences))) / 2**0.5)


def noise_bound(values: Floats) -> float:
    """The most that the noise of a curve is likely to be: of a few points the estimate may be half of what is true."""
    return noise(values) * (1 + _DOUBT / math.sqrt(max(1, len(values))))


def held(true: Mask, times: int) -> Indices:
    """The points at which a condition has been true for so many points in a row, ascending."""
    import numpy as np

    if len(true) < times:
        return np.empty(0, np.int64)
    sums = np.concatenate(([0], np.cumsum(true)))
    found: Indices = np.flatnonzero(sums[times:] - sums[:-times] == times) + times - 1
    return found
