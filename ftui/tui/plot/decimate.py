"""Many points to one column of dots each: nothing that a person would see gets lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
    Integers = np.ndarray[tuple[int], np.dtype[np.int64]]
    Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that hold a finite value, from left to right, and the places where a line breaks."""

    at: Integers
    """Column numbers; -1 stands for the last point before the range, `width` for the first one after it."""
    count: Integers
    least: Floats
    most: Floats
    first: Floats
    last: Floats
    joined: Flags
    """Whether the line goes on from the column before: no value that is not finite lies between."""
    x: Floats
    """Where each column's last point is, in columns: lines that leave the range leave it at the right height."""
    broken_at: Integers
    """Columns that hold NaN or an infinite value, each once a kind."""
    broken_level: Floats
    """Where to mark it: the value before it (after it, at the beginning), or inf and -inf themselves; else NaN."""


def in_order(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The points that have an x, by x; points of one x keep their order."""
    import numpy as np

    known = np.isfinite(x)
    if not known.all():
        x, y = x[known], y[known]
    if len(x) > 1 and not (x[1:] >= x[:-1]).all():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
    return x, y


def columns(x: Floats, y: Floats, low: float, high: float, width: int) -> Columns:
    """Points (in order of x, y in the scale's measure) between two x as `width` columns; the last holds `high`."""
    import numpy as np

    scaled = width / (high - low)
    borders = np.searchsorted(x, low + np.arange(width + 1) * ((high - low) / width), "left")
    borders[-1] = np.searchsorted(x, high, "right")
    start, stop = int(borders[0]), int(borders[-1])
    finite = np.flatnonzero(np.isfinite(y))
    cuts = np.searchsorted(finite, borders)
    count = np.diff(cuts)
    held = np.flatnonzero(count)
    begins, ends = cuts[:-1][held], cuts[1:][held] - 1
    inside = y[finite[: cuts[-1]]]
    least = np.minimum.reduceat(inside, begins) if len(held) else np.empty(0)
    most = np.maximum.reduceat(inside, begins) if len(held) else np.empty(0)
    first_index, last_index = finite[begins], finite[ends]
    at, n = held, count[held]
    ways = [(finite[cuts[0] - 1], -1, 0)] if cuts[0] > 0 else []
    ways += [(finite[cuts[-1]], width, len(at))] if cuts[-1] < len(finite) else []
    for index, column, place in reversed(ways):
        at, n = np.insert(at, place, column), np.insert(n, place, 1)
        least, most = np.insert(least, place, y[index]), np.insert(most, place, y[index])
        first_index, last_index = np.insert(first_index, place, index), np.insert(last_index, place, index)
    joined = np.zeros(len(at), dtype=np.bool_)
    joined[1:] = first_index[1:] == last_index[:-1] + 1
    broken_at, level = _breaks(x, y, finite, start, stop, low, scaled, width)
    return Columns(
        at,
        n,
        least,
        most,
        y[first_index],
        y[last_index],
        joined,
        (x[last_index] - low) * scaled,
        broken_at,
        level,
    )


def _breaks(
    x: Floats, y: Floats, finite: Integers, start: int, stop: int, low: float, scaled: float, width: int
) -> tuple[Integers, Floats]:
    import numpy as np

    broken = start + np.flatnonzero(~np.isfinite(y[start:stop]))
    if not len(broken):
        return np.empty(0, dtype=np.int64), np.empty(0)
    at = np.clip(((x[broken] - low) * scaled).astype(np.int64), 0, width - 1)
    level = y[broken].copy()
    if len(finite):
        before = np.clip(np.searchsorted(finite, broken) - 1, 0, len(finite) - 1)
        level = np.where(np.isnan(level), y[finite[before]], level)
    unlike = np.ones(len(at), dtype=np.bool_)
    unlike[1:] = (at[1:] != at[:-1]) | ((level[1:] != level[:-1]) & ~np.isnan(level[1:]))
    return at[unlike], level[unlike]
