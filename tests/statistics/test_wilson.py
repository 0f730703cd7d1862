"""Intervals against published tables, exact sums and simulation."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.statistics.wilson import Z, binomial_p, quantile, wilson


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_that_of_the_published_table(hits: int, trials: int, low: float, high: float) -> None:
    found = wilson(hits, trials)
    assert found == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


@given(st.integers(1, 400), st.data())
def test_wilson_solves_the_equation_of_the_score_test(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.floats(0, trials))
    share = hits / trials
    for bound in wilson(hits, trials):
        assert 0 <= bound <= 1
        if 1e-9 < bound < 1 - 1e-9:
            assert (share - bound) ** 2 == pytest.approx(Z**2 * bound * (1 - bound) / trials, abs=1e-9)
    low, high = wilson(hits, trials)
    assert low <= share <= high


def test_nothing_tried_says_nothing() -> None:
    assert wilson(0, 0) == (0, 1)
    assert quantile([], 0.5) is None
    assert binomial_p(0, 0) == 1


@given(st.integers(0, 60), st.data())
def test_the_binomial_test_is_the_sum_of_all_results_that_are_no_likelier(
    trials: int, data: st.DataObject
) -> None:
    hits = data.draw(st.integers(0, trials))
    chances = [Fraction(math.comb(trials, i), 2**trials) for i in range(trials + 1)]
    assert binomial_p(hits, trials) == pytest.approx(float(sum(p for p in chances if p <= chances[hits])))


def test_bounds_of_a_quantile_hold_it_as_often_as_they_say() -> None:
    dice = random.Random(5)
    held = 0
    for _ in range(600):
        found = quantile([dice.random() for _ in range(200)], 0.95)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.95 <= found.high
    assert held / 600 > 0.93


def test_few_values_bound_no_high_quantile() -> None:
    found = quantile([3.0, 1.0, 2.0, 5.0], 0.95)
    assert found is not None
    assert found.value == pytest.approx(4.7)
    assert found.high is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.sampled_from([0.5, 0.95]))
def test_a_quantile_lies_between_its_bounds_in_any_order(values: list[float], part: float) -> None:
    found = quantile(values, part)
    assert found == quantile(values[::-1], part)
    assert found is not None
    assert min(values) <= found.value <= max(values)
    assert found.low is None or found.low <= found.value
    assert found.high is None or found.high >= found.value


def test_many_values_have_the_bounds_of_the_exact_sum() -> None:
    """Above a thousand values the ranks come from the normal distribution."""
    exact, normal = quantile(list(range(1_000)), 0.5), quantile(list(range(1_002)), 0.5)
    assert exact is not None
    assert normal is not None
    assert exact.low is not None
    assert normal.low == pytest.approx(exact.low, abs=3)
