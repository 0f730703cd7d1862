"""A share, how many prompts it rests on, and the interval in which the true one lies."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from ftui.statistics.wilson import Quantile, quantile, wilson


class Rate(NamedTuple):
    """Successes among trials, a tie as half of one.

    Several outputs of one prompt, and several reviewers of one output, are no independent observations: the interval
    takes each prompt as one.
    """

    hits: float
    of: int
    prompts: int

    @property
    def share(self) -> float | None:
        """None where nothing was tried."""
        return self.hits / self.of if self.of else None

    @property
    def low(self) -> float:
        """Lower end of Wilson's interval of 95 %; 0 where nothing was tried."""
        return self._interval()[0]

    @property
    def high(self) -> float:
        """Upper end; 1 where nothing was tried."""
        return self._interval()[1]

    def _interval(self) -> tuple[float, float]:
        trials = min(self.prompts, self.of)
        return wilson(self.hits / self.of * trials, trials) if self.of else (0.0, 1.0)

    @classmethod
    def of_values(cls, values: Iterable[tuple[Hashable, float]]) -> Rate:
        """Of values from 0 to 1, each with its prompt."""
        hits, many, prompts = 0.0, 0, set()
        for prompt, value in values:
            hits += value
            many += 1
            prompts.add(prompt)
        return cls(hits, many, len(prompts))


class Spread(NamedTuple):
    """Median and 95th percentile of a measurement."""

    many: int
    p50: Quantile
    p95: Quantile

    @classmethod
    def of_values(cls, values: list[float]) -> Spread | None:
        """None without values."""
        middle, far = quantile(values, 0.5), quantile(values, 0.95)
        return cls(len(values), middle, far) if middle and far else None


class Difference(NamedTuple):
    """How much larger one share is than another, with 95 % bounds.

    Newcombe, R. G. (1998), "Interval estimation for the difference between independent proportions", Statistics in
    Medicine 17, method 10. On the same prompts both shares move together, so that the bounds are wide enough.
    """

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, one: Rate, other: Rate) -> Difference | None:
        """None where one of them rests on nothing."""
        if one.share is None or other.share is None:
            return None
        value = one.share - other.share
        down = math.hypot(one.share - one.low, other.high - other.share)
        up = math.hypot(one.high - one.share, other.share - other.low)
        return cls(value, max(value - down, -1.0), min(value + up, 1.0))
