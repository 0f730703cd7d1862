"""Ticks, numbers, ranges and the window on x."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.tui.plot.model import Axis
from ftui.tui.plot.numbers import duration, short, tick_labels
from ftui.tui.plot.scale import Range, bounds, measured, together, value_at
from ftui.tui.plot.ticks import ticks, x_ticks
from ftui.tui.plot.view import View

SIZES = st.floats(min_value=-1e298, max_value=1e298)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low = draw(SIZES)
    wide = draw(st.floats(1e-9, 1e9)) * max(abs(low), 1e-290)
    return Range(low, low + wide) if low + wide > low else Range(low - 1.0, low + abs(low) + 1.0)


@given(ranges(), st.integers(1, 12))
def test_ticks_rise_inside_with_labels_of_their_own(span: Range, most: int) -> None:
    found = ticks(span, most)
    places = [tick.place for tick in found]
    assert len(found) <= most
    assert all(a < b for a, b in itertools.pairwise(places))
    assert all(span.low <= place <= span.high for place in places)
    assert len({tick.label for tick in found}) == len(found)


@given(st.floats(-299, 299), st.floats(0.01, 300), st.integers(1, 12))
def test_ticks_of_a_logarithmic_axis(low: float, wide: float, most: int) -> None:
    span = Range(low, min(low + wide, 300.0))
    if span.high - span.low < 0.01:
        return
    found = ticks(span, most, "log")
    places = [tick.place for tick in found]
    assert len(found) <= max(most, 3)
    assert all(a < b for a, b in itertools.pairwise(places))
    assert all(span.low <= place <= span.high for place in places)
    assert len({tick.label for tick in found}) == len(found)


@given(
    st.floats(-1e6, 1e9),
    st.floats(1e-3, 1e9),
    st.integers(10, 300),
    st.sampled_from(["step", "epoch", "time"]),
)
def test_labels_of_the_x_axis_have_room(low: float, wide: float, cells: int, axis: Axis) -> None:
    span = Range(low, low + wide)
    found = x_ticks(span, cells, axis)
    for one, two in itertools.pairwise(found):
        between = (two.place - one.place) / (span.high - span.low) * cells
        assert between >= max(len(one.label), len(two.label)) + 1
    assert all(span.low <= tick.place <= span.high for tick in found)
    assert len({tick.label for tick in found}) == len(found)


@pytest.mark.parametrize(
    ("span", "labels"),
    [
        (Range(0, 3000), ["0", "500", "1k", "1.5k", "2k", "2.5k", "3k"]),
        (Range(0, 2e-4), ["0", "5e-5", "1e-4", "1.5e-4", "2e-4"]),
        (Range(0.9, 2.6), ["1", "1.25", "1.5", "1.75", "2", "2.25", "2.5"]),
        (Range(2.25e6, 2.95e6), ["2.3M", "2.4M", "2.5M", "2.6M", "2.7M", "2.8M", "2.9M"]),
        (Range(100_000, 100_010), ["100,000", "100,002", "100,004", "100,006", "100,008", "100,010"]),
    ],
)
def test_labels_that_a_person_would_choose(span: Range, labels: list[str]) -> None:
    assert [tick.label for tick in ticks(span, 7)] == labels


def test_logarithmic_labels() -> None:
    assert [tick.label for tick in ticks(Range(-4.1, 0.2), 6, "log")] == ["1e-4", "0.001", "0.01", "0.1", "1"]
    assert [tick.label for tick in ticks(Range(-0.1, 1.1), 8, "log")] == ["1", "2", "5", "10"]
    assert len(ticks(Range(0.1, 0.3), 5, "log")) >= 2


def test_times() -> None:
    assert [tick.label for tick in x_ticks(Range(0, 7200), 60, "time")] == [
        "0", "15m", "30m", "45m", "1h", "1h15m", "1h30m", "1h45m", "2h"
    ]  # fmt: skip
    assert duration(93_784, 60) == "1d02h03m"
    assert duration(-30) == "-30s"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.41234567, "0.4123"), (12_345, "12.35k"), (1.2e-5, "1.2e-5"), (0.0, "0"), (1e300, "1e300")],
)
def test_short_numbers(value: float, text: str) -> None:
    assert short(value) == text
    assert (short(math.nan), short(-math.inf)) == ("nan", "-inf")
    assert tick_labels([]) == []


def test_the_first_huge_losses_do_not_flatten_the_rest() -> None:
    steps = np.arange(2000)
    loss = 2 + 23 * np.exp(-steps / 15)
    assert bounds(loss, "robust").high < 4
    assert bounds(loss, "all").high == 25


def test_a_spike_does_not_set_the_range_and_a_fall_stays_in_it() -> None:
    rng = np.random.default_rng(3)
    loss = np.linspace(3, 1, 1000) + rng.normal(0, 0.05, 1000)
    top = float(loss.max())
    loss[400] = 30.0
    assert bounds(loss, "robust").high == pytest.approx(top)


@given(st.lists(st.floats(-1e308, 1e308), min_size=1, max_size=50), st.sampled_from(["robust", "all"]))
def test_there_is_always_an_axis(values: list[float], fit: str) -> None:
    level = measured(np.array(values), "linear")
    found = together([bounds(level, fit)], "linear")  # type: ignore[arg-type]
    assert found is not None
    assert math.isfinite(found.high - found.low)
    assert found.high > found.low
    if fit == "all":
        assert found.low <= level.min()
        assert level.max() <= found.high


def test_logarithms() -> None:
    level = measured(np.array([10.0, 0.0, -1.0, math.nan, math.inf]), "log")
    assert level[0] == 1
    assert np.isneginf(level[1:3]).all()
    assert math.isnan(level[3])
    assert level[4] == math.inf
    assert value_at(2.0, "log") == 100
    assert value_at(400.0, "log") == math.inf


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.1, 10), st.one_of(st.none(), st.floats(-10, 2000))),
        st.tuples(st.just("pan"), st.floats(-3, 3), st.none()),
        st.tuples(st.just("show"), st.floats(-10, 2000), st.none()),
        st.tuples(st.just("grow"), st.floats(0, 100), st.none()),
        st.tuples(st.sampled_from(["home", "last_part"]), st.just(0.0), st.none()),
    ),
    max_size=25,
)


@given(MOVES)
def test_the_window_never_leaves_what_there_is(moves: list[tuple[str, float, float | None]]) -> None:
    view, end = View(), 1000.0
    view.take(0.0, end)
    for name, by, around in moves:
        if name == "zoom":
            view.zoom(by, around)
        elif name in ("pan", "show"):
            getattr(view, name)(by)
        elif name == "grow":
            end += by
            view.take(0.0, end, growing=True)
        else:
            getattr(view, name)()
        assert view.low < view.high
        assert view.low >= 0
        assert view.high <= view.whole.high * (1 + 0.0601)
        if view.follows:
            assert view.high == view.whole.high


def test_zooming_keeps_its_point_and_comes_back() -> None:
    view = View()
    view.take(0.0, 1000.0)
    view.zoom(2, 250.0)
    assert view.range == (125.0, 625.0)
    view.zoom(0.5, 250.0)
    assert (view.range, view.all) == ((0.0, 1000.0), True)
    view.zoom(4)
    assert (view.range, view.follows) == ((750.0, 1000.0), True)
    view.take(0.0, 1100.0, growing=True)
    assert view.range == (850.0, 1100.0)
    view.pan(-1)
    view.take(0.0, 1200.0, growing=True)
    assert (view.range, view.follows) == ((600.0, 850.0), False)


def test_a_growing_curve_has_room_so_that_few_cells_change() -> None:
    view = View()
    view.take(0.0, 1000.0)
    view.take(0.0, 1001.0, growing=True)
    high = view.high
    for end in range(1002, 1060):
        view.take(0.0, float(end), growing=True)
        assert view.high == high
    view.take(0.0, 1065.0, growing=True)
    assert view.high > high


def test_one_point_and_huge_x() -> None:
    view = View()
    for x in (5.0, 1e300, -1e-300):
        view.take(x, x)
        assert view.low < view.high
