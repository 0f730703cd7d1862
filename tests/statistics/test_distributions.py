"""Distances between distributions, their tests of chance, and how they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.statistics.distributions import (
    Distribution,
    aligned,
    as_ranges,
    bar,
    cohens_h,
    histogram,
    jensen_shannon,
    psi,
    shift,
    shift_of_sets,
    two_shares_p,
)

COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=8)


def test_psi_is_that_of_the_textbook() -> None:
    # 0.1 * ln(0.6/0.5) twice over: (0.6-0.5) ln(0.6/0.5) + (0.4-0.5) ln(0.4/0.5)
    assert psi([50, 50], [60, 40]) == pytest.approx(0.1 * np.log(1.2) - 0.1 * np.log(0.8))


def test_jensen_shannon_is_between_equal_and_nothing_in_common() -> None:
    assert jensen_shannon([3, 7], [30, 70]) == pytest.approx(0)
    assert jensen_shannon([5, 0], [0, 9]) == pytest.approx(1)


@given(COUNTS, st.integers(0, 3))
def test_a_distribution_is_no_distance_from_its_multiple(counts: list[int], seed: int) -> None:
    double = [2 * count for count in counts]
    assert psi(counts, double) == pytest.approx(0, abs=1e-9)
    if sum(counts):
        assert shift(counts, counts, seed).p == 1.0


@given(COUNTS, COUNTS)
def test_distances_are_symmetric_and_never_below_zero(one: list[int], other: list[int]) -> None:
    other = [*other, *[0] * len(one)][: len(one)]
    assert psi(one, other) == pytest.approx(psi(other, one))
    assert 0 <= jensen_shannon(one, other) <= 1 + 1e-9
    assert jensen_shannon(one, other) == pytest.approx(jensen_shannon(other, one))


def test_chance_alone_explains_small_samples_of_one_population() -> None:
    rng = np.random.default_rng(5)
    judged = [
        shift(rng.multinomial(40, [0.1] * 10), rng.multinomial(40, [0.1] * 10), seed).p for seed in range(100)
    ]
    assert sum(p <= 0.05 for p in judged) <= 12
    assert shift([40, 10], [10, 40]).p <= 0.01


def test_chance_gives_small_samples_a_high_index_and_large_ones_none() -> None:
    small, large = shift([3] * 10, [3] * 10), shift([3000] * 10, [3000] * 10)
    assert small.psi_by_chance > 0.25 > 0.01 > large.psi_by_chance


def test_rows_with_several_values_are_permuted_as_rows() -> None:
    held = np.zeros((60, 3), np.bool_)
    held[:30, :2] = True
    held[30:, 2] = True
    assert shift_of_sets(held[:30], held[30:]).p <= 0.01
    assert shift_of_sets(held[::2], held[1::2]).p > 0.05


def test_the_same_seed_gives_the_same_figures() -> None:
    assert shift([40, 9, 3], [22, 19, 8], 7) == shift([40, 9, 3], [22, 19, 8], 7)


def test_effects_and_tests_of_two_shares() -> None:
    assert cohens_h(0.5, 0.65) == pytest.approx(0.3047, abs=1e-3)
    assert two_shares_p(50, 100, 50, 100) == 1
    assert two_shares_p(0, 100, 0, 100) == 1
    assert two_shares_p(10, 100, 40, 100) < 1e-5


def test_histogram_and_ranges() -> None:
    counts = histogram([1, 1, 9, 11, 12, 99_999, 0], (0, 1, 2, 8, 12, 100))
    assert counts.tolist() == [1, 2, 0, 2, 1, 1]
    assert as_ranges(counts, (0, 1, 2, 8, 12, 100)).as_dict() == {
        "0": 1, "1": 2, "2–7": 0, "8–11": 2, "12–99": 1, "100+": 1,
    }  # fmt: skip
    assert as_ranges([0, 0], (0, 1)).names == ()


def test_a_distribution_is_ordered_shortened_and_drawn() -> None:
    found = Distribution.of(["b", "a", "a", None, "c", "d", "d", "d"])
    assert found.as_dict() == {"d": 3, "a": 2, "b": 1, "c": 1}
    assert found.shortened(3).as_dict() == {"d": 3, "a": 2, "others": 2}
    lines = found.as_bars(width=9, most=2)
    assert [line.split()[0] for line in lines] == ["d", "others"]
    assert lines[1].count("█") == 9
    assert "42.9%" in lines[0]
    assert Distribution((), ()).as_bars() == []


@given(st.floats(0, 1), st.integers(1, 40))
def test_a_bar_has_its_width_and_is_never_empty_for_something(share: float, width: int) -> None:
    assert len(bar(share, width)) <= width
    assert bool(bar(share, width)) == (share > 0)


def test_counts_of_two_sides_are_aligned_the_commonest_first() -> None:
    names, one, other = aligned({"a": 1, "b": 5}, {"c": 9, "a": 1})
    assert (names, one.tolist(), other.tolist()) == (["c", "b", "a"], [0, 5, 1], [9, 0, 1])
