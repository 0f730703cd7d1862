"""The level of a noisy curve at a step: the mean of the points before it, with its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftui.training.diagnosis.noise import comparable, noise_of
from ftui.training.series import Curve

if TYPE_CHECKING:
    from ftui.training.series import Floats

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Levels:
    """Of a curve at several steps, on the scale of `noise.comparable`; NaN where the curve has no point at all."""

    mean: Floats
    error: Floats
    """Standard error of the mean."""
    ratios: bool
    """Whether the scale is the logarithm."""


def levels_at(curve: Curve, steps: Floats) -> Levels:
    """The level at each of these steps: of the points since the step before, at least the last three.

    Of those before the first step the later half counts, as a curve begins steep.

    Where no point is at or before a step, its first point counts: a trainer that logs seldom logs its first loss late.
    The error is that of the noise of the whole curve, so that few points on a steep slope are not taken for noise.
    """
    import numpy as np

    finite = curve.finite()
    if not len(finite):
        nothing = np.full(len(steps), np.nan)
        return Levels(nothing, nothing, ratios=True)
    scaled, ratios = comparable(finite.value)
    until = np.maximum(np.searchsorted(finite.step, steps, side="right"), 1)
    since = np.concatenate(([0], np.searchsorted(finite.step, steps[:-1], side="right")))
    if len(since):
        since[0] = until[0] // 2
    since = np.clip(np.minimum(since, until - _FEWEST), 0, None)
    count = until - since
    sums = np.concatenate(([0.0], np.cumsum(scaled - scaled[0])))
    return Levels((sums[until] - sums[since]) / count + scaled[0], noise_of(scaled) / np.sqrt(count), ratios)
