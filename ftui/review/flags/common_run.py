"""The longest run of words that two texts share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.rules.row_index.shingles import I64, U64
from ftui.rules.row_index.word_runs import SIZE, Placed, placed_runs

_MOST_PAIRS = 400_000
"""Places of equal runs that are looked at: two looping texts would have millions."""


class CommonRun(NamedTuple):
    """Characters start..end of the first text, and how many words they are."""

    start: int
    end: int
    words: int
    first: int
    """The number of its first run of five words."""


def placed_without(text: str, given: str) -> tuple[Placed, NDArray[np.bool_]]:
    """The runs of a text, and which of them do not stand in a given one."""
    placed = placed_runs(text)
    if not given:
        return placed, np.ones(len(placed.hashes), np.bool_)
    return placed, ~np.isin(placed.hashes, placed_runs(given).hashes)


def longest(placed: Placed, own: NDArray[np.bool_], other: U64) -> CommonRun | None:
    """The longest run of words in both texts, by the first one's own runs and all runs of the other."""
    i, j = _equal_places(placed.hashes, own, other)
    if not len(i):
        return None
    order = np.lexsort((i, i - j))
    i, diagonal = i[order], (i - j)[order]
    starts = np.flatnonzero(np.append(True, (np.diff(diagonal) != 0) | (np.diff(i) != 1)))
    lengths = np.diff(np.append(starts, len(i)))
    best = int(lengths.argmax())
    first, runs = int(i[starts[best]]), int(lengths[best])
    start, end = int(placed.starts[first]), int(placed.ends[first + runs - 1])
    return CommonRun(start, end, runs + SIZE - 1, first)


def _equal_places(mine: U64, own: NDArray[np.bool_], other: U64) -> tuple[I64, I64]:
    """Every pair of places with equal runs."""
    order = np.argsort(other, kind="stable")
    held = other[order]
    at = np.flatnonzero(own)
    low = np.searchsorted(held, mine[at])
    count = np.searchsorted(held, mine[at], side="right") - low
    if count.sum() > _MOST_PAIRS:
        count = np.minimum(count, 1)
    i = np.repeat(at, count)
    within = np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)
    return i.astype(np.int64), order[np.repeat(low, count) + within].astype(np.int64)
