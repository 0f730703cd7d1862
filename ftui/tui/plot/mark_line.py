"""The line of marks above the curves: verdicts with their sign and letter, and where the run was resumed."""

from __future__ import annotations

from collections.abc import Sequence

from ftui.tui.plot.cells import Cells, Row
from ftui.tui.plot.frame import Frame
from ftui.tui.plot.model import Border, Mark
from ftui.tui.plot.scale import Range

GLYPHS = {"critical": "✖", "warning": "▲", "info": "●"}
STYLES = {"critical": "error", "warning": "warning", "info": "info"}
RESTART = "↺"
_GRAVITY = {"critical": 0, "warning": 1, "info": 2}


def mark_line(marks: Sequence[Mark], borders: Sequence[Border], span: Range, frame: Frame) -> Row:
    """The gravest first: where two want the same cells, the other one is left out here and only its line is drawn."""
    cells = Cells(frame.left + frame.cells + frame.right, 1)
    for at, text, style in placed(marks, borders, span, frame):
        for i, character in enumerate(text):
            cells.sign(at + i, 0, character, style)
    return cells.rows()[0]


def placed(
    marks: Sequence[Mark], borders: Sequence[Border], span: Range, frame: Frame
) -> list[tuple[int, str, str]]:
    """Column, text and style of each mark that has room."""
    wanted = [(mark.x, GLYPHS[mark.level] + mark.label, STYLES[mark.level]) for mark in _gravest(marks)]
    wanted += [(border.x, RESTART, "warning") for border in borders if border.kind == "restart"]
    taken: set[int] = set()
    found: list[tuple[int, str, str]] = []
    for x, text, style in wanted:
        at = column(x, span, frame)
        needed = set(range(at, at + len(text)))
        if at >= 0 and not taken & needed:
            taken |= needed | {at + len(text)}
            found.append((at, text, style))
    return found


def column(x: float, span: Range, frame: Frame) -> int:
    """The column of a figure that holds x; -1 where it is not shown."""
    if not span.low <= x <= span.high:
        return -1
    share = (x - span.low) / (span.high - span.low)
    return frame.left + min(int(share * frame.cells), frame.cells - 1)


def _gravest(marks: Sequence[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: _GRAVITY[mark.level])
