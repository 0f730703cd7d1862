"""The plot as a widget: keys, mouse, growth, odd numbers, small sizes, and how it looks."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable

import numpy as np
import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from ftui.project.app_settings import AppSettings
from ftui.project.locations import packaged_dir
from ftui.tui.plot.model import Mark, Panel, PlotLine
from ftui.tui.widgets.curve_plot import CurvePlot
from tests.tui.plotting import BORDERS, MARKS, PlotApp, fine_tune

Compare = Callable[..., bool]
SIZES = [(40, 12), (80, 24), (120, 40)]


def show_all(plot: CurvePlot) -> None:
    """Everything that a run can have."""
    plot.show(fine_tune(), MARKS, BORDERS)


async def test_the_legend_tells_the_last_values_and_the_best() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        lines = app.lines()
        assert "train 0.4726" in lines[0]
        assert "★1.203" in lines[0]
        assert "× 60 not finite" in lines[0]
        assert "▴ to 4.9" in lines[0]
        assert "✖2" in lines[1]
        assert "▲1" in lines[1]
        assert "↺" in lines[1]
        assert any("×" in line for line in lines[2:24])
        assert any(line.startswith("─ learning rate") for line in lines)
        assert lines[-1].rstrip().endswith("step")
        assert app.plot.shown_panels == 3


async def test_the_crosshair_shows_the_values_at_its_step() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        app.plot.place(1500.0)
        await pilot.pause()
        lines = app.lines()
        assert "eval" in lines[0]
        assert "1,500" in lines[-1]
        assert "(" in lines[0]
        assert sum("│" in line[20:100] for line in lines) > 20
        app.plot.action_crosshair(1)
        await pilot.pause()
        assert app.plot.crosshair is not None
        assert 1500 < app.plot.crosshair < 1600
        assert app.plot.crosshair == round(app.plot.crosshair)
        app.plot.action_drop_crosshair()
        await pilot.pause()
        assert app.said[0] == 1500.0
        assert app.said[-1] is None
        assert "1,500" not in app.lines()[-1]


async def test_what_a_restart_set_aside_gives_no_range() -> None:
    steps = np.arange(1.0, 1001.0)

    def build(plot: CurvePlot) -> None:
        old = PlotLine("", steps, 1 / steps, dim=True)
        plot.show([Panel("loss", [old, PlotLine("train", steps[:20], 2 / steps[:20])])])

    app = PlotApp(build)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.plot.view.range == (1.0, 20.0)
        assert app.lines()[0].count("━") == 1, "one line has a name"


async def test_marks_are_reached_in_turn_and_brought_into_view() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        app.plot.action_last_part()
        assert app.plot.view.low == pytest.approx(2400.2)
        chosen = []
        for _ in range(4):
            app.plot.action_mark(1)
            await pilot.pause()
            chosen.append(app.said[-1].label)
            assert app.plot.crosshair is not None
            assert app.plot.view.low <= app.plot.crosshair <= app.plot.view.high
        assert chosen == ["3", "1", "2", "3"]
        app.plot.action_mark(-1)
        await pilot.pause()
        assert app.said[-1].label == "2"


async def test_zoom_keeps_the_crosshair_in_its_column_and_home_shows_everything() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        app.plot.place(1000.0)
        await pilot.pause()
        before = app.lines()[-1].index("1,000")
        app.plot.action_zoom(4)
        await pilot.pause()
        assert abs(app.lines()[-1].index("1,000") - before) <= 3  # the labels of y may be wider
        assert app.plot.view.high - app.plot.view.low == pytest.approx(2999 / 4)
        low = app.plot.view.low
        app.plot.action_pan(1)
        assert app.plot.view.low == pytest.approx(low + 2999 / 16)
        app.plot.action_home()
        assert app.plot.view.range == (1.0, 3000.0)
        assert "changed" in app.said


async def test_keys_change_the_active_panel_only() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        app.plot.active = 1
        app.plot.focus()
        app.plot.action_log()
        app.plot.action_smooth(1)
        app.plot.action_fit()
        await pilot.pause()
        assert [panel.scale for panel in app.plot.panels] == ["linear", "log", "linear"]
        assert [panel.smoothing for panel in app.plot.panels] == [0.0, 0.6, 0.0]
        assert [panel.fit for panel in app.plot.panels] == ["robust", "robust", "robust"]
        heading = next(line for line in app.lines() if "learning rate" in line)
        assert heading.startswith("▸ learning rate")
        assert "1 ≤ 0 have no logarithm" in heading
        assert "smoothed 0.6" in heading
        for _ in range(9):
            app.plot.action_smooth(-1)
        assert app.plot.panels[1].smoothing == 0


async def test_points_that_come_are_drawn_and_only_their_lines() -> None:
    step, loss = array("d", range(1000)), array("d", (1.0 + (i % 7) / 10 for i in range(1000)))
    app = PlotApp(lambda plot: plot.show([Panel("loss", [PlotLine("train", step, loss)])]))
    async with app.run_test(size=(100, 30)) as pilot:
        step.append(1000)
        loss.append(1.25)
        app.plot.grown()
        await pilot.pause()
        before = app.lines()
        high = app.plot.view.high
        for i in range(1001, 1020):
            step.append(i)
            loss.append(1.25)
        app.plot.grown()
        await pilot.pause()
        assert app.plot.view.high == high
        changed = [y for y, (a, b) in enumerate(zip(before, app.lines(), strict=True)) if a != b]
        assert 1 <= len(changed) < 12
        assert "train 1.25" in app.lines()[0]


async def test_lines_that_did_not_grow_are_not_computed_again() -> None:
    panels = fine_tune()
    app = PlotApp(lambda plot: plot.show(panels))
    async with app.run_test(size=(100, 30)):
        train, eval_, _ = app.plot._plotted[0].curves
        line = panels[0].lines[1]
        line.y = np.append(line.y, 2.0)
        line.x = np.append(line.x, 3010.0)
        app.plot.grown()
        assert app.plot._plotted[0].curves[0] is train
        assert app.plot._plotted[0].curves[1] is not eval_
        assert "eval 2" in app.plot.render_line(0).text
        app.plot.action_log()
        assert app.plot._plotted[0].curves[0] is not train


async def test_an_array_that_was_cut_and_grew_again_is_read_again() -> None:
    step, loss = array("d", range(50)), array("d", [1.5] * 50)
    app = PlotApp(lambda plot: plot.show([Panel("loss", [PlotLine("train", step, loss)])]))
    async with app.run_test(size=(100, 30)):
        assert "train 1.5" in app.plot.render_line(0).text
        del loss[-5:]
        loss.extend([2.5] * 5)
        app.plot.grown()
        assert "train 2.5" in app.plot.render_line(0).text


async def test_the_wheel_zooms_around_the_pointer_and_a_click_reads_off() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.click(CurvePlot, offset=(60, 10))
        assert app.plot.crosshair is not None
        x = app.plot._x_at(60)
        event = dict.fromkeys(("delta_x", "delta_y", "button"), 0) | {"x": 60, "y": 10, "widget": app.plot}
        event |= dict.fromkeys(("shift", "meta", "ctrl"), False)
        app.plot.on_mouse_scroll_up(MouseScrollUp(**event))
        assert app.plot._x_at(60) == pytest.approx(x)
        assert app.plot.view.high - app.plot.view.low == pytest.approx(2999 * 0.8)
        app.plot.on_mouse_scroll_down(MouseScrollDown(**event | {"shift": True}))
        assert app.plot.view.range != (1.0, 3000.0)
        app.plot.action_home()
        await pilot.pause()
        await pilot.click(CurvePlot, offset=(app.lines()[1].index("✖"), 1))
        assert app.plot.crosshair == 2400.0
        assert MARKS[1] in app.said


async def test_dragging_pans_and_is_no_click() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        app.plot.action_zoom(2)
        low = app.plot.view.low
        await pilot.mouse_down(CurvePlot, offset=(40, 10))
        await pilot.hover(CurvePlot, offset=(60, 10))
        await pilot.mouse_up(CurvePlot, offset=(60, 10))
        await pilot.pause()
        assert app.plot.view.low < low
        assert app.plot.crosshair is None


async def test_another_and_shorter_run_fills_the_width() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)):
        app.plot.place(2500.0)
        app.plot.show([Panel("loss", [PlotLine("train", [1.0, 40.0], [2.0, 1.0])])])
        assert app.plot.view.high < 50
        assert app.plot.crosshair == 40.0


async def test_only_the_focused_plot_has_an_active_panel() -> None:
    app = PlotApp(show_all)
    async with app.run_test(size=(120, 40)) as pilot:
        app.plot.focus()
        await pilot.pause()
        assert app.lines()[0].startswith("▸ loss")
        app.set_focus(None)
        await pilot.pause()
        assert app.lines()[0].startswith("─ loss")


async def test_why_there_is_nothing_to_see() -> None:
    app = PlotApp(lambda plot: plot.show([Panel("loss", [PlotLine("train", [], [])])]))
    async with app.run_test(size=(60, 12)) as pilot:
        app.plot.empty = ["no points yet", "waiting for train.log"]
        app.plot.action_crosshair(1)
        app.plot.action_zoom(2)
        app.plot.action_mark(1)
        await pilot.pause()
        text = "\n".join(app.lines())
        assert "waiting for train.log" in text
        app.plot.show([])
        app.plot.action_log()
        app.plot.action_fit()
        app.plot.action_smooth(1)
        await pilot.pause()
        assert "no points yet" in "\n".join(app.lines())


ODD: dict[str, tuple[list[float], list[float]]] = {
    "one point": ([5], [2.5]),
    "constant": ([1, 2, 3], [7, 7, 7]),
    "zero": ([1, 2], [0, 0]),
    "all NaN": ([1, 2, 3], [math.nan] * 3),
    "infinite": ([1, 2, 3, 4], [1, math.inf, -math.inf, 2]),
    "tiny": ([1, 2, 3], [1e-300, 2e-300, 5e-300]),
    "huge": ([1, 2, 3], [-1.7e308, 0, 1.7e308]),
    "negative": ([1, 2, 3], [-5, -2, -3]),
    "one x": ([4, 4, 4], [1, 2, 3]),
    "x not told": ([math.nan] * 3, [1, 2, 3]),
    "x unsorted": ([3, 1, 2], [1, 2, 3]),
    "x huge": ([1e300, 1.5e300], [1, 2]),
    "x near": ([1e15, 1e15 + 1], [1, 2]),
    "uneven": ([1, 2, 3], [1]),
}


@pytest.mark.parametrize("size", [(120, 40), (20, 6), (8, 3), (3, 1), (300, 80)], ids=str)
async def test_no_numbers_and_no_size_are_too_odd(size: tuple[int, int]) -> None:
    app = PlotApp(lambda plot: None)
    async with app.run_test(size=size) as pilot:
        for x, y in ODD.values():
            for scale in ("linear", "log"):
                app.plot.show(
                    [
                        Panel("a", [PlotLine("l", x, y, best="low")], scale=scale, smoothing=0.9),  # type: ignore[arg-type]
                        Panel("b", [PlotLine("m", x, y, form="marked"), PlotLine("d", x, y, form="dots")]),
                    ],
                    [Mark(2.0, "1", "critical")],
                )
                app.plot.action_crosshair(-1)
                app.plot.action_zoom(1.5)
                app.plot.action_pan(-1)
                app.plot.action_home()
                app.plot.place(None)
                lines = [app.plot.render_line(y) for y in range(app.plot.size.height)]
                assert all(line.cell_length == app.plot.size.width for line in lines)
        await pilot.pause()


async def test_odd_points_can_be_seen() -> None:
    app = PlotApp(lambda plot: None)
    async with app.run_test(size=(60, 16)):
        for name, sign in (
            ("one point", "•"), ("all NaN", "×"), ("infinite", "×"), ("zero", "⠤⠒⣀⠉⡠⢄"), ("x unsorted", "⠤⠒⣀⠉⡠⢄⠢⠔"),
        ):  # fmt: skip
            x, y = ODD[name]
            app.plot.show([Panel("loss", [PlotLine("train", x, y)])])
            body = "".join(app.plot.render_line(y).text for y in range(1, 14))
            assert any(each in body for each in sign), name


async def test_in_ascii_where_that_is_asked_for() -> None:
    app = PlotApp(show_all, AppSettings(plain_symbols=True))
    async with app.run_test(size=(120, 40)) as pilot:
        app.plot.place(1500.0)
        app.plot.active = 1
        app.plot.action_log()
        await pilot.pause()
        text = "".join(app.lines())
        assert text.isascii(), set(text) - set(map(chr, range(128)))


@pytest.mark.parametrize("name", sorted(path.stem for path in packaged_dir("themes").glob("*.toml")))
async def test_every_theme_has_the_styles(name: str) -> None:
    app = PlotApp(show_all, AppSettings(theme=name))
    async with app.run_test(size=(80, 24)) as pilot:
        app.plot.place(1500.0)
        await pilot.pause()
        assert "train" in app.lines()[0]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_how_it_looks(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(PlotApp(show_all), terminal_size=size)


def test_how_the_crosshair_and_smoothing_look(snap_compare: Compare) -> None:
    def build(plot: CurvePlot) -> None:
        panels = fine_tune()
        panels[0].smoothing = 0.9
        plot.show(panels, MARKS, BORDERS)
        plot.focus()
        plot.place(1500.0)

    assert snap_compare(PlotApp(build), terminal_size=(120, 40))


def test_how_runs_compare_without_colour(snap_compare: Compare) -> None:
    def build(plot: CurvePlot) -> None:
        step = np.arange(0.0, 3600.0, 10.0)
        runs = [
            PlotLine(
                f"run {letter}",
                step,
                1 + 2 * np.exp(-step / (300 + 200 * i)),
                f"curve_{i + 1}",
                form,
                dim=i == 2,
            )
            for i, (letter, form) in enumerate((("A", "line"), ("B", "marked"), ("C", "line")))
        ]  # type: ignore[arg-type]
        plot.show([Panel("loss", runs, unit="nats", scale="log")], axis="time")

    app = PlotApp(build, AppSettings(theme="mono", plain_symbols=True))
    assert snap_compare(app, terminal_size=(80, 24))
