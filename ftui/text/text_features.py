"""Texts as bags of hashed features: words, pairs of neighbouring words, groups of four letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BITS = 16
"""65,536 features: in banking77 (10,000 texts) two in a hundred share a place with another."""
LETTERS = 4
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_PRIME = np.uint64(1099511628211)


class Bags(NamedTuple):
    """Bags of several texts, one behind the other."""

    features: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    """How often a feature stands in its text, up to 255."""
    sizes: NDArray[np.int32]
    """Different features a text."""


def bags(
    texts: Sequence[str], words: NDArray[np.uint64], sizes: NDArray[np.int64], letters: bool = True
) -> Bags:
    """The bags of texts whose words are given as hashes, and how many of them each text has."""
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), sizes)
    parts = [(owner, words * _GOLDEN)]
    if len(words) > 1:
        together = owner[1:] == owner[:-1]
        pairs = ((words[:-1] * _GOLDEN) ^ words[1:]) * _MIX
        parts.append((owner[1:][together], pairs[together]))
    if letters:
        parts.append(_letter_groups(texts))
    key = np.concatenate(
        [(row << BITS) | (each >> np.uint64(64 - BITS)).astype(np.int64) for row, each in parts]
    )
    found, counts = np.unique(key, return_counts=True)
    return Bags(
        (found & ((1 << BITS) - 1)).astype(np.uint16),
        np.minimum(counts, 255).astype(np.uint8),
        np.bincount(found >> BITS, minlength=len(texts)).astype(np.int32),
    )


def _letter_groups(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Four bytes of the lower-cased text at a time, a space before and behind it."""
    coded = [f" {text.lower()} ".encode(errors="replace") for text in texts]
    buffer = np.frombuffer(b"".join(coded), np.uint8).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), [len(each) for each in coded])
    if len(buffer) < LETTERS:
        return owner[:0], buffer[:0]
    many = len(buffer) - LETTERS + 1
    hashed = np.zeros(many, np.uint64)
    for step in range(LETTERS):
        hashed = hashed * _PRIME + buffer[step : step + many]
    inside = owner[:many] == owner[LETTERS - 1 :]
    return owner[:many][inside], (hashed * _GOLDEN)[inside]
