"""Runs of words as hashes, and the few of them that stand for a text.

Winnowing (Schleimer, Wilkerson, Aiken 2003, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD): of
every WINDOW neighbouring runs the one with the smallest hash is kept, so that two texts with WINDOW + SIZE - 1 words in
common share a kept run; about two of WINDOW + 1 are kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ftui.rules.row_index.shingles import I64, U64, Words, mix, words_of

SIZE, WINDOW = 5, 16
"""Words in a run, and runs in a window: a common run of 20 words is surely seen."""
_BASE = np.uint64(0x9E3779B97F4A7C15)


def words(texts: Sequence[str]) -> Words:
    """The words of texts, folded so that case and Unicode form do not count."""
    return words_of(
        [text if text.isascii() else unicodedata.normalize("NFKC", text).casefold() for text in texts]
    )


def grams(of: Words, size: int) -> tuple[U64, I64]:
    """The runs of `size` words of every text, hashed alike in every process, and where each text's begin."""
    lengths = np.diff(of.offsets)
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(np.maximum(lengths - (size - 1), 0), out=offsets[1:])
    count = len(of.hashes) - (size - 1)
    if count <= 0:
        return np.zeros(0, np.uint64), np.zeros_like(offsets)
    found = of.hashes[:count].copy()
    for i in range(1, size):
        found *= _BASE
        found += of.hashes[i : i + count]
    valid = np.ones(len(of.hashes), np.bool_)
    for last in range(1, size):  # the last words of a text begin no run
        valid[of.offsets[1:][lengths >= last] - last] = False
    return mix(found[valid[:count]]), offsets


def winnowed(hashes: U64, offsets: I64) -> tuple[U64, NDArray[np.int64]]:
    """The runs that stand for each text, and the number of the text that each belongs to."""
    lengths = np.diff(offsets)
    text = np.repeat(np.arange(len(lengths)), lengths)
    last = offsets[1:][text]
    at = np.arange(len(hashes))
    least = hashes.copy()
    shift = 1
    while shift < WINDOW:
        inside = at[:-shift] + shift < last[:-shift]
        np.minimum(least[:-shift], least[shift:], out=least[:-shift], where=inside)
        shift *= 2
    # Whole windows, and the one that a text of fewer runs has.
    whole = (at + WINDOW <= last) | (at == offsets[:-1][text])
    least, text = least[whole], text[whole]
    new = np.ones(len(least), np.bool_)
    new[1:] = (least[1:] != least[:-1]) | (text[1:] != text[:-1])
    return least[new], text[new]


def postings(hashes: U64, rows: NDArray[np.int64]) -> U64:
    """Each run and its row in one number: the lower half of the hash, then the row."""
    return ((hashes & np.uint64(0xFFFFFFFF)) << np.uint64(32)) | rows.astype(np.uint64)


def ranges(sorted_postings: U64, hashes: U64) -> tuple[I64, I64]:
    """Where the rows of each run stand among the sorted postings."""
    keys = hashes & np.uint64(0xFFFFFFFF)
    low = np.searchsorted(sorted_postings, keys << np.uint64(32))
    high = np.searchsorted(sorted_postings, (keys << np.uint64(32)) | np.uint64(0xFFFFFFFF), side="right")
    return low.astype(np.int64), high.astype(np.int64)
