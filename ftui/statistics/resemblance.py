"""Which texts of a few resemble nothing among many: the best cosine of each with the texts that pass by.

How near the nearest should be depends on the data: short questions about one product are near each other, essays are
not. So some of the many stand in the index as well, and how near they are to their own nearest is the measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.statistics.distributions import two_shares_p
from ftui.statistics.words import F32, I64, Vocabulary, words

HIGHEST = 0.25
"""Cosine of TF-IDF words from which a text always counts as resembling another."""
USUAL = 0.05
"""The share of the many whose nearest is farther than the border."""
PROBES = 500
_SAME = 0.9999
_TERMS = 50_000
_PIECE = 512


class Strangers(NamedTuple):
    """The few that resemble nothing among the many."""

    which: I64
    """Numbers of these texts, the farthest first."""
    border: float
    share: float
    usual: float
    """The share of the many that are as far from all others."""
    p: float
    """That the two shares are equal."""


class Resemblance:
    """An index of a few texts, over which many others are led in pieces, in any number of processes."""

    def __init__(self, few: Sequence[str], some: Sequence[str]) -> None:
        """`some` of the many: they tell common words from rare ones, and 500 of them give the measure."""
        step = max(len(some) // PROBES, 1)
        probes = some[::step][:PROBES]
        said = [words(text) for text in (*few, *probes)]
        self.vocabulary = Vocabulary.of([*said[: len(few)], *(words(text) for text in some)], _TERMS)
        vectors = self.vocabulary.weigh(said)
        self.few = len(few)
        self.count = len(vectors)
        order = np.argsort(vectors.term, kind="stable")
        self._text = np.repeat(np.arange(self.count), np.diff(vectors.start))[order]
        self._weight = vectors.weight[order]
        self._start = np.searchsorted(vectors.term[order], np.arange(len(self.vocabulary) + 1))
        self._told = np.diff(vectors.start) > 0

    def nearest(self, texts: Iterable[str]) -> F32:
        """For each text in the index its best cosine with any of these; 0 where none has a word of it."""
        best = np.zeros(self.count, np.float32)
        vectors = self.vocabulary.weigh(words(text) for text in texts)
        for first in range(0, len(vectors), _PIECE):
            last = min(first + _PIECE, len(vectors))
            start = vectors.start[first : last + 1]
            within = slice(int(start[0]), int(start[-1]))
            row = np.repeat(np.arange(last - first), np.diff(start))
            near = self._against(row, vectors.term[within], vectors.weight[within], last - first)
            near[:, self.few :][near[:, self.few :] > _SAME] = 0  # a probe is among the many itself
            np.maximum(best, near.max(axis=0, initial=0), out=best)
        return best

    def _against(self, row: I64, term: NDArray[Any], weight: F32, rows: int) -> NDArray[np.float64]:
        """Cosines of a piece with all: every word of a text meets those in the index that have it."""
        met = self._start[term + 1] - self._start[term]
        at = np.repeat(self._start[term] - np.cumsum(met) + met, met) + np.arange(int(met.sum()))
        place = np.repeat(row, met) * self.count + self._text[at]
        product = np.repeat(weight, met) * self._weight[at]
        near: NDArray[np.float64] = np.bincount(place, product, rows * self.count).astype(np.float64)
        return near.reshape(rows, self.count)

    def strangers(self, best: F32) -> Strangers:
        """Those of the few that are farther from everything than nearly all of the many are from each other.

        `best` is the maximum over all pieces. A text without a word to go by is no stranger.
        """
        told = self._told
        own = best[self.few :][told[self.few :]]
        border = min(float(np.quantile(own, USUAL)), HIGHEST) if len(own) else 0.0
        far = np.flatnonzero(told[: self.few] & (best[: self.few] <= border))
        which = far[np.argsort(best[far], kind="stable")]
        rows, others = int(told[: self.few].sum()), len(own)
        if not rows or not others:
            return Strangers(which[:0], border, 0.0, 0.0, 1.0)
        usual = int((own <= border).sum())
        p = two_shares_p(len(which), rows, usual, others)
        return Strangers(which, border, len(which) / rows, usual / others, p)
