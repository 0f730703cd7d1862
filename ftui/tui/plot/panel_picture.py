"""The picture of one panel: lines in braille, their signs, what lies outside, and the crosshair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ftui.tui.plot import braille
from ftui.tui.plot.cells import Cells
from ftui.tui.plot.curve import Curve
from ftui.tui.plot.decimate import Columns
from ftui.tui.plot.scale import Range
from ftui.tui.plot.trace import filled, rows_of, scattered, spans

if TYPE_CHECKING:
    import numpy as np

    from ftui.tui.plot.trace import Dots

    Integers = np.ndarray[tuple[int], np.dtype[np.int64]]

FADED = " faded"
"""After the name of a style: mixed with the background."""
POINT, SINGLE, BEST, BROKEN, ABOVE, BELOW, HERE = "◆", "•", "★", "×", "▴", "▾", "●"
_APART = 4
"""Cells between the signs of a marked line at least: more would hide the line."""
_SIGNED_EVERY = 24
"""Cells from one sign of a run to the next along its line; those of other runs stand between them."""


class PanelPicture:
    """Draws into `cells`; x from `span`, y (in the scale's measure) from `levels`."""

    def __init__(self, cells: Cells, span: Range, levels: Range) -> None:
        self.cells = cells
        self.span, self.levels = span, levels
        self.width, self.height = cells.width * braille.WIDE, cells.height * braille.HIGH

    def column(self, x: float) -> int:
        """The cell column of an x; may be outside."""
        share = (x - self.span.low) / (self.span.high - self.span.low)
        return int(share * self.cells.width) - (1 if share == 1 else 0) if -1 < share < 2 else -1

    def row(self, level: float) -> int:
        """The cell row of a level; -1 above, the height below."""
        import numpy as np

        dot = int(rows_of(np.array([level]), self.levels, self.height)[0])
        return -1 if dot < 0 else dot // braille.HIGH

    def draw(self, curves: Sequence[Curve]) -> None:
        """All lines, the faint ones behind; then the signs of all of them, so that no line hides one."""
        drawn = sorted(curves, key=lambda curve: not curve.line.dim)
        found = [(curve, curve.columns(*self.span, self.width)) for curve in drawn]
        for curve in drawn:
            if curve.smooth is not None:
                behind = curve.raw_columns(*self.span, self.width)
                self._line(curve, behind, curve.line.style + FADED, "cells behind")
                self._outside(behind, curve.line.style + FADED)
        for curve, columns in found:
            self._line(curve, columns, self._style(curve))
        signs = list(dict.fromkeys(curve.line.sign for curve in curves if curve.line.sign))
        for curve, columns in found:
            self._outside(columns, self._style(curve))
            self._singles(curve, columns)
            self._signed(curve, columns, signs)
            self._breaks(columns)
        for curve, _ in found:
            self._best(curve)

    def crosshair(self, x: float, levels: Iterable[tuple[float, float, str]]) -> None:
        """A line at x, and a sign on each (x, level, style)."""
        self.cells.upright(self.column(x), "│", "crosshair")
        for at, level, style in levels:
            self.cells.sign(self.column(at), self.row(level), HERE, style)

    def _style(self, curve: Curve) -> str:
        return curve.line.style + (FADED if curve.line.dim else "")

    def _line(self, curve: Curve, columns: Columns, style: str, name: str = "cells") -> None:
        """Kept under a name with the curve: it takes 1 ms a line, and of many runs one grows."""
        if len(columns.at):
            key = (self.span, self.levels, self.width, self.height)
            self.cells.layer(curve.keep(name, key, lambda: braille.codes(self._dots(curve, columns))), style)

    def _dots(self, curve: Curve, columns: Columns) -> Dots:
        import numpy as np

        if curve.line.form != "dots":
            return filled(spans(columns, self.levels, self.width, self.height), self.height)
        part = curve.inside(*self.span)
        scaled = self.width / (self.span.high - self.span.low)
        at = np.minimum(((curve.x[part] - self.span.low) * scaled).astype(np.int64), self.width - 1)
        level = curve.level[part]
        finite = np.isfinite(level)
        rows = rows_of(level[finite], self.levels, self.height)
        return scattered(at[finite], rows, self.width, self.height)

    def _outside(self, columns: Columns, style: str) -> None:
        """Arrows at the border, where a column holds something beyond it."""
        inside = (columns.at >= 0) & (columns.at < self.width)
        for beyond, y, sign in (
            (columns.most > self.levels.high, 0, ABOVE),
            (columns.least < self.levels.low, self.cells.height - 1, BELOW),
        ):
            for at in set((columns.at[inside & beyond] // braille.WIDE).tolist()):
                self.cells.sign(at, y, sign, style)

    def _signed(self, curve: Curve, columns: Columns, signs: Sequence[str]) -> None:
        """The line's sign along it and behind its end; of each run at other columns, for lines that lie together."""
        import numpy as np

        if not curve.line.sign or curve.line.dim or not len(columns.at):
            return
        every = max(_SIGNED_EVERY, _APART * len(signs))
        cells = np.arange(self.cells.width)
        cells = cells[cells % every == (every * (2 * signs.index(curve.line.sign) + 1)) // (2 * len(signs))]
        at = cells * braille.WIDE
        after = np.searchsorted(columns.at, at)
        drawn = (after < len(columns.at)) & (at >= columns.at[0])
        held = np.minimum(after, len(columns.at) - 1)
        drawn &= columns.joined[held] | (columns.at[held] == at)
        rows = rows_of(np.interp(at, columns.at, columns.last), self.levels, self.height) // braille.HIGH
        for x, y in zip(cells[drawn].tolist(), rows[drawn].tolist(), strict=True):
            self.cells.sign(x, y, curve.line.sign, self._style(curve))
        if columns.at[-1] < self.width:
            end = int(rows_of(columns.last[-1:], self.levels, self.height)[0]) // braille.HIGH
            behind = int(columns.at[-1]) // braille.WIDE + 1
            self.cells.sign(behind, end, curve.line.sign, self._style(curve))

    def _singles(self, curve: Curve, columns: Columns) -> None:
        """A sign at every point of a marked line (as far as they have room), and on points that stand alone."""
        import numpy as np

        inside = (columns.at >= 0) & (columns.at < self.width)
        alone = ~columns.joined & ~np.append(columns.joined[1:], False) & (columns.least == columns.most)
        marked = curve.line.form == "marked"
        dotted = curve.line.form == "dots"
        if dotted and inside.sum() > self.cells.width // _APART:
            return
        chosen = np.flatnonzero(inside & (alone | marked | dotted))
        sign = POINT if marked else SINGLE
        rows = rows_of(columns.last, self.levels, self.height)
        after = self.cells.width + _APART
        for i in reversed(chosen.tolist()):  # from the right: the newest point always has its sign
            at = int(columns.at[i]) // braille.WIDE
            if not 0 <= rows[i] < self.height or (after - at < _APART and not (alone[i] or dotted)):
                continue
            self.cells.sign(at, int(rows[i]) // braille.HIGH, sign, self._style(curve))
            after = at

    def _breaks(self, columns: Columns) -> None:
        """A cross where a value is not a number or infinite; an arrow below, where a logarithm has no place for it."""
        import numpy as np

        last = self.cells.height - 1
        for at, level in zip((columns.broken_at // braille.WIDE).tolist(), columns.broken_level, strict=True):
            if np.isneginf(level):
                self.cells.sign(at, last, BELOW, "error")
            else:
                y = last // 2 if np.isnan(level) else min(max(self.row(min(level, 1e308)), 0), last)
                self.cells.sign(at, y, BROKEN, "error")

    def _best(self, curve: Curve) -> None:
        best = curve.best()
        if best is not None and len(curve) > 1 and self.span.low <= curve.x[best] <= self.span.high:
            self.cells.sign(self.column(curve.x[best]), self.row(curve.level[best]), BEST, curve.line.style)
