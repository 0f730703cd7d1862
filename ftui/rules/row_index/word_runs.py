"""Texts as runs of five words, folded so that case, Unicode form and punctuation do not count, hashed to 64 bits."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ftui.rules.row_index.shingles import I64, U64, mix, spans_of, words_of

SIZE = 5
"""Words in a run: with every tenth word changed 59 % of the runs are left, of runs of 13 a quarter."""
_BASE = np.uint64(0x9E3779B97F4A7C15)


class Runs(NamedTuple):
    """The runs of many texts; those of text i are hashes[offsets[i]:offsets[i + 1]]."""

    hashes: U64
    offsets: I64


class Placed(NamedTuple):
    """The runs of one text and where each starts and ends, in characters of the text as it is."""

    hashes: U64
    starts: I64
    ends: I64


def runs_of(texts: Sequence[str]) -> Runs:
    """The runs of every text; the same hashes in every process and version, so that they can be kept."""
    words = words_of([text if text.isascii() else _fold(text) for text in texts])
    lengths = np.diff(words.offsets)
    offsets = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.maximum(lengths - (SIZE - 1), 0), out=offsets[1:])
    every = _hash(words.hashes)
    valid = np.ones(len(words.hashes), np.bool_)
    for last in range(1, SIZE):  # the last words of a text begin no run
        valid[words.offsets[1:][lengths >= last] - last] = False
    return Runs(every[valid[: len(every)]], offsets)


def placed_runs(text: str) -> Placed:
    """The runs of one text, with their places."""
    if text.isascii():
        starts, ends, hashes = spans_of(text)
    else:
        folded, source = _fold_with_places(text)
        starts, ends, hashes = spans_of(folded)
        starts, ends = source[starts], source[ends - 1] + 1 if len(ends) else ends
    count = max(len(hashes) - (SIZE - 1), 0)
    return Placed(_hash(hashes), starts[:count], ends[SIZE - 1 :])


def _hash(words: U64) -> U64:
    count = len(words) - (SIZE - 1)
    if count <= 0:
        return np.zeros(0, np.uint64)
    found = words[:count].copy()
    for i in range(1, SIZE):
        found *= _BASE
        found += words[i : i + count]
    return mix(found)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _fold_with_places(text: str) -> tuple[str, I64]:
    """The folded text, and for each of its characters the character of the text that it comes from."""
    pieces: list[str] = []
    source: list[int] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and unicodedata.combining(text[at]):
            continue  # an accent belongs to the letter before it
        piece = text[start:at]
        folded = piece.lower() if piece.isascii() else _fold(piece)
        pieces.append(folded)
        source += [start] * len(folded)
        start = at
    return "".join(pieces), np.array(source, np.int64)
