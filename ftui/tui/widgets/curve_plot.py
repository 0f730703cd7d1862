"""Curves in braille: panels under each other over one x axis, with a crosshair, zoom, marks and a legend.

How a screen uses it (what stands here stays):

    plot = CurvePlot(id="curves")
    plot.show([Panel("loss", [PlotLine("train", s.step, s.value),
                              PlotLine("eval", e.step, e.value, "curve_2", "marked", smooth=False, best="low")]),
               Panel("learning rate", [...], fit="all")],
              marks=[Mark(1200, "1", "critical")], borders=[Border(500), Border(900, "restart")], axis="step")
    plot.grown()                      # points were appended to the arrays that were shown: draw again
    plot.empty = ["no points yet", "waiting for train.log"]      # shown where no panel has a point
    plot.place(mark_x)                # crosshair on an x (brought into view); plot.place(None) takes it away
    plot.crosshair                    # its x, or None;   plot.view.low, plot.view.high: the x range shown

Panels get their share of the height from the first on; those for which no five lines are left are not drawn
(`plot.shown_panels` says how many are). The smallest useful size is 20x4.

Actions, to be bound to keys: `zoom(2)`, `zoom(0.5)` (around the crosshair, else the right end), `pan(1)`, `pan(-1)`
(a quarter of the view), `home` (everything), `last_part` (the newest fifth, following), `crosshair(1)`,
`crosshair(-1)` (cells), `crosshair_end(-1|1)` (first, last point), `mark(1)`, `mark(-1)` (next, previous mark),
`drop_crosshair`, `log` (linear, log), `fit` (robust, all), `smooth(1)`, `smooth(-1)`: the last three for the first
panel, or for `plot.active` (its number).

Messages: `CurvePlot.Moved(x | None)` the crosshair moved; `CurvePlot.Changed()` range, scale, fit or smoothing did;
`CurvePlot.MarkChosen(mark)` a mark was clicked or reached by `mark(±1)`.
Mouse: a click puts the crosshair there, the wheel zooms around the pointer, shift and wheel pans, dragging pans.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.palette import Palette
from ftui.tui.plot.model import Axis, Border, Mark, Panel
from ftui.tui.widgets.lines import strip_of


class CurvePlot(Widget, can_focus=True):
    """Draws only lines that changed since the last drawing."""

    DEFAULT_CSS = "CurvePlot { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """The crosshair moved, or was taken away."""

        def __init__(self, x: float | None) -> None:
            super().__init__()
            self.x = x

    class Changed(Message):
        """The x range, a scale, the fit or the smoothing changed."""

    class MarkChosen(Message):
        """A mark was clicked, or reached with a key."""

        def __init__(self, mark: Mark) -> None:
            super().__init__()
            self.mark = mark

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.panels: Sequence[Panel] = ()
        self.marks: Sequence[Mark] = ()
        self.borders: Sequence[Border] = ()
        self.axis: Axis = "step"
        self.empty: Sequence[str] = ("no points yet",)
        """Lines shown where there is no point: why, and what to do."""
        self.active = 0

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    def show(
        self,
        panels: Sequence[Panel],
        marks: Sequence[Mark] = (),
        borders: Sequence[Border] = (),
        axis: Axis = "step",
    ) -> None:
        """Show these; the x range stays while the axis does, and follows the end where all was shown before."""
        self.panels, self.marks, self.borders, self.axis = panels, marks, borders, axis
        self.refresh()

    def grown(self) -> None:
        """Points were appended to the lines shown."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        lines = [panel.title for panel in self.panels] or self.empty
        text = lines[y] if y < len(lines) else ""
        return strip_of([(f" {text}", self.palette.text)], self.size.width, self.palette.text)
