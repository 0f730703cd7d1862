"""A loss whose first logs lie below all that follows: of a short run running medians see too little of that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation.smoothing import noise_bound

if TYPE_CHECKING:
    from ftui.training.series import Curve, Floats

FEWEST = 30
"""Logs of which the noise can be told well enough."""
_MOST = 100
"""Logs that are looked at; a longer beginning is seen by running medians."""
_FIRST = 3
_SIGMAS = 2.4
"""Standard errors by which the first logs must lie below the later ones, the noise taken as high as it may be."""
_MEDIAN = 1.2533
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class LowStart:
    """The mean of the first logs, and what the loss has been since."""

    since: int
    """Index of the first log at which it could be said."""
    low: float
    high: float
    limit: float
    """The least ratio of both that is said."""


def low_start(loss: Curve, factor: float) -> LowStart | None:
    """Whether a loss rose right at its beginning by a factor and beyond its noise, and never came down again.

    Two or three low losses may be chance; by how much they may be is told by the noise of all logs so far.
    """
    import numpy as np

    values = np.log(np.maximum(loss.value[:_MOST], _TINY))
    if len(values) < FEWEST:
        return None
    found: LowStart | None = None
    for count in range(FEWEST, len(values) + 1):
        held = _at(values[:count], factor, count - 1)
        found = held and LowStart(found.since if found else held.since, held.low, held.high, held.limit)
    if found is None or float(np.median(loss.value[-len(values) // 3 :])) <= factor * found.low:
        return None
    return found


def _at(values: Floats, factor: float, index: int) -> LowStart | None:
    import numpy as np

    later = values[_FIRST:]
    low, high = float(values[:_FIRST].mean()), float(np.median(later))
    error = noise_bound(values) * math.sqrt(1 / _FIRST + _MEDIAN**2 / len(later))
    limit = max(math.log(factor), _SIGMAS * error)
    least = min(float(np.median(part)) for part in np.array_split(later, 3))
    if high - low <= limit or least - low <= math.log(factor):
        return None
    return LowStart(index, math.exp(low), math.exp(high), math.exp(limit))
