"""What a share among few is worth: Wilson's interval, an exact binomial test, and quantiles with their bounds.

Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference", JASA 22(158).
Clopper, C. J., Pearson, E. S. (1934), "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26(4), for the tails. Conover, W. J. (1999), "Practical Nonparametric Statistics", 3.2, for bounds
of a quantile from ranks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

Z = 1.959963984540054
"""Of the normal distribution 95 % lie within so many standard deviations."""


def wilson(successes: float, trials: float, z: float = Z) -> tuple[float, float]:
    """The interval in which the true share lies; (0, 1) without a trial.

    `successes` may be a fraction (ties as half, a mean of values from 0 to 1): such a variable spreads no more than
    one of 0 and 1 with the same mean, so that the interval is wide enough for it.
    """
    if trials <= 0:
        return 0.0, 1.0
    share = min(max(successes / trials, 0.0), 1.0)
    square = z * z / trials
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / trials + square / (4 * trials))
    # Rounding must not put the share itself outside.
    return max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0)


def binomial_p(hits: int, trials: int) -> float:
    """Exact two-sided p-value that a fair coin gives so uneven a result; 1 without a trial."""
    few = min(hits, trials - hits)
    if 2 * few >= trials - 1:  # the two tails would be added to more than 1
        return 1.0
    tail = sum(math.comb(trials, i) for i in range(few + 1))
    return min(1.0, float(2 * tail / (1 << trials)))


class Quantile(NamedTuple):
    """A quantile of a sample; a bound is None where too few values are there to give one."""

    value: float
    low: float | None
    high: float | None


def quantile(values: Sequence[float], part: float) -> Quantile | None:
    """The quantile, interpolated as most tools do it, with bounds of 95 % that ask for no distribution.

    None without values.
    """
    if not values:
        return None
    ordered = sorted(values)
    at = part * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    value = ordered[below] + (ordered[above] - ordered[below]) * (at - below)
    first, last = _ranks(len(ordered), part)
    low = None if first is None else min(ordered[first], value)
    high = None if last is None else max(ordered[last], value)
    return Quantile(value, low, high)


def _ranks(many: int, part: float) -> tuple[int | None, int | None]:
    """Places of the values that bound a quantile: so far out that chance passes each in 2.5 % at most."""
    if many > 1_000:  # the normal approximation is exact to the rank there, and the sum would be slow
        half = Z * math.sqrt(many * part * (1 - part))
        first, last = math.floor(many * part - half) - 1, math.ceil(many * part + half)
        return (first if first >= 0 else None), (last if last < many else None)
    below, first_place, last_place = 0.0, None, None
    for rank in range(many + 1):
        chance = math.exp(
            math.lgamma(many + 1) - math.lgamma(rank + 1) - math.lgamma(many - rank + 1)
            + rank * math.log(part) + (many - rank) * math.log1p(-part)
        )  # fmt: skip
        if below + chance <= 0.025:
            first_place = rank
        if below + chance >= 0.975 and last_place is None and rank < many:
            last_place = rank
        below += chance
    return first_place, last_place
