"""Thinning to columns and the dots of a line, against plain ways of doing the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.tui.plot.braille import BLANK, codes
from ftui.tui.plot.decimate import columns, in_order
from ftui.tui.plot.scale import Range
from ftui.tui.plot.trace import filled, rows_of, scattered, spans

VALUES = st.lists(
    st.one_of(
        st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf]), st.just(0.0), st.just(7.0)
    ),
    max_size=120,
)


def numbers(values: list[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


def column_of(x: float, low: float, high: float, width: int) -> int:
    """Which column holds x: by comparing with each border."""
    borders = low + np.arange(width + 1) * ((high - low) / width)
    return min(sum(1 for border in borders[1:] if border <= x), width - 1)


@given(VALUES, st.integers(1, 40), st.integers(0, 100), st.integers(1, 100))
def test_the_least_and_the_greatest_of_every_column_stay(
    values: list[float], width: int, low: int, wide: int
) -> None:
    x, y = np.arange(len(values), dtype=np.float64), numbers(values)
    found = columns(x, y, low, low + wide, width)
    wanted: dict[int, list[float]] = {}
    for at, value in zip(x, values, strict=True):
        if low <= at <= low + wide and math.isfinite(value):
            wanted.setdefault(column_of(at, low, low + wide, width), []).append(value)
    inside = (found.at >= 0) & (found.at < width)
    assert dict(zip(found.at[inside], found.least[inside], strict=True)) == {
        at: min(held) for at, held in wanted.items()
    }
    assert dict(zip(found.at[inside], found.most[inside], strict=True)) == {
        at: max(held) for at, held in wanted.items()
    }
    assert found.count[inside].tolist() == [len(wanted[at]) for at in sorted(wanted)]
    assert (np.diff(found.at) > 0).all()


@given(VALUES, st.integers(1, 40))
def test_what_is_not_finite_is_marked_and_breaks_the_line(values: list[float], width: int) -> None:
    x, y = np.arange(len(values), dtype=np.float64), numbers(values)
    high = float(max(1, len(values) - 1))
    found = columns(x, y, 0.0, high, width)
    broken = {column_of(i, 0.0, high, width) for i, value in enumerate(values) if not math.isfinite(value)}
    assert set(found.broken_at.tolist()) == broken
    for before, after, joined in zip(found.at, found.at[1:], found.joined[1:], strict=False):
        last = max(
            i for i, v in enumerate(values) if math.isfinite(v) and column_of(i, 0.0, high, width) <= before
        )
        first = min(
            i for i, v in enumerate(values) if math.isfinite(v) and column_of(i, 0.0, high, width) >= after
        )
        assert joined == (first == last + 1)


@given(VALUES, st.integers(1, 30), st.integers(1, 24))
def test_every_value_has_a_dot_and_joined_columns_touch(values: list[float], width: int, height: int) -> None:
    y = numbers(values)
    finite = y[np.isfinite(y)]
    if not len(finite):
        return
    levels = Range(float(finite.min()) - 1, float(finite.max()) + 1)
    x = np.arange(len(values), dtype=np.float64)
    high = float(max(1, len(values) - 1))
    found = columns(x, y, 0.0, high, width)
    dots = filled(spans(found, levels, width, height), height)
    rows = rows_of(finite, levels, height)
    for at, row in zip(np.flatnonzero(np.isfinite(y)), rows, strict=True):
        assert dots[row, column_of(float(at), 0.0, high, width)]
    for before, after in [(a, b) for a, b in zip(found.at, found.at[1:], strict=False)]:
        if found.joined[np.flatnonzero(found.at == after)[0]]:
            for here in range(before, after):
                left, right = np.flatnonzero(dots[:, here]), np.flatnonzero(dots[:, here + 1])
                assert len(left)
                assert len(right)
                assert left[0] <= right[-1] + 1
                assert right[0] <= left[-1] + 1


def test_a_gentle_slope_is_one_dot_thick() -> None:
    x = np.array([0.0, 100.0])
    dots = filled(spans(columns(x, x.copy(), 0.0, 100.0, 50), Range(-1.0, 101.0), 50, 20), 20)
    assert (dots.sum(axis=0) == 1).all()


def test_a_gap_stays_dark_and_a_bridge_does_not() -> None:
    x = np.arange(101, dtype=np.float64)
    y = np.full(101, 5.0)
    y[40:61] = np.nan
    found = columns(x, y, 0.0, 100.0, 50)
    dots = filled(spans(found, Range(0.0, 10.0), 50, 8), 8)
    dark = np.flatnonzero(~dots.any(axis=0))
    assert dark.tolist() == list(range(20, 30))
    assert set(found.broken_level.tolist()) == {5.0}
    sparse = columns(np.array([0.0, 100.0]), np.array([5.0, 5.0]), 0.0, 100.0, 50)
    assert filled(spans(sparse, Range(0.0, 10.0), 50, 8), 8).any(axis=0).all()


def test_a_line_leaves_the_window_at_the_right_height() -> None:
    x, y = np.array([0.0, 10.0]), np.array([0.0, 10.0])
    dots = filled(spans(columns(x, y, 4.0, 6.0, 20), Range(0.0, 10.0), 20, 101), 101)
    rows = [int(np.flatnonzero(dots[:, c])[0]) for c in range(20)]
    assert abs(rows[0] - 60) <= 1
    assert abs(rows[-1] - 41) <= 1
    assert dots.any(axis=0).all()


def test_one_spike_among_a_hundred_thousand_reaches_the_top() -> None:
    x, y = np.arange(100_000, dtype=np.float64), np.ones(100_000)
    y[54_321] = 9.0
    found = columns(x, y, 0.0, 99_999.0, 240)
    dots = filled(spans(found, Range(0.0, 10.0), 240, 100), 100)
    column = 54_321 * 240 // 99_999
    assert dots[10, column]
    assert dots[10].sum() == 1


@settings(max_examples=50)
@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_braille_is_what_a_cell_by_cell_reading_gives(width: int, height: int, data: st.DataObject) -> None:
    bits = data.draw(
        st.lists(st.booleans(), min_size=8 * width * height, max_size=8 * width * height), label="dots"
    )
    dots = np.array(bits, dtype=np.bool_).reshape(4 * height, 2 * width)
    # The order in which Unicode numbers the dots of a cell: down the left, down the right, then the lowest two.
    order = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)]
    for y, row in enumerate(codes(dots)):
        for x, code in enumerate(row):
            pattern = sum(1 << i for i, (dy, dx) in enumerate(order) if dots[4 * y + dy, 2 * x + dx])
            assert code == (BLANK + pattern if pattern else 0)


def test_points_out_of_order_and_without_x() -> None:
    x, y = in_order(np.array([3.0, math.nan, 1.0, 1.0]), np.array([30.0, 9.0, 10.0, 11.0]))
    assert x.tolist() == [1.0, 1.0, 3.0]
    assert y.tolist() == [10.0, 11.0, 30.0]


def test_scattered_dots_stay_inside() -> None:
    dots = scattered(np.array([-1, 0, 3, 4]), np.array([0, 1, 2, 0]), 4, 3)
    assert np.argwhere(dots).tolist() == [[1, 0], [2, 3]]


@pytest.mark.parametrize(("level", "row"), [(11.0, -1), (10.0, 0), (0.0, 7), (-1.0, 8), (1e308, -1)])
def test_rows(level: float, row: int) -> None:
    assert rows_of(np.array([level]), Range(0.0, 10.0), 8).tolist() == [row]
