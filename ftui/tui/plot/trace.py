"""The dots of one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ftui.tui.plot.decimate import Columns
from ftui.tui.plot.scale import Range

if TYPE_CHECKING:
    import numpy as np

    Dots = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
    Integers = np.ndarray[tuple[int], np.dtype[np.int64]]


class Spans(NamedTuple):
    """From which row of dots to which one a line fills each column; where it does not, the first is below the second.

    Rows count from the top; -1 and `height` are just outside.
    """

    top: Integers
    bottom: Integers


def rows_of(levels: Floats, range: Range, height: int) -> Integers:  # noqa: A002
    """The row of dots of each level, -1 above the range and `height` below it (and for what is no number)."""
    import numpy as np

    with np.errstate(over="ignore", invalid="ignore"):
        share = np.nan_to_num((levels - range.low) / (range.high - range.low), nan=-1.0)
    rows = np.rint((1 - np.clip(share, -1, 2)) * (height - 1)).astype(np.int64)
    rows = np.where(share > 1, np.minimum(rows, -1), np.where(share < 0, np.maximum(rows, height), rows))
    return np.clip(rows, -1, height)


def spans(found: Columns, range: Range, width: int, height: int) -> Spans:  # noqa: A002
    """The line through these columns: each from its least to its greatest value, and straight to its neighbours.

    A column takes the rows up to the one at which the next column begins, so that a gentle slope is one dot thick.
    """
    import numpy as np

    top, bottom = np.full(width, height, dtype=np.int64), np.full(width, -1, dtype=np.int64)
    begins, ends = top.copy(), bottom.copy()
    own = (found.at >= 0) & (found.at < width)
    at = found.at[own]
    top[at], bottom[at] = (rows_of(v[own], range, height) for v in (found.most, found.least))
    begins[at], ends[at] = (rows_of(v[own], range, height) for v in (found.first, found.last))
    crossed, row = _crossings(found, range, width, height)
    came, goes = np.flatnonzero(crossed[:-1]), np.flatnonzero(crossed[1:])
    top[came] = np.minimum(top[came], row[came])
    bottom[came] = np.maximum(bottom[came], row[came])
    passed = np.setdiff1d(came, at)
    ends[passed] = row[passed]
    here, there = ends[goes], row[goes + 1]
    there = there + np.sign(here - there)
    top[goes], bottom[goes] = np.minimum(top[goes], there), np.maximum(bottom[goes], there)
    return Spans(top, bottom)


def filled(line: Spans, height: int) -> Dots:
    """The dots of these spans."""
    import numpy as np

    rows = np.arange(height)[:, None]
    return (rows >= line.top) & (rows <= line.bottom)


def scattered(at: Integers, rows: Integers, width: int, height: int) -> Dots:
    """A dot for each point that is in the picture."""
    import numpy as np

    dots = np.zeros((height, width), dtype=np.bool_)
    seen = (at >= 0) & (at < width) & (rows >= 0) & (rows < height)
    dots[rows[seen], at[seen]] = True
    return dots


def _crossings(found: Columns, range: Range, width: int, height: int) -> tuple[Flags, Integers]:  # noqa: A002
    """For each border between columns, the outer two included: whether the line crosses it, and in which row."""
    import numpy as np

    crossed, row = np.zeros(width + 1, dtype=np.bool_), np.zeros(width + 1, dtype=np.int64)
    if len(found.at) < 2:
        return crossed, row
    borders = np.arange(width + 1)
    right = np.clip(np.searchsorted(found.at, borders), 1, len(found.at) - 1)
    left = right - 1
    crossed = found.joined[right] & (found.at[left] < borders) & (found.at[right] >= borders)
    centre = np.where((found.at >= 0) & (found.at < width), found.at + 0.5, found.x)
    run = np.maximum(centre[right] - centre[left], 1e-9)
    share = np.clip((borders - centre[left]) / run, 0, 1)
    level = found.last[left] * (1 - share) + found.first[right] * share
    return crossed, rows_of(level, range, height)
