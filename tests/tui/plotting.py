"""An app that holds nothing but the plot, and a run to draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from textual.app import ComposeResult

from ftui.project.app_settings import AppSettings
from ftui.tui.plot.model import Border, Mark, Panel, PlotLine
from ftui.tui.themed_app import ThemedApp
from ftui.tui.widgets.curve_plot import CurvePlot

MARKS = [Mark(1860, "1", "warning"), Mark(2400, "2", "critical"), Mark(150, "3", "info")]
BORDERS = [Border(1000), Border(2000), Border(600, "restart")]


class PlotApp(ThemedApp):
    """The plot alone; `build` says what it shows once it stands."""

    def __init__(self, build: Callable[[CurvePlot], object], settings: AppSettings | None = None) -> None:
        super().__init__(settings or AppSettings())
        self.build = build
        self.said: list[Any] = []

    def compose(self) -> ComposeResult:
        yield CurvePlot()

    def on_ready(self) -> None:
        self.build(self.plot)

    @property
    def plot(self) -> CurvePlot:
        return self.query_one(CurvePlot)

    def redraw(self) -> None:
        for plot in self.query(CurvePlot):
            plot.renew()

    def on_curve_plot_moved(self, message: CurvePlot.Moved) -> None:
        self.said.append(message.x)

    def on_curve_plot_changed(self) -> None:
        self.said.append("changed")

    def on_curve_plot_mark_chosen(self, message: CurvePlot.MarkChosen) -> None:
        self.said.append(message.mark)

    def lines(self) -> list[str]:
        """What stands on the screen."""
        return [strip.text for strip in self.screen._compositor.render_strips()]


def fine_tune() -> list[Panel]:
    """A fine-tune of 3,000 steps that overfits from the half on, with a spike, and NaN for a while."""
    rng = np.random.default_rng(1)
    step = np.arange(1.0, 3001.0)
    train = (1.1 + 1.8 * np.exp(-step / 180) - 0.6 * step / 3000) * np.exp(rng.normal(0, 0.08, 3000))
    train[1860] = 4.9
    train[2700:2760] = np.nan
    at = np.linspace(150.0, 3000.0, 20)
    held_out = 1.2 + 1.6 * np.exp(-at / 240) + 0.9 * np.clip(at / 3000 - 0.5, 0, 1) ** 1.3
    rate = 2e-4 * np.minimum(step / 150, 0.5 * (1 + np.cos(np.pi * step / 3000)))
    norm = np.exp(rng.normal(0, 0.3, 3000)) * 0.8
    norm[1860] = 14
    old = PlotLine("before", step[560:700], train[560:700] * 1.25, "curve_1", dim=True)
    loss = [
        PlotLine("train", step, train),
        PlotLine("eval", at, held_out, "curve_2", "marked", smooth=False, best="low"),
        old,
    ]
    return [
        Panel("loss", loss, share=3),
        Panel("learning rate", [PlotLine("lr", step, rate, "curve_4")], fit="all"),
        Panel("gradient norm", [PlotLine("norm", step, norm, "curve_3")]),
    ]
