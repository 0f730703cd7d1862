"""The line above a panel: its title, its lines with their values, and how it is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from ftui.tui.plot.cells import Row
from ftui.tui.plot.curve import Curve
from ftui.tui.plot.model import Axis, Panel
from ftui.tui.plot.numbers import duration, short, whole
from ftui.tui.plot.panel_picture import BEST, BROKEN, FADED, POINT
from ftui.tui.plot.reading import Reading

SIGNS = {"line": "━", "marked": POINT, "dots": "⠶"}


def heading(
    panel: Panel,
    curves: Sequence[Curve],
    readings: Sequence[Reading | None] | None,
    width: int,
    outside: str = "",
    active: bool = False,
    axis: Axis = "step",
) -> Row:
    """Title and legend on the left, how it is drawn on the right; what has no room is left out from the right."""
    row: Row = [("▸ ", "info") if active else ("─ ", "rule"), (f"{panel.title} ", "heading")]
    if panel.unit:
        row.append((f"{panel.unit} ", "curve_axis"))
    used = _size(row)
    legend = _legend(curves, readings, width - used, axis)
    row += legend
    used += _size(legend)
    options = _options(panel, curves, outside)
    while options and used + cell_len(" · ".join(options)) + 6 > width:
        options.pop()
    said = f" {' · '.join(options)} " if options else ""
    rule = max(0, width - used - cell_len(said) - (1 if said else 0))
    row.append(("─" * rule, "rule"))
    if said:
        row += [(said, "dim"), ("─", "rule")]
    return row


def _legend(curves: Sequence[Curve], readings: Sequence[Reading | None] | None, room: int, axis: Axis) -> Row:
    """Every line with all that is known of it; where that is too much, without faint lines, then with fewer values."""
    known = readings or [None] * len(curves)
    named = [i for i, curve in enumerate(curves) if curve.line.name or not curve.line.dim]
    kept = [i for i in named if not curves[i].line.dim] or named
    tried = ((named, 9), (kept, 9), (kept, 1), (kept, 0))
    for which, values in tried if readings is None else tried[:2]:
        entries = [_entry(curves[i], known[i], readings is not None, axis)[: 2 + values] for i in which]
        if sum(_size(entry) for entry in entries) <= room:
            return [piece for entry in entries for piece in entry]
    found = [_entry(curves[i], known[i], readings is not None, axis) for i in kept]
    values_alone = [_unnamed(entry) for entry in found if len(entry) > 2]
    # Names stand at the ends of the lines too, and the crosshair is there to read values.
    if readings is not None or sum(map(_size, values_alone)) <= room:
        entries = values_alone
    shown: Row = []
    for i, entry in enumerate(entries):
        if _size(shown) + _size(entry) + 4 > room:
            return [*shown, (f" +{len(entries) - i}", "dim")] if _size(shown) + 4 <= room else shown
        shown += entry
    return shown


def _unnamed(entry: Row) -> Row:
    """The sign, the value, and where it lies when that is not here."""
    sign, _, value, *more = entry
    return [sign, value, *(piece for piece in more[:1] if piece[0].startswith("at "))]


def _size(row: Row) -> int:
    return sum(cell_len(text) for text, _ in row)


def x_name(x: float, axis: Axis) -> str:
    """An x as a person reads it: `1,200`, `2.35`, `1h05m`."""
    if axis == "time":
        return duration(x)
    return whole(round(x)) if axis == "step" and abs(x) < 1e15 else whole(x)


def _entry(curve: Curve, reading: Reading | None, at_crosshair: bool, axis: Axis) -> Row:
    line = curve.line
    style = line.style + (FADED if line.dim else "")
    name = f"{line.name} " if line.name else ""
    sign = f" {line.sign}{SIGNS[line.form]} " if name else " "  # a line alone is named by the title
    row: Row = [(sign, style), (name, "dim" if line.dim else "text")]
    if at_crosshair:
        return row if reading is None else [*row, *_read(reading, style, axis)]
    last = curve.last()
    if last is None or line.dim:
        return row
    if not math.isfinite(last):
        return [*row, (f"{BROKEN} {short(last)} ", "error")]
    shown = float(curve.smooth[-1]) if curve.smooth is not None else last
    row.append((f"{short(shown)} ", style))
    best = curve.best()
    if best is not None and len(curve) > 1 and best < len(curve) - 1:
        row.append((f"{BEST}{short(float(curve.value[best]))} ", style))
    return row


def _read(reading: Reading, style: str, axis: Axis) -> Row:
    if not math.isfinite(reading.value):
        row: Row = [(f"{BROKEN} {short(reading.value)} ", "error")]
    else:
        row = [(f"{short(reading.value)} ", style)]
    if reading.here and reading.least < reading.most:
        row.append((f"({short(reading.least, 3)}–{short(reading.most, 3)}) ", "dim"))
    elif not reading.here:
        row.append((f"at {x_name(reading.x, axis)} ", "dim"))
    return row


def _options(panel: Panel, curves: Sequence[Curve], outside: str) -> list[str]:
    broken = sum(curve.broken for curve in curves)
    below = sum(curve.not_positive for curve in curves)
    said = [
        f"{BROKEN} {broken:,} not finite" if broken else "",
        f"{below:,} ≤ 0 have no logarithm" if below else "",
        outside,
        "log" if panel.scale == "log" else "",
        f"smoothed {panel.smoothing:g}" if panel.smoothing > 0 else "",
    ]
    return [text for text in said if text]


def cut(text: str, width: int) -> str:
    """A text in at most this many cells, with an ellipsis where some is missing."""
    return text if cell_len(text) <= width else set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def cut_name(name: str, width: int) -> str:
    """A line's name in so many cells; of `a-long-run val` the last word stays, which tells it from `a-long-run train`.

    >>> cut_name("stopped-by-file train", 15)
    'stopped-… train'
    """
    run, _, metric = name.rpartition(" ")
    left = width - cell_len(metric) - 1
    return f"{cut(run, left)} {metric}" if run and left > 3 else cut(name, width)
