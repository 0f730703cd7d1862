"""Whether two logs in different folders tell of one run: the same losses at the same steps."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from math import isclose, isfinite

from ftui.training.finding.loss_count import losses_at
from ftui.training.readers.reader import Reader

_FEWEST = 8
"""Losses that both must have: of so many no two runs have the same by chance."""
_MOST = 0.9
"""Share of the shorter log's steps that the other one must have too: one of them may be ahead."""
_EQUAL = 1e-6
"""Relative; event files hold single precision."""

Log = tuple[str, type[Reader], int]
"""Path, reader and size."""


def same_values(one: Log, other: Log) -> bool:
    """Whether every loss that both have is the same, and both have most of them; numbers rounded to digits are not."""
    first, second = losses_at(*one), losses_at(*other)
    if any(not _equal(first[at], second[at]) for at in islice(first, _FEWEST) if at in second):
        return False  # most runs are told apart by that
    common = first.keys() & second.keys()
    if len(common) < max(_FEWEST, _MOST * min(len(first), len(second))) or not _vary(first):
        return False
    return all(_equal(first[at], second[at]) for at in common)


def _equal(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=_EQUAL) or (one != one and other != other)


def _vary(losses: Mapping[tuple[str, float], float]) -> bool:
    """A loss of 0 throughout says nothing of which run it is."""
    return len({value for value in losses.values() if isfinite(value)}) >= _FEWEST
