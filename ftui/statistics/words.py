"""Texts as words, and words as weights: what topics and resemblance are counted from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

CHARACTERS = 2_000
"""Of a longer text the first ones count: what it is about is said early."""
_WORD = re.compile(r"[^\W\d_]{2,}(?:['’][^\W\d_]{1,3})?")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each etc few
    for from further get give given had has hasn't have haven't having he her here hers him himself his how however i
    i'd i'll i'm i've if in into is isn't it it's its itself just let let's like make me more most my myself no nor not
    now of off on once one only or other our ours out over own per please same she should shouldn't so some such tell
    than that that's the their theirs them themselves then there there's these they this those through to too two
    under until up upon us use used using very via want was wasn't we we're were what what's when where which while who
    whom why will with won't would wouldn't write you you'd you'll you're you've your yours yourself""".split()  # noqa: SIM905 - thirty lines otherwise
)
"""English words that say nothing about the subject, and those in which prompts ask."""


def words(text: str) -> list[str]:
    """The words of a text in lower case; of scripts without spaces, the pairs of neighbouring characters."""
    found = _WORD.findall(text[:CHARACTERS].lower())
    if text.isascii() or not _UNSPACED.search(text, 0, CHARACTERS):
        return found
    return [piece for word in found for piece in _pieces(word)]


def _pieces(word: str) -> Iterable[str]:
    if not _UNSPACED.search(word):
        return (word,)
    return (word[i : i + 2] for i in range(len(word) - 1))


class Sparse(NamedTuple):
    """Weighted words of many texts: those of text i are term[start[i]:start[i + 1]], and their squares sum to 1."""

    start: I64
    term: NDArray[np.int32]
    weight: F32

    def __len__(self) -> int:
        return len(self.start) - 1

    def dense(self, terms: int, rows: slice = slice(None)) -> F32:
        """Some of the texts as lines of a matrix."""
        first, last, _ = rows.indices(len(self))
        start = self.start[first : last + 1]
        matrix = np.zeros((last - first, terms), np.float32)
        line = np.repeat(np.arange(last - first), np.diff(start))
        within = slice(int(start[0]), int(start[-1]))
        matrix[line, self.term[within]] = self.weight[within]
        return matrix


class Vocabulary:
    """Words that count, with their weight: the inverse of how many texts have them."""

    def __init__(self, names: Sequence[str], rarity: F32) -> None:
        self.names = tuple(names)
        self.rarity = rarity
        """ln((1 + texts) / (1 + texts that have the word)) + 1, as scikit-learn smooths it."""
        self._number = {name: number for number, name in enumerate(self.names)}

    @classmethod
    def of(
        cls, texts: Iterable[Iterable[str]], most: int, *, least: int = 1, widest: float = 1.0
    ) -> Vocabulary:
        """The commonest words of texts, without stop words, those in fewer than `least` texts or in a share above
        `widest`.
        """
        seen: Counter[str] = Counter()
        count = 0
        for text in texts:
            seen.update(set(text))
            count += 1
        limit = max(widest * count, least)
        kept = [
            (name, held) for name, held in seen.items() if least <= held <= limit and name not in STOP_WORDS
        ]
        kept.sort(key=lambda item: (-item[1], item[0]))
        held = np.array([number for _, number in kept[:most]], np.float32)
        return cls(
            [name for name, _ in kept[:most]], (np.log((1 + count) / (1 + held)) + 1).astype(np.float32)
        )

    def __len__(self) -> int:
        return len(self.names)

    def __contains__(self, word: object) -> bool:
        return word in self._number

    def weigh(self, texts: Iterable[Iterable[str]]) -> Sparse:
        """TF-IDF of texts given as words: 1 + ln(count) times rarity, of length 1."""
        number = self._number
        starts = [0]
        terms: list[int] = []
        counts: list[int] = []
        for text in texts:
            held = Counter(number[word] for word in text if word in number)
            terms += held.keys()
            counts += held.values()
            starts.append(len(terms))
        start, term = np.array(starts, np.int64), np.array(terms, np.int32)
        weight = (1 + np.log(np.array(counts, np.float32))) * self.rarity[term]
        row = np.repeat(np.arange(len(start) - 1), np.diff(start))
        length = np.sqrt(np.bincount(row, weight * weight, minlength=len(start) - 1))
        return Sparse(start, term, (weight / length[row]).astype(np.float32) if len(term) else weight)
