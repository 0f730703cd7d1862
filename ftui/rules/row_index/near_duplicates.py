"""Near-duplicate texts: candidates from MinHash bands, each pair verified on its shingles, and groups of rows.

Texts that are equal word for word are one node, so that a text that stands a thousand times is compared once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.rules.row_index.shingles import BAND_ROWS, BANDS, I64, U32, U64, distinct, mix

THRESHOLD = 0.8
"""Shingle Jaccard from which two texts are near duplicates."""
MARGIN = 0.25
"""Candidates whose signatures agree in less than threshold - margin are not verified: four standard deviations."""
BUCKET = 200
"""Up to so many texts in a bucket every pair is a candidate; in larger ones each text and the next."""
_BUDGET = 1_000_000
"""Candidate pairs that a band may give, or two a row; where there are more, the bucket size is lowered."""
_ENOUGH = 16
"""Verified near ones of a row after which no more are looked for among rows that have as many."""
_PAIRS = 1 << 16
_ELEMENTS = 1 << 22
"""Pairs, and shingles, verified at a time."""
_STEP = 1 << 18

Column = Callable[[int], U64]
"""The band keys (4 values of a signature) of all nodes, by band."""


class Pairs(NamedTuple):
    """Verified pairs of nodes, a < b."""

    a: I64
    b: I64
    jaccard: NDArray[np.float32]

    def where(self, keep: NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        return Pairs(self.a[keep], self.b[keep], self.jaccard[keep])


def candidates(count: int, column: Column, stop: Callable[[], None]) -> tuple[I64, I64]:
    """Pairs of nodes that share a bucket in some band, each once."""
    found = [np.zeros(0, np.uint64)]
    bits = np.uint64(max(count - 1, 1).bit_length())
    for band in range(BANDS):
        stop()
        key = mix(column(band)) & ~((np.uint64(1) << bits) - np.uint64(1))
        # The node stands in the low bits of its key: one plain sort (66 ms a million) in place of an argsort (100 ms).
        found.append(_bucket_pairs(_shared(key), bits))
    mask = (np.uint64(1) << bits) - np.uint64(1)
    pairs = distinct(np.concatenate(found))
    return (pairs >> bits).astype(np.int64), (pairs & mask).astype(np.int64)


def _shared(key: U64) -> U64:
    """Key and node of the nodes whose key may occur again, sorted: a table sorts out those that are alone first."""
    size = 22
    slot = (key >> np.uint64(64 - size)).astype(np.uint32)
    first_of = np.zeros(1 << size, np.uint32)
    nodes = np.arange(len(key), dtype=np.uint32)
    first_of[slot] = nodes
    crowded = np.zeros(1 << size, np.bool_)
    crowded[slot[first_of[slot] != nodes]] = True
    kept = np.flatnonzero(crowded[slot])
    return np.sort(key[kept] | kept.astype(np.uint64))


def _bucket_pairs(packed: U64, bits: np.uint64) -> U64:
    """All pairs within the buckets of sorted keys, as (smaller node, larger node) in one number."""
    key = packed >> bits
    node = packed & ((np.uint64(1) << bits) - np.uint64(1))
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(starts, len(key)))
    limit = _limit(sizes)
    size_at = np.repeat(sizes, sizes)
    found = []
    at = np.flatnonzero(size_at > 1)
    for distance in range(1, limit):
        at = at[at + distance < len(key)]
        at = at[key[at + distance] == key[at]]
        if distance == 2:
            at = at[size_at[at] <= limit]
        if not len(at):
            break
        found.append((node[at] << bits) | node[at + distance])  # nodes ascend within a bucket
    return np.concatenate(found) if found else np.zeros(0, np.uint64)


def _limit(sizes: I64) -> int:
    """The largest bucket of which every pair is a candidate."""
    limit = BUCKET
    budget = max(_BUDGET, 2 * int(sizes.sum()))
    while limit > 8 and (sizes[sizes <= limit].astype(np.float64) ** 2).sum() / 2 > budget:
        limit //= 2
    return limit


def agreement(a: I64, b: I64, column: Column) -> NDArray[np.uint8]:
    """In how many of their 64 values the signatures of each candidate pair agree."""
    agreed = np.zeros(len(a), np.uint8)
    for band in range(BANDS):
        keys = column(band)
        for start in range(0, len(a), _STEP):
            part = slice(start, start + _STEP)
            lanes = (keys[a[part]] ^ keys[b[part]]).view(np.uint16).reshape(-1, BAND_ROWS)
            agreed[part] += (lanes == 0).sum(axis=1, dtype=np.uint8)
    return agreed


def verify(
    a: I64, b: I64, sets: Callable[[I64], Iterator[U32]], threshold: float, stop: Callable[[], None]
) -> Pairs:
    """The pairs of rows whose shingle sets have a Jaccard of at least the threshold.

    `sets` gives the shingles of sorted rows. The likeliest pairs come first; between two rows that have 16 near ones
    each no more are looked for, so that 400 fillings of one template are no 80,000 pairs.
    """
    rows = distinct(np.concatenate([a, b]))
    flat, borders = _sets(list(sets(rows)))
    first, second = np.searchsorted(rows, a), np.searchsorted(rows, b)
    known = np.zeros(len(rows), np.int64)
    found = [Pairs(a[:0], b[:0], np.zeros(0, np.float32))]
    longest = np.maximum.accumulate(np.diff(borders)[first] + np.diff(borders)[second])
    start = 0
    while start < len(a):
        stop()
        size = max(_ELEMENTS // max(int(longest[min(start + _PAIRS, len(a)) - 1]), 1), 1)
        block = np.arange(start, min(start + min(size, _PAIRS), len(a)))
        start += len(block)
        block = block[(known[first[block]] < _ENOUGH) | (known[second[block]] < _ENOUGH)]
        value = _jaccards(flat, borders, first[block], second[block])
        near = value >= np.float32(threshold)
        kept = block[near]
        np.add.at(known, first[kept], 1)
        np.add.at(known, second[kept], 1)
        found.append(Pairs(a[kept], b[kept], value[near]))
    return Pairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def _sets(shingles: Sequence[U32]) -> tuple[U32, I64]:
    """The shingles of each row once, as one array and its borders."""
    sizes = np.fromiter(map(len, shingles), np.int64, len(shingles))
    row = np.repeat(np.arange(len(shingles), dtype=np.uint64), sizes)
    keys = distinct((row << np.uint64(32)) | np.concatenate([np.zeros(0, np.uint32), *shingles]))
    starts = np.arange(len(shingles) + 1, dtype=np.uint64) << np.uint64(32)
    return keys.astype(np.uint32), np.searchsorted(keys, starts)


def _jaccards(flat: U32, borders: I64, a: I64, b: I64) -> NDArray[np.float32]:
    """The Jaccard of pairs of sets: what stands twice among the sorted shingles of a pair is in both."""
    keys = []
    sizes = np.zeros(len(a), np.int64)
    for side in (a, b):
        lengths = borders[side + 1] - borders[side]
        pair = np.repeat(np.arange(len(a)), lengths)
        place = np.arange(len(pair)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + borders[side][pair]
        keys.append((pair.astype(np.uint64) << np.uint64(32)) | flat[place])
        sizes += lengths
    ordered = np.sort(np.concatenate(keys))
    twice = ordered[1:][ordered[1:] == ordered[:-1]] >> np.uint64(32)
    shared = np.bincount(twice.astype(np.int64), minlength=len(a))
    value: NDArray[np.float32] = (shared / np.maximum(sizes - shared, 1)).astype(np.float32)
    return value


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    """Shared shingles over all shingles; 0 when neither has any."""
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 0.0


@dataclass
class Groups:
    """Rows in groups, a line each, sorted by row: the group's first row, the nearest other member, and how near."""

    row: I64
    original: I64
    nearest: I64
    jaccard: NDArray[np.float32]

    def at(self, row: int) -> int:
        """The line of a row; -1 where it is in no group."""
        line = int(np.searchsorted(self.row, row))
        return line if line < len(self.row) and self.row[line] == row else -1

    def members(self, original: int) -> I64:
        """All rows of the group of this original."""
        originals, rows = self._by_original
        first, last = np.searchsorted(originals, original), np.searchsorted(originals, original, side="right")
        return rows[first:last]

    @cached_property
    def _by_original(self) -> tuple[I64, I64]:
        order = np.argsort(self.original, kind="stable")
        return self.original[order], self.row[order]

    @property
    def others(self) -> I64:
        """All rows but the originals."""
        others: I64 = self.row[self.row != self.original]
        return others


NO_GROUPS = Groups(
    np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32)
)


def group(a: I64, b: I64, near: NDArray[np.float32]) -> Groups:
    """Rows joined by pairs, as groups; the nearest of a row is the member with the highest Jaccard among its pairs."""
    if not len(a):
        return NO_GROUPS
    rows, at = np.unique(np.concatenate([a, b]), return_inverse=True)
    first, second = at[: len(a)], at[len(a) :]
    root = components(len(rows), first, second)
    one, other, value = np.append(first, second), np.append(second, first), np.append(near, near)
    order = np.lexsort((other, -value, one))
    best = order[np.searchsorted(one[order], np.arange(len(rows)))]
    return Groups(rows, rows[root], rows[other[best]], value[best])


def components(count: int, a: I64, b: I64) -> I64:
    """The smallest node that each node is joined to: union-find over whole arrays."""
    root = np.arange(count, dtype=np.int64)
    while True:
        left, right = root[a], root[b]
        differ = left != right
        if not differ.any():
            return root
        a, b, left, right = a[differ], b[differ], left[differ], right[differ]
        lower = np.minimum(left, right)
        np.minimum.at(root, np.maximum(left, right), lower)
        while True:
            jumped = root[root]
            if np.array_equal(jumped, root):
                break
            root = jumped


class Equal(NamedTuple):
    """Rows with equal keys: the number of each row's group, and each group's first row and size."""

    group: I64
    first: I64
    size: I64


def equal(keys: U64) -> Equal:
    """Rows grouped by key."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    fresh = np.ones(len(keys), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    starts = np.flatnonzero(fresh)
    number = np.empty(len(keys), np.int64)
    number[order] = np.cumsum(fresh) - 1
    return Equal(number, order[starts], np.diff(np.append(starts, len(keys))))


def slices(array: U32, starts: Sequence[int], ends: Sequence[int]) -> Iterator[U32]:
    """Parts of an array without its zeros (the places of template shingles)."""
    for start, end in zip(starts, ends, strict=True):
        part = array[start:end]
        yield part[part != 0]
