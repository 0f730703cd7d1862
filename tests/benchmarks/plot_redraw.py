"""Redraws of the plot at 120x40 over 100,000 points: milliseconds by the clock and of this process, and bytes written.

An argument is how often each is measured.
"""

from __future__ import annotations

import asyncio
import sys
import time
from array import array
from collections.abc import Callable
from statistics import median

import numpy as np
from rich.color import ColorSystem
from textual.app import ComposeResult

from ftui.project.app_settings import AppSettings
from ftui.tui.cell_diff import Grid
from ftui.tui.plot.model import Border, Mark, Panel, PlotLine
from ftui.tui.themed_app import ThemedApp
from ftui.tui.widgets.curve_plot import CurvePlot

POINTS = 100_000
TIMES = 40
SIZE = (120, 40)
LIMIT_MS = 30.0


class PlotApp(ThemedApp):
    """The plot alone."""

    def compose(self) -> ComposeResult:
        yield CurvePlot()

    def redraw(self) -> None:
        self.query_one(CurvePlot).renew()


class Run:
    """Loss, evaluations, learning rate and gradient norm as they grow in a live run: arrays that are appended to."""

    def __init__(self, points: int) -> None:
        rng = np.random.default_rng(5)
        steps = np.arange(1, points + 1, dtype=np.float64)
        base = 1.1 + 1.8 * np.exp(-steps / (points * 0.05))
        self.step = array("d", steps)
        self.loss = array("d", base * np.exp(rng.normal(0, 0.08, points)))
        self.rate = array("d", 2e-4 * (1 - steps / (2 * points)))
        self.norm = array("d", np.exp(rng.normal(0, 0.3, points)))
        self.loss[points // 2] = float("nan")
        self.eval_step = array("d", steps[:: points // 50])
        self.eval_loss = array("d", base[:: points // 50] * 1.1)

    def panels(self, smoothing: float) -> list[Panel]:
        """What the training screen shows first."""
        train = PlotLine("train", self.step, self.loss)
        held = PlotLine("eval", self.eval_step, self.eval_loss, "curve_2", "marked", smooth=False, best="low")
        return [
            Panel("loss", [train, held], smoothing=smoothing, share=3),
            Panel("learning rate", [PlotLine("lr", self.step, self.rate, "curve_3")], fit="all"),
            Panel("gradient norm", [PlotLine("norm", self.step, self.norm, "curve_4")]),
        ]

    def append(self, count: int) -> None:
        """More lines of the log."""
        for _ in range(count):
            self.step.append(self.step[-1] + 1)
            self.loss.append(self.loss[-1000])
            self.rate.append(self.rate[-1])
            self.norm.append(self.norm[-1000])


def measured(name: str, plot: CurvePlot, work: Callable[[], object], times: int) -> tuple[float, float]:
    """Print and return the median of the milliseconds, and of the bytes that the terminal is sent."""
    grid = Grid(*SIZE, ColorSystem.TRUECOLOR)
    draw(plot, grid)
    wall, cpu, sent = [], [], []
    for _ in range(times):
        began, used = time.perf_counter(), time.process_time()
        work()
        codes = draw(plot, grid)
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - used))
        sent.append(len(codes.encode()))
    print(
        f"{name:<34} median {median(wall):6.1f} ms (process {median(cpu):6.1f}, worst {max(wall):6.1f}),"
        f" {median(sent):6.0f} B (most {max(sent)})"
    )
    return median(wall), median(sent)


def draw(plot: CurvePlot, grid: Grid) -> str:
    """Every line of the plot through the cell differ."""
    return grid.update((0, y, plot.render_line(y)) for y in range(SIZE[1]))


def gestures(plot: CurvePlot, smoothing: float, times: int) -> list[float]:
    """Everything that a person or a log does to the plot; the medians."""
    run = Run(POINTS)
    plot.view.home()
    plot.show(run.panels(smoothing), [Mark(30_000, "1", "critical")], [Border(50_000)])

    def grow() -> None:
        run.append(200)
        plot.grown()

    found = [measured("200 points more", plot, grow, times)]
    plot.action_crosshair(-1)
    found.append(measured("crosshair", plot, lambda: plot.action_crosshair(-1), times))
    plot.action_zoom(4)
    found.append(measured("pan", plot, lambda: plot.action_pan(-1), min(times, 8)))
    plot.action_home()
    found.append(measured("logarithm", plot, plot.action_log, times))
    return [ms for ms, _ in found]


async def main(times: int) -> None:
    """Without smoothing, and with the strongest that a key gives but one."""
    app = PlotApp(AppSettings())
    slowest = 0.0
    async with app.run_test(size=SIZE):
        plot = app.query_one(CurvePlot)
        for smoothing in (0.0, 0.97):
            print(f"{POINTS:,} points, three panels, smoothing {smoothing:g}")
            slowest = max(slowest, *gestures(plot, smoothing, times))
    print(f"slowest median: {slowest:.1f} ms of {LIMIT_MS:g} ({slowest / LIMIT_MS:.2f})")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES))
