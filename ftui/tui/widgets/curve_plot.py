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

from textual import events
from textual.message import Message

from ftui.tui.plot.model import Mark
from ftui.tui.widgets.curve_drawing import CurveDrawing

_PAN = 0.25
"""Of the window, a key press."""


class CurvePlot(CurveDrawing, can_focus=True):
    """Draws anew only the lines that changed since the last drawing."""

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
        self._dragged_from: int | None = None
        self._dragged = False

    def place(self, x: float | None) -> None:
        """Put the crosshair on an x, which is brought into view; None takes it away."""
        if x is not None:
            x = min(max(x, self.view.whole.low), self.view.whole.high)
            before = self.view.range
            self.view.show(x)
            if before != self.view.range:
                self.post_message(self.Changed())
        if x != self.crosshair:
            self.crosshair = x
            self.post_message(self.Moved(x))
        self.draw()

    # Keys

    def action_zoom(self, by: float) -> None:
        self.view.zoom(by, self.crosshair)
        self._range_changed()

    def action_pan(self, by: float) -> None:
        self.view.pan(by * _PAN)
        self._range_changed()

    def action_home(self) -> None:
        self.view.home()
        self._range_changed()

    def action_last_part(self) -> None:
        self.view.last_part()
        self._range_changed()

    def action_crosshair(self, cells: int) -> None:
        """Move the crosshair by cells; where there is none, it comes to the last point."""
        if self._frame is None:
            return
        view = self.view
        if self.crosshair is None:
            self._place_near(min(view.high, view.whole.high))
            return
        low, high = self._column(self.crosshair)
        self._place_near((low + high) / 2 + cells * (high - low))

    def action_crosshair_end(self, which: int) -> None:
        if self._frame is not None:
            self.place(self.view.whole.low if which < 0 else self.view.whole.high)

    def action_drop_crosshair(self) -> None:
        self.place(None)

    def action_mark(self, by: int) -> None:
        """Go to the next mark (or the one before)."""
        marks = sorted(self.marks, key=lambda mark: mark.x)
        if not marks or self._frame is None:
            return
        here = self.crosshair
        if here is None:
            found = marks[0] if by > 0 else marks[-1]
        elif by > 0:
            found = next((mark for mark in marks if mark.x > here), marks[0])
        else:
            found = next((mark for mark in reversed(marks) if mark.x < here), marks[-1])
        self.place(found.x)
        self.post_message(self.MarkChosen(found))

    def action_log(self) -> None:
        if self.panels:
            panel = self.panels[self.active]
            panel.scale = "linear" if panel.scale == "log" else "log"
            self._drawing_changed()

    def action_fit(self) -> None:
        if self.panels:
            panel = self.panels[self.active]
            panel.fit = "all" if panel.fit == "robust" else "robust"
            self._drawing_changed()

    def action_smooth(self, by: int) -> None:
        from ftui.tui.plot.smoothing import LEVELS

        if self.panels:
            panel = self.panels[self.active]
            nearest = min(range(len(LEVELS)), key=lambda i: abs(LEVELS[i] - panel.smoothing))
            panel.smoothing = LEVELS[min(max(nearest + by, 0), len(LEVELS) - 1)]
            self._drawing_changed()

    def _range_changed(self) -> None:
        self.draw()
        self.post_message(self.Changed())

    def _drawing_changed(self) -> None:
        self._take(growing=True)
        self.post_message(self.Changed())

    def _column(self, x: float) -> tuple[float, float]:
        figure = self._figure()
        assert figure is not None
        assert self._frame is not None
        return figure.column_range(self._frame, x)

    def _place_near(self, x: float) -> None:
        """The crosshair on x, or on the point in its column of cells that is nearest to it."""
        from ftui.tui.plot.reading import snapped

        x = min(max(x, self.view.whole.low), self.view.whole.high)
        curves = [c for each in (self._plotted or ()) for c in each.curves if not c.line.dim]
        self.place(snapped(curves, x, *self._column(x)))

    # Mouse

    def _x_at(self, column: int) -> float | None:
        frame = self._frame
        if frame is None or not frame.left <= column < frame.left + frame.cells:
            return None
        share = (column - frame.left + 0.5) / frame.cells
        return self.view.low + share * (self.view.high - self.view.low)

    def on_click(self, event: events.Click) -> None:
        if self._dragged:
            return
        x = self._x_at(event.x)
        mark = self._mark_at(event.x, event.y)
        if mark is not None:
            self.place(mark.x)
            self.post_message(self.MarkChosen(mark))
        elif x is not None:
            self._place_near(x)

    def _mark_at(self, column: int, y: int) -> Mark | None:
        from ftui.tui.plot.mark_line import column as column_of

        frame = self._frame
        if frame is None or not frame.marks or y != 1:
            return None
        found = [(column - column_of(mark.x, self.view.range, frame), mark) for mark in self.marks]
        near = [(distance, i) for i, (distance, mark) in enumerate(found) if 0 <= distance <= len(mark.label)]
        return found[min(near)[1]][1] if near else None

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 1)

    def _wheel(self, event: events.MouseEvent, way: int) -> None:
        event.stop()
        if event.shift or event.ctrl:
            self.view.pan(way * _PAN / 2)
        else:
            self.view.zoom(0.8 if way > 0 else 1.25, self._x_at(event.x))
        self._range_changed()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged_from, self._dragged = event.x, False
        self.capture_mouse()

    def on_mouse_up(self) -> None:
        self._dragged_from = None
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged_from is not None and self._frame is not None and event.x != self._dragged_from:
            self.view.pan((self._dragged_from - event.x) / self._frame.cells)
            self._dragged_from, self._dragged = event.x, True
            self._range_changed()
