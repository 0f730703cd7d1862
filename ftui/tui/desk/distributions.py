"""Distributions as the screen draws them: small charts of bars, all rows beside those shown, in columns that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ftui.dataset.record import NEW_ROW
from ftui.tui.cell_text import cell
from ftui.tui.desk.order import Order, PickedOrder
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NARROWEST = 38
"""Cells of a column of charts: fewer, and two bars with their shares do not fit."""
WIDEST = 70
GAP = 2
_SHARE = 5
"""Cells of a share: ` 100%`."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


class Side(NamedTuple):
    """One side of every chart: how many rows, and how many of them were looked at."""

    rows: int
    looked: int

    def __str__(self) -> str:
        rows = f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        return rows if self.looked == self.rows else f"{rows}, of a sample of {self.looked:,}"


class Chart(NamedTuple):
    """Counts by name, of all rows and (None: all are shown) of those shown."""

    title: str
    names: Sequence[str]
    whole: Sequence[int]
    shown: Sequence[int] | None


class Distributions(NamedTuple):
    """What the worker counted."""

    whole: Side
    shown: Side | None
    charts: Sequence[Chart]
    note: str = ""

    @classmethod
    def read(cls, head: Mapping[str, Any]) -> Distributions:
        """From the worker's answer."""
        charts = [
            Chart(each["title"], each["names"], each["whole"], each["shown"]) for each in head["charts"]
        ]
        shown = None if head["shown"] is None else Side(*head["shown"])
        return cls(Side(*head["whole"]), shown, charts, head["note"])


def laid_out(found: Distributions, width: int, palette: Palette) -> list[list[Piece]]:
    """The charts in as many columns as fit, each in the shortest so far."""
    columns = max(1, min((width - 1 + GAP) // (NARROWEST + GAP), len(found.charts)))
    each = min(WIDEST, (width - 1 + GAP) // columns - GAP)
    stacks: list[list[list[Piece]]] = [[] for _ in range(columns)]
    for chart in found.charts:
        shortest = min(stacks, key=len)
        shortest += [*_chart(chart, each, palette), []]
    blank = " " * each
    lines = []
    for number in range(max(map(len, stacks), default=0)):
        line: list[Piece] = [(" ", palette.text)]
        for stack in stacks:
            pieces = stack[number] if number < len(stack) else []
            line += [*(pieces or [(blank, palette.text)]), (" " * GAP, palette.text)]
        lines.append(line)
    return lines


def _chart(chart: Chart, width: int, palette: Palette) -> Iterator[list[Piece]]:
    """A line of title, then a line a name; both sides to one scale. Each line is `width` cells wide."""
    sides = [chart.whole] if chart.shown is None else [chart.whole, chart.shown]
    styles = [palette.info, palette.edited]
    longest_name = max(map(len, chart.names), default=0)
    name_width = min(max(longest_name, 6), max(11, width - len(sides) * (_SHARE + 9)))
    room = (width - name_width) // len(sides) - _SHARE - 2
    shares = [[count / max(sum(side), 1) for count in side] for side in sides]
    most = max((share for side in shares for share in side), default=0.0) or 1.0
    rest = width - name_width - len(sides) * (_SHARE + 2 + room)
    if len(sides) == 1:
        yield [(cell(chart.title, width), palette.heading)]
    else:
        at = name_width + _SHARE + 2 + room
        yield [(cell(chart.title, at - 1), palette.heading), (cell(" these", width - at + 1), palette.dim)]
    for number, name in enumerate(chart.names):
        line: list[Piece] = [(cell(name, name_width), palette.dim)]
        for side, style in zip(shares, styles, strict=False):
            share = side[number]
            line += [
                (f"{_percent(share):>{_SHARE}} ", palette.text),
                (f"{_bar(share / most, room):<{room + 1}}", style),
            ]
        yield [*line, (" " * rest, palette.text)]


def _percent(share: float) -> str:
    if not share:
        return "·"
    return "<1%" if share < 0.005 else f"{share:.0%}"


def _bar(share: float, width: int) -> str:
    """A bar in eighths of a cell; something is never drawn as nothing."""
    eighths = max(round(share * width * 8), 1 if share else 0)
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def packed(order: Order) -> tuple[list[list[Any]], bytes]:
    """The rows of an order for the worker: [file, first row, bytes of a bit map, rows added since], and the maps.

    A million rows are 125 KB: the pipe takes them at once, while the screen waits for nothing.
    """
    import numpy as np

    heads: list[list[Any]] = []
    maps: list[bytes] = []
    for file, rows in sorted(_by_file(order).items()):
        base = rows[rows < NEW_ROW]
        first = int(base.min()) if len(base) else 0
        bits = np.zeros(int(base.max()) - first + 1 if len(base) else 0, np.bool_)
        bits[base - first] = True
        data = np.packbits(bits).tobytes()
        heads.append([file, first, len(data), rows[rows >= NEW_ROW].tolist()])
        maps.append(data)
    return heads, b"".join(maps)


def _by_file(order: Order) -> dict[int, NDArray[np.int64]]:
    import numpy as np

    if isinstance(order, PickedOrder):
        return {int(file): order.rows[order.files == file] for file in np.unique(order.files)}
    parts: dict[int, list[NDArray[np.int64]]] = {}
    for file, rows, _ in order.columns():
        parts.setdefault(file, []).append(np.asarray(rows, dtype=np.int64))
    return {file: np.concatenate(each) for file, each in parts.items()}
