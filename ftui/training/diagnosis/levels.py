"""The level of a noisy curve at a step: the mean of the points before it, with its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.noise import comparable
from ftui.training.series import Curve

if TYPE_CHECKING:
    from ftui.training.series import Floats

_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Levels:
    """Of a curve at several steps, on the scale of `noise.comparable`; NaN where the curve has no point at all."""

    mean: Floats
    error: Floats
    """Standard error of the mean; NaN where it is of one point."""
    ratios: bool
    """Whether the scale is the logarithm."""

    def change(self, since: int, until: int) -> tuple[float, float]:
        """How much the level changed from one of the steps to another, with the error of that."""
        import numpy as np

        error = float(np.hypot(self.error[since], self.error[until]))
        return float(self.mean[until] - self.mean[since]), error


def levels_at(curve: Curve, steps: Floats) -> Levels:
    """The level at each of these steps: of the points since the step before, at least the last five.

    Where no point is at or before a step, its first point counts: a trainer that logs seldom logs its first loss late.
    """
    import numpy as np

    finite = curve.finite()
    if not len(finite):
        nothing = np.full(len(steps), np.nan)
        return Levels(nothing, nothing, ratios=True)
    scaled, ratios = comparable(finite.value)
    until = np.maximum(np.searchsorted(finite.step, steps, side="right"), 1)
    since = np.concatenate(([0], np.searchsorted(finite.step, steps[:-1], side="right")))
    since = np.clip(np.minimum(since, until - _FEWEST), 0, None)
    count = until - since
    sums = np.concatenate(([0.0], np.cumsum(scaled - scaled[0])))
    squares = np.concatenate(([0.0], np.cumsum((scaled - scaled[0]) ** 2)))
    mean = (sums[until] - sums[since]) / count
    variance = np.maximum((squares[until] - squares[since]) / count - mean**2, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(count > 1, np.sqrt(variance / np.maximum(count - 1, 1)), np.nan)
    return Levels(mean + scaled[0], error, ratios)
