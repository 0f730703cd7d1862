"""The gist of a prompt: its words without articles, greetings and politeness, in their order, as one hash.

Word triples see that two long prompts are nearly the same; in a prompt of ten words one article in the middle changes
half of them. Prompts with one gist are compared whatever share of their triples is the same.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ftui.rules.row_index.shingles import I64, U64, Words, sequence_hash, words_of

LEAST = 4
"""Words of a gist; fewer are no question."""
POLITE = frozenset((
    "a", "an", "the", "please", "pls", "plz", "kindly", "hi", "hello", "hey", "dear", "thanks", "thank", "thx", "so",
    "just", "also", "really", "very", "quite", "ok", "okay", "well", "um", "uh", "oh", "actually", "basically",
    "simply", "can", "could", "would", "you", "i", "me", "my", "we", "us", "our", "is", "are", "am", "have", "s", "m",
    "re", "ve", "d",
    "hallo", "bitte", "danke", "der", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer",
    "bonjour", "salut", "svp", "stp", "merci", "le", "la", "les", "un", "une",
    "hola", "por", "favor", "gracias", "el", "los", "las", "una",
    "ciao", "salve", "grazie", "il", "lo", "gli", "olá", "obrigado", "obrigada",
))  # fmt: skip
"""Words that no answer follows from; those of other languages mean nothing else in English."""


def gists(words: Words, wanted: NDArray[np.bool_]) -> U64:
    """The gist of each wanted text; 0 for the others, and where too few words are left."""
    lengths = np.diff(words.offsets)
    found = np.zeros(len(lengths), np.uint64)
    if not wanted.any():
        return found
    hashes = words.hashes[np.repeat(wanted, lengths)]
    kept = ~_polite(hashes)
    counts = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    borders = np.concatenate([[0], np.cumsum(lengths[wanted])]).astype(np.int64)
    offsets: I64 = counts[borders]
    told = sequence_hash(Words(hashes[kept], offsets))
    found[wanted] = np.where(np.diff(offsets) >= LEAST, told, 0)
    return found


def _polite(hashes: U64) -> NDArray[np.bool_]:
    table, known = _table()
    maybe = np.flatnonzero(table[hashes & np.uint64(0xFFFF)])
    found = np.zeros(len(hashes), np.bool_)
    found[maybe] = np.isin(hashes[maybe], known)
    return found


@cache
def _table() -> tuple[NDArray[np.bool_], U64]:
    """Which low bits a polite word has, which sorts out nearly all others, and the hashes."""
    known = words_of([" ".join(sorted(POLITE))]).hashes
    table = np.zeros(1 << 16, np.bool_)
    table[known & np.uint64(0xFFFF)] = True
    return table, known
