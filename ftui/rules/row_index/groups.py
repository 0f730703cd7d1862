"""Groups of equal and of near rows within each split, as DUP reports them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ftui.rules.row_index.index import RowIndex
from ftui.rules.row_index.near_duplicates import NO_GROUPS, Groups, equal, group
from ftui.rules.row_index.shingles import I64, U64, mix


def within_splits(keys: U64, index: RowIndex) -> U64:
    """Keys that are equal only for rows of one split."""
    return mix(keys + mix(index.split.astype(np.uint64) + np.uint64(1)))


def equal_groups(keys: U64, rows: I64) -> Groups:
    """Groups of two or more of these (sorted) rows with equal keys; `keys` has one for every row of the index."""
    if not len(rows):
        return NO_GROUPS
    same = equal(keys[rows])
    several = same.size[same.group] > 1
    kept = rows[several]
    originals = rows[same.first[same.group[several]]]
    return Groups(kept, originals, originals, np.ones(len(kept), np.float32))


def near_groups(index: RowIndex, field: int, use: NDArray[np.bool_], equal_too: bool) -> Groups:
    """Groups of rows of one split whose field is a near duplicate; only rows marked in `use` take part.

    Without `equal_too` a text that stands in several rows takes part by its first row alone.
    """
    node = index.nodes(field).group
    pairs = index.near(field)
    joined: list[Groups] = []
    for split in range(len(index.splits)):
        rows = np.flatnonzero(use & (index.split == split))
        first = np.full(len(index.nodes(field).first), -1, np.int64)
        first[node[rows[::-1]]] = rows[::-1]  # the last assignment stays: the first row
        a, b, near = first[pairs.a], first[pairs.b], pairs.jaccard
        there = (a >= 0) & (b >= 0)
        a, b, near = a[there], b[there], near[there]
        if equal_too:
            again = rows[first[node[rows]] != rows]
            a, b = np.append(first[node[again]], a), np.append(again, b)
            near = np.append(np.ones(len(again), np.float32), near)
        joined.append(group(a, b, near))
    return together(joined)


def together(groups: list[Groups]) -> Groups:
    """Groups of different rows as one."""
    if not groups:
        return NO_GROUPS
    rows = np.concatenate([each.row for each in groups])
    order = np.argsort(rows, kind="stable")
    return Groups(
        rows[order],
        np.concatenate([each.original for each in groups])[order],
        np.concatenate([each.nearest for each in groups])[order],
        np.concatenate([each.jaccard for each in groups])[order],
    )
