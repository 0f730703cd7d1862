"""The moving average against a loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.tui.plot.smoothing import smoothed

SOME = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf]))


def by_loop(values: list[float], weight: float) -> list[float]:
    """TensorBoard's smoothing with the bias of its beginning taken away (as Adam does), point by point."""
    total = count = 0.0
    found: list[float] = []
    for value in values:
        finite = math.isfinite(value)
        total = total * weight + (value if finite else 0.0)
        count = count * weight + (1.0 if finite else 0.0)
        found.append(total / count if finite else value)
    return found


@given(st.lists(SOME, max_size=60), st.sampled_from([0.5, 0.6, 0.9, 0.99]))
def test_it_is_what_a_loop_gives(values: list[float], weight: float) -> None:
    found = smoothed(np.array(values, dtype=np.float64), weight)
    np.testing.assert_allclose(found, by_loop(values, weight), rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("weight", [0.6, 0.97])
def test_over_many_blocks(weight: float) -> None:
    values = np.random.default_rng(1).normal(2, 1, 20_000)
    values[500:520] = np.nan
    np.testing.assert_allclose(smoothed(values, weight), by_loop(values.tolist(), weight), rtol=1e-9)


def test_the_largest_numbers_do_not_overflow() -> None:
    assert np.isfinite(smoothed(np.array([1e308, -1e308, 1e-300, 0.0]), 0.9)).all()
    assert smoothed(np.zeros(3), 0.9).tolist() == [0, 0, 0]
    assert smoothed(np.array([1.0, 5.0]), 0.0).tolist() == [1, 5]
