"""Which rows may hold a loop: words and sentences of many texts hashed at once, and compared with themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ftui.text.style.loops import LONGEST_RUN, PARAGRAPH_WORDS

_BATCH_BYTES = 1 << 18
_MULTIPLIER = 0x9E3779B97F4A7C15
_SEGMENT_BYTES = 8
"""Shorter sentences than four short words are none."""
_REPEATED_BYTES = 2 * PARAGRAPH_WORDS
"""A paragraph of twenty words has more."""
_FOUR = 0x01010101

Integers = NDArray[np.int64]


def rows(answers: pl.DataFrame) -> set[int]:
    """The rows of these texts (columns row, text) that may hold a loop; never leaves one out."""
    found: set[int] = set()
    for batch in _batches(answers):
        numbers = batch["row"].to_numpy()
        for position in _repeating(batch["text"].to_list()):
            found.add(int(numbers[position]))
    return found


def _batches(answers: pl.DataFrame) -> Iterator[pl.DataFrame]:
    sizes = np.cumsum(answers["text"].str.len_bytes().to_numpy().astype(np.int64))
    first = 0
    while first < len(sizes):
        before = int(sizes[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(sizes, before + _BATCH_BYTES, "right")))
        yield answers[first:last]
        first = last


def _repeating(texts: list[str]) -> set[int]:
    """The positions of the texts that repeat themselves."""
    joined = "\0".join(texts)
    if joined.count("\0") >= len(texts):
        joined = "\0".join(text.replace("\0", " ") for text in texts)
    if not joined.isascii():
        joined = joined.replace("。", ".").replace("！", "!").replace("？", "?")
    data = np.frombuffer(joined.encode("utf-8", "replace"), dtype=np.uint8)
    if not len(data):
        return set()
    borders = np.flatnonzero(data == 0)
    prefix = _prefix_hash(data)
    starts, ends = _spans(_BLANK[data])
    found = _runs(_hashes(prefix, starts, ends), _texts_of(starts, borders))
    starts, ends = _spans(_STOP[data])
    for _ in range(_LEADING):
        starts = starts + ((starts < ends - 1) & _LEAD[data[starts]])
    long = ends - starts >= _SEGMENT_BYTES
    starts, ends = starts[long], ends[long]
    found |= _copies(_hashes(prefix, starts, ends), ends - starts, _texts_of(starts, borders))
    return found


def _texts_of(starts: Integers, borders: Integers) -> Integers:
    """Which text each start stands in."""
    counts = np.diff(np.concatenate(([0], np.searchsorted(starts, borders), [len(starts)])))
    return np.repeat(np.arange(len(counts)), counts)


def _table(characters: bytes) -> NDArray[np.bool_]:
    table = np.zeros(256, dtype=bool)
    table[list(characters)] = True
    return table


_BLANK = _table(b"\0 \t\n\r\f\v")
_LEAD = _table(b" \t\r*_\"'-")
_LEADING = 4
"""Bytes before a sentence that do not make it another one."""
_STOP = _table(b"\0.!?\n")


def _prefix_hash(data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """At i, the sum of the bytes before i, each times a power of the multiplier."""
    powers = _powers(len(data), _MULTIPLIER)
    prefix = np.zeros(len(data) + 1, dtype=np.uint64)
    np.cumsum(_MIXED[data] * powers, out=prefix[1:])
    return prefix


_MIXED = np.random.default_rng(7).integers(1, 2**63, 256, dtype=np.uint64)
_MIXED[ord("A") : ord("Z") + 1] = _MIXED[ord("a") : ord("z") + 1]
_KEPT: dict[int, NDArray[np.uint64]] = {}


def _powers(count: int, base: int) -> NDArray[np.uint64]:
    held = _KEPT.get(base)
    if held is None or len(held) < count:
        steps = np.full(max(count, _BATCH_BYTES + (1 << 16)), base, dtype=np.uint64)
        steps[0] = 1
        held = _KEPT[base] = np.cumprod(steps)
    return held[:count]


def _hashes(prefix: NDArray[np.uint64], starts: Integers, ends: Integers) -> NDArray[np.uint64]:
    inverse = pow(_MULTIPLIER, -1, 1 << 64)
    if not len(starts):
        return np.zeros(0, dtype=np.uint64)
    return (prefix[ends] - prefix[starts]) * _powers(len(prefix), inverse)[starts]


def _spans(border: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """The runs between borders."""
    outside = np.ones(len(border) + 2, dtype=bool)
    outside[1:-1] = border
    edges = np.flatnonzero(outside[1:] != outside[:-1])
    return edges[::2], edges[1::2]


def _runs(words: NDArray[np.uint64], of: Integers) -> set[int]:
    """The texts in which words come again at one distance, five and more in a row."""
    short = words.astype(np.uint32)
    found: set[int] = set()
    for period in range(1, min(LONGEST_RUN, len(short) - 1) + 1):
        equal = short[:-period] == short[period:]
        for shift in (0, 2):
            room = (len(equal) - shift) // 4 * 4
            if room <= 0:
                continue
            aligned = np.ascontiguousarray(equal[shift : shift + room]).view(np.uint32)
            at = np.flatnonzero(aligned == _FOUR)
            if len(at):  # once a text: a line of 10 MB repeats at 80 million places
                found.update(np.unique(of[shift + 4 * at]).tolist())
    return found


def _copies(hashes: NDArray[np.uint64], sizes: Integers, of: Integers) -> set[int]:
    """The texts that hold a sentence three times, or enough sentences twice."""
    if not len(hashes):
        return set()
    keys = hashes + of.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    again = np.flatnonzero(ranked[1:] == ranked[:-1]) + 1
    if not len(again):
        return set()
    thrice = again[1:][(np.diff(again) == 1) & (ranked[again[1:]] == ranked[again[:-1]])]
    found = set(of[order[thrice]].tolist())
    texts, repeated = of[order[again]], sizes[order[again]]
    totals = np.bincount(texts, weights=repeated)
    found.update(np.flatnonzero(totals >= _REPEATED_BYTES).tolist())
    return found
