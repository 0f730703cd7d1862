"""Panels under each other over one x axis, as lines of a terminal."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from ftui.tui.plot.cells import Cells, Row
from ftui.tui.plot.curve import Curve
from ftui.tui.plot.frame import Frame
from ftui.tui.plot.heading import cut, cut_name, heading, x_name
from ftui.tui.plot.mark_line import STYLES, mark_line
from ftui.tui.plot.model import Axis, Border, Mark, Panel
from ftui.tui.plot.numbers import short
from ftui.tui.plot.panel_picture import ABOVE, BELOW, FADED, PanelPicture
from ftui.tui.plot.reading import Reading, read
from ftui.tui.plot.scale import Range, together, value_at
from ftui.tui.plot.ticks import Tick, ticks, x_ticks

LEAST_PANEL = 5
"""Lines, the heading among them: what a panel below the first one needs to be drawn at all."""
_NAMES_FROM = 64
"""Cells from which the names of the lines stand at their right ends too."""
_LONGEST_NAME = 14
_BORDERS_APART = 4
_ENDS_HERE = 0.25
"""Part of the width before whose end a line has to end to be named there."""
_NAME_AWAY = 2
"""Lines that a name may stand away from its line's end."""


@dataclass(slots=True)
class Plotted:
    """A panel with its curves, as they are drawn."""

    panel: Panel
    curves: Sequence[Curve]


@dataclass(slots=True)
class Figure:
    """Everything that is to be seen."""

    panels: Sequence[Plotted]
    span: Range
    axis: Axis = "step"
    marks: Sequence[Mark] = ()
    borders: Sequence[Border] = ()
    crosshair: float | None = None
    active: int = -1
    """The panel whose title stands out; -1: none."""

    def drawn(self, width: int, height: int) -> tuple[list[Row], Frame]:
        """The lines of a terminal of this size, and where things are on them."""
        ranges = [self._levels(each) for each in self.panels]
        frame = self.frame(ranges, width, height)
        rows: list[Row] = []
        for number, (each, levels) in enumerate(zip(self.panels, ranges, strict=True)):
            if number < len(frame.heights):
                rows += self._panel(number, each, levels, frame, width)
        return rows + self._x_axis(frame, width), frame

    def frame(self, ranges: Sequence[Range | None], width: int, height: int) -> Frame:
        """How the cells are shared out."""
        axis = 2 if height >= 12 else 1 if height >= 3 else 0
        with_marks = (
            bool(self.marks or any(border.kind == "restart" for border in self.borders)) and height >= 8
        )
        heights = shared_out(height - axis, [each.panel.share for each in self.panels])
        labels = [
            len(tick.label)
            for each, levels, lines in zip(self.panels, ranges, heights, strict=False)
            for tick in self._ticks(each, levels, lines - 1)
        ]
        left = min(max(labels, default=3) + 1, max(1, width // 3))
        right = 0
        if width >= _NAMES_FROM:
            names = [
                len(c.line.name)
                for each in self.panels[: len(heights)]
                for c in each.curves
                if not c.line.dim
            ]
            right = min(max(names, default=0), _LONGEST_NAME) + 2
        return Frame(left, max(1, width - left - right), right, heights, with_marks, axis)

    def column_range(self, frame: Frame, x: float) -> tuple[float, float]:
        """From which to which x the column of cells goes that holds this x."""
        wide = (self.span.high - self.span.low) / frame.cells
        low = self.span.low + wide * min(max(int((x - self.span.low) / wide), 0), frame.cells - 1)
        return low, low + wide

    def _levels(self, each: Plotted) -> Range | None:
        fit, scale = each.panel.fit, each.panel.scale
        found = [curve.bounds(*self.span, fit) for curve in each.curves]
        shown = [one for one, curve in zip(found, each.curves, strict=True) if one and not curve.line.dim]
        return together(shown or [one for one in found if one], scale)

    def _ticks(self, each: Plotted, levels: Range | None, rows: int) -> list[Tick]:
        """As many as stand three lines apart; more, closer ones where that is fewer than two."""
        found: list[Tick] = []
        if levels is None:
            return found
        for most in range(max(2, rows // 3), max(3, rows)):
            found = ticks(levels, most, each.panel.scale)
            if len(found) > 1:
                break
        return found

    def _panel(self, number: int, each: Plotted, levels: Range | None, frame: Frame, width: int) -> list[Row]:
        readings = None
        if self.crosshair is not None:
            column = self.column_range(frame, self.crosshair)
            readings = [read(curve, self.crosshair, *column) for curve in each.curves]
        outside = beyond(each, levels, self.span)
        rows = [heading(each.panel, each.curves, readings, width, outside, number == self.active, self.axis)]
        lines = frame.heights[number] - 1
        if number == 0 and frame.marks and lines > 2:
            rows.append(mark_line(self.marks, self.borders, self.span, frame))
            lines -= 1
        if lines < 1:
            return rows
        cells = Cells(frame.cells, lines)
        if levels is None:
            text = cut("no values here", frame.cells)
            for i, character in enumerate(text):
                cells.sign((frame.cells - len(text)) // 2 + i, lines // 2, character, "dim")
            levels = Range(0.0, 1.0)
            found: list[Tick] = []
        else:
            found = self._ticks(each, levels, lines)
        picture = PanelPicture(cells, self.span, levels)
        picture.draw(each.curves)
        self._uprights(picture, [r for r in readings or () if r is not None])
        gutter = self._gutter(picture, found, frame.left)
        names = self._names(picture, each.curves, frame.right)
        return rows + [[*a, *b, *c] for a, b, c in zip(gutter, cells.rows(), names, strict=True)]

    def _uprights(self, picture: PanelPicture, readings: Sequence[Reading]) -> None:
        if self.crosshair is not None:
            signs = [(r.x, r.level, r.curve.line.style) for r in readings if r.here and not r.curve.line.dim]
            picture.crosshair(self.crosshair, signs)
        for mark in self.marks:
            picture.cells.upright(picture.column(mark.x), "┊", STYLES[mark.level] + FADED)
        for border in self.borders:
            if border.kind == "restart":
                picture.cells.upright(picture.column(border.x), "╎", "warning" + FADED)
        at = sorted({picture.column(border.x) for border in self.borders if border.kind == "epoch"})
        at = [column for column in at if 0 < column < picture.cells.width]
        if len(at) <= 1 or min(b - a for a, b in itertools.pairwise(at)) >= _BORDERS_APART:
            for column in at:
                picture.cells.upright(column, "┆", "curve_border")

    def _gutter(self, picture: PanelPicture, found: Sequence[Tick], left: int) -> list[Row]:
        labels = {picture.row(tick.place): tick.label for tick in reversed(found)}
        rows: list[Row] = []
        for y in range(picture.cells.height):
            label = labels.get(y)
            if label is None or len(label) > left - 1:
                rows.append([(" " * (left - 1) + "│", "curve_axis")])
            else:
                rows.append([(f"{label:>{left - 1}}", "dim"), ("┤", "curve_axis")])
        return rows

    def _names(self, picture: PanelPicture, curves: Sequence[Curve], right: int) -> list[Row]:
        """The names of the lines at their right ends, each at the nearest free line; left out where none is near."""
        import numpy as np

        rows: list[Row] = [[] for _ in range(picture.cells.height)]
        if right:
            for curve in curves:
                seen = np.flatnonzero(np.isfinite(curve.level[curve.inside(*self.span)]))
                if curve.line.dim or not len(seen):
                    continue
                last = curve.level[curve.inside(*self.span)][seen[-1]]
                if self.span.high - curve.x[-1] > _ENDS_HERE * (self.span.high - self.span.low):
                    continue  # it ends further left: a name here would be taken for another line's
                wanted = min(max(picture.row(float(last)), 0), len(rows) - 1)
                near = [y for y in range(len(rows)) if abs(y - wanted) <= _NAME_AWAY]
                for y in sorted(near, key=lambda y: abs(y - wanted)):
                    if not rows[y]:
                        rows[y] = [(f" {cut_name(curve.line.name, right - 1)}", curve.line.style)]
                        break
        for row in rows:
            used = sum(len(text) for text, _ in row)
            row.append((" " * (right - used), "text"))
        return rows

    def _x_axis(self, frame: Frame, width: int) -> list[Row]:
        if not frame.axis:
            return []
        line, labels = Cells(width, 1), Cells(width, 1)
        line.sign(frame.left - 1, 0, "└", "curve_axis")
        for x in range(frame.left, frame.left + frame.cells):
            line.sign(x, 0, "─", "curve_axis")
        picture = PanelPicture(Cells(frame.cells, 1), self.span, Range(0, 1))
        name = f" {self.axis} "
        wanted = [] if width < 3 * len(name) else [(width - len(name), name, "curve_axis")]
        if self.crosshair is not None:
            text = f" {x_name(self.crosshair, self.axis)} "
            at = frame.left + picture.column(self.crosshair) - len(text) // 2
            wanted.insert(0, (min(max(at, 0), max(0, width - len(text))), text, "cursor"))
        for tick in x_ticks(self.span, frame.cells, self.axis):
            at = frame.left + picture.column(tick.place)
            line.sign(at, 0, "┴", "curve_axis")
            wanted.append(
                (min(max(at - len(tick.label) // 2, 0), width - len(tick.label)), tick.label, "dim")
            )
        taken: set[int] = set()
        for start, text, style in wanted:
            if taken.isdisjoint(range(start, start + len(text))):
                _write(labels, start, text, style)
                taken.update(range(start - 1, start + len(text) + 1))
        return [*line.rows(), *labels.rows()][-frame.axis :]


def beyond(each: Plotted, levels: Range | None, span: Range) -> str:
    """How far the values reach that the range leaves out: `▴ to 14.2`; "" where there are none."""
    found = [curve.bounds(*span, "all") for curve in each.curves if not curve.line.dim]
    seen = [one for one in found if one]
    if not seen or levels is None:
        return ""
    low, high = min(one.low for one in seen), max(one.high for one in seen)
    scale = each.panel.scale
    above = f"{ABOVE} to {short(value_at(high, scale), 3)}" if high > levels.high else ""
    below = f"{BELOW} to {short(value_at(low, scale), 3)}" if low < levels.low else ""
    return " · ".join(text for text in (above, below) if text)


def shared_out(height: int, shares: Sequence[int]) -> tuple[int, ...]:
    """The lines of each panel, by their shares; those for which too few are left get none, from the last one on."""
    for count in range(len(shares), 1, -1):
        total = sum(shares[:count])
        found = [height * share // total for share in shares[:count]]
        found[0] += height - sum(found)
        if min(found) >= LEAST_PANEL:
            return tuple(found)
    return (max(0, height),) if shares else ()


def _write(cells: Cells, x: int, text: str, style: str) -> None:
    for i, character in enumerate(text):
        cells.sign(x + i, 0, character, style)
