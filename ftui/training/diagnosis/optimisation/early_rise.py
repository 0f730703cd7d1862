"""A loss that goes up at the beginning of a run, when it should fall fastest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.optimisation.divergence import expected_points
from ftui.training.diagnosis.optimisation.low_start import low_start
from ftui.training.diagnosis.optimisation.smoothing import held, noise_bound, running_median

if TYPE_CHECKING:
    from ftui.training.diagnosis.inputs import Inputs
    from ftui.training.series import Curve

BEGINNING = 0.15
_FEWEST = 15
"""Points in a beginning, where the run is long enough for it to be no more than a third."""
_SIGMAS = 2.0
"""Above the rise that the greatest of so many medians of pure noise is expected to have."""
_RECOVERED = 1.05
_MEDIAN_NOISE = 1.2533
"""The standard deviation of a median of n normal values is this over the root of n."""
_TINY = 1e-6


@dataclass(frozen=True, slots=True)
class EarlyRise:
    """How far the loss rose in the first part of a run, by running medians."""

    since_step: float
    low: float
    low_step: float
    high: float
    high_step: float
    limit: float
    recovered: bool
    """The latest losses are as low again as before the rise."""


def early_rise(inputs: Inputs, loss: Curve, factor: float) -> EarlyRise | None:
    """The first rise in the first 15 % of a run that is beyond the factor and beyond what noise would do."""
    import numpy as np

    # Where the length of the run is not known, the first hundred logs are taken for its beginning.
    known = inputs.progress is not None
    planned = expected_points(inputs, loss) if known else max(len(loss), 667)
    fewest = min(_FEWEST, planned // 3)
    beginning = min(len(loss), max(fewest, math.ceil(BEGINNING * planned)))
    width = 10 if beginning >= 40 else max(3, beginning // 4)
    medians = running_median(np.maximum(loss.value[:beginning], _TINY), width)
    if len(medians) <= width:
        return _from_low_start(loss, factor)
    least = np.minimum.accumulate(medians)[:-width]
    sigma = noise_bound(np.log(np.maximum(loss.value[: 4 * beginning], _TINY)))
    spread = _MEDIAN_NOISE * sigma * (2 / width) ** 0.5
    expected = math.sqrt(2 * math.log(max(2.0, beginning / width)))
    limit = max(factor, math.exp((_SIGMAS + expected) * spread))
    high = held(medians[width:] > limit * least, width // 2 + 1)
    if not len(high):
        return _from_low_start(loss, factor)
    first, top = int(high[0]), int(np.argmax(medians[width:]))
    low = int(np.argmin(medians[: first + 1]))
    latest = float(np.median(loss.value[-2 * width :]))
    return EarlyRise(
        float(loss.step[first + 2 * width - 1]),
        float(least[first]),
        float(loss.step[low + width - 1]),
        float(medians[width:][top]),
        float(loss.step[min(top + 2 * width - 1, len(loss) - 1)]),
        limit,
        latest <= max(_RECOVERED, math.exp(_SIGMAS * spread)) * float(least[first]),
    )


def _from_low_start(loss: Curve, factor: float) -> EarlyRise | None:
    found = low_start(loss, factor)
    if found is None:
        return None
    step = float(loss.step[found.since])
    return EarlyRise(step, found.low, float(loss.step[0]), found.high, step, found.limit, recovered=False)
