"""The drawing of the plot: what it shows, and which of its lines have to be painted anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.palette import Palette
from ftui.tui.plot.faded import faded
from ftui.tui.plot.model import Axis, Border, Mark, Panel, PlotLine
from ftui.tui.plot.view import View
from ftui.tui.widgets.lines import strip_of

if TYPE_CHECKING:
    from ftui.tui.plot.cells import Row
    from ftui.tui.plot.curve import Curve
    from ftui.tui.plot.figure import Figure, Plotted
    from ftui.tui.plot.frame import Frame


class CurveDrawing(Widget):
    """The base of the plot: it knows what is shown, but no keys and no mouse."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.panels: Sequence[Panel] = ()
        self.marks: Sequence[Mark] = ()
        self.borders: Sequence[Border] = ()
        self.axis: Axis = "step"
        self.empty: Sequence[str] = ("no points yet",)
        """Lines shown where there is no point: why, and what to do."""
        self.active = 0
        """The panel whose scale, fit and smoothing the keys change."""
        self.view = View()
        self.crosshair: float | None = None
        self.shown_panels = 0
        """How many panels the height has room for."""
        self._plotted: list[Plotted] | None = None
        self._frame: Frame | None = None
        self._rows: list[Row] = []
        self._drawn_for: tuple[int, int] = (0, 0)

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
        if axis != self.axis:
            self.view, self.crosshair = View(), None
        growing = bool(self.panels) and axis == self.axis
        self.panels, self.marks, self.borders, self.axis = panels, marks, borders, axis
        self.active = max(0, min(self.active, len(panels) - 1))
        self._take(growing)

    def grown(self) -> None:
        """Points were appended to the lines shown."""
        self._take(growing=True)

    def renew(self) -> None:
        """The colours changed."""
        self.refresh()

    def draw(self) -> None:
        """Draw, and have the lines that changed painted."""
        size = self.size
        if not self.is_mounted or not size.width or not size.height:
            return
        before, was = self._rows, self._drawn_for
        self._compose_rows()
        if was != self._drawn_for:
            self.refresh()
            return
        changed = [y for y, (a, b) in enumerate(zip(before, self._rows, strict=True)) if a != b]
        if len(changed) == size.height:
            self.refresh()
        else:
            for y in changed:
                self.refresh(Region(0, y, size.width, 1))

    def render_line(self, y: int) -> Strip:
        if self._drawn_for != (self.size.width, self.size.height):
            self._compose_rows()
        row = self._rows[y] if y < len(self._rows) else []
        return strip_of([(text, self._style(name)) for text, name in row], self.size.width, self.palette.text)

    # Inside

    def _take(self, growing: bool) -> None:
        """Make the arrays of what is to be drawn."""
        from ftui.tui.plot.curve import Curve
        from ftui.tui.plot.figure import Plotted

        before = {id(curve.line.y): curve for each in self._plotted or () for curve in each.curves}

        def curve(line: PlotLine, panel: Panel) -> Curve:
            known = before.pop(id(line.y), None)
            if known is not None and known.serves(line, panel.scale, panel.smoothing):
                return known
            return Curve(line, panel.scale, panel.smoothing)

        self._plotted = [
            Plotted(panel, [curve(line, panel) for line in panel.lines]) for panel in self.panels
        ]
        curves = [curve for each in self._plotted for curve in each.curves if len(curve)]
        # What a restart set aside may go much further than the run that was begun anew.
        now = [curve for curve in curves if not curve.line.dim] or curves
        ends = [(float(curve.x[0]), float(curve.x[-1])) for curve in now]
        if ends:
            self.view.take(min(low for low, _ in ends), max(high for _, high in ends), growing)
            if self.crosshair is not None:
                self.crosshair = min(max(self.crosshair, self.view.whole.low), self.view.whole.high)
        self.draw()

    def _figure(self) -> Figure | None:
        from ftui.tui.plot.figure import Figure

        if not self._plotted or not any(len(curve) for each in self._plotted for curve in each.curves):
            return None
        active = self.active if len(self._plotted) > 1 and self.has_focus else -1
        return Figure(
            self._plotted, self.view.range, self.axis, self.marks, self.borders, self.crosshair, active
        )

    def _compose_rows(self) -> None:
        width, height = self.size
        figure = self._figure()
        if figure is None:
            self._frame = None
            top = max(0, (height - len(self.empty)) // 2)
            self._rows = [[] for _ in range(top)] + [[(line.center(width), "dim")] for line in self.empty]
        else:
            self._rows, self._frame = figure.drawn(width, height)
            self.shown_panels = len(self._frame.heights)
        self._rows = (self._rows + [[]] * height)[:height]
        self._drawn_for = (width, height)

    def _style(self, name: str) -> Style:
        style: Style = getattr(self.palette, name.split(" ")[0])
        return faded(style) if name.endswith(" faded") else style

    def on_resize(self) -> None:
        self.draw()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Only the active panel of the focused plot has its sign. (At `on_blur` the focus is still here.)"""
        super().watch_has_focus(has_focus)
        self.draw()
