"""What texts are about: clusters of TF-IDF vectors by spherical k-means, each named by its top words.

Dhillon and Modha, Concept decompositions for large sparse text data using clustering (2001).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ftui.statistics.distributions import Distribution
from ftui.statistics.words import F32, I64, Vocabulary, words

MOST_TERMS = 1_500
MOST_TEXTS = 3_000
"""Texts that the clusters are made from; more of them move the centres little and cost time (0.3 s in all)."""
WIDEST = 0.25
"""A word in more of the texts belongs to no topic."""
NO_TOPIC = -1
"""The topic of a text that has no word of the vocabulary."""
_ITERATIONS = 25
_STARTS = 2
_TOP = 5
_BLOCK = 4_096


@dataclass(frozen=True)
class Topics:
    """Clusters of texts."""

    vocabulary: Vocabulary
    centres: F32
    """Topics x words, each of length 1; the largest topic first."""

    def __len__(self) -> int:
        return len(self.centres)

    @property
    def names(self) -> list[str]:
        """Each topic by its top words: `refund, money, bank, transfer, card`."""
        return [", ".join(self.top_words(topic)) for topic in range(len(self))]

    def top_words(self, topic: int, count: int = _TOP) -> list[str]:
        """The words that weigh most in a topic."""
        centre = self.centres[topic]
        best = np.argsort(-centre, kind="stable")[:count]
        return [self.vocabulary.names[term] for term in best if centre[term] > 0]

    def assign(self, texts: Sequence[str]) -> I64:
        """The topic of each text; NO_TOPIC where no word tells. About 25 µs a text of 50 words."""
        found = [self._assign(texts[start : start + _BLOCK]) for start in range(0, len(texts), _BLOCK)]
        return np.concatenate([np.zeros(0, np.int64), *found])

    def _assign(self, texts: Sequence[str]) -> I64:
        if not len(self):
            return np.full(len(texts), NO_TOPIC, np.int64)
        vectors = self.vocabulary.weigh(words(text) for text in texts)
        near = vectors.dense(len(self.vocabulary)) @ self.centres.T
        topic: I64 = np.where(np.diff(vectors.start) > 0, near.argmax(axis=1), NO_TOPIC)
        return topic

    def distribution(self, assigned: I64) -> Distribution:
        """How many texts each topic has; those of none are left out."""
        counts = np.bincount(assigned[assigned >= 0], minlength=len(self))
        named = dict(zip(self.names, counts.tolist(), strict=True))
        return Distribution.of_counts({name: count for name, count in named.items() if count})


def topic_count(texts: int) -> int:
    """How many topics so many texts are cut into: one for every 40, from 3 to 12."""
    return min(max(texts // 40, 3), 12)


def fit(texts: Sequence[str], k: int, seed: int = 0) -> Topics:
    """At most k topics of texts (an even sample of more than 3,000); the same ones for the same texts and seed."""
    if len(texts) > MOST_TEXTS:
        texts = [texts[i] for i in np.linspace(0, len(texts) - 1, MOST_TEXTS).astype(int)]
    said = [words(text) for text in texts]
    vocabulary = Vocabulary.of(said, MOST_TERMS, least=2, widest=WIDEST)
    vectors = vocabulary.weigh(said)
    matrix = vectors.dense(len(vocabulary))[np.diff(vectors.start) > 0]
    if len(matrix) < k or not len(vocabulary):
        return Topics(vocabulary, np.zeros((0, len(vocabulary)), np.float32))
    rng = np.random.default_rng(seed)
    centres, _ = max((_cluster(matrix, k, rng) for _ in range(_STARTS)), key=lambda found: found[1])
    sizes = np.bincount((matrix @ centres.T).argmax(axis=1), minlength=len(centres))
    return Topics(vocabulary, centres[np.argsort(-sizes, kind="stable")][: int((sizes > 0).sum())])


def _cluster(matrix: F32, k: int, rng: np.random.Generator) -> tuple[F32, float]:
    """Centres, and how near the texts are to theirs on the whole."""
    centres = _first_centres(matrix, k, rng)
    before = -1.0
    for _ in range(_ITERATIONS):
        near = matrix @ centres.T
        own = near.argmax(axis=1)
        cohesion = float(near[np.arange(len(own)), own].sum())
        if cohesion - before < 1e-4 * max(before, 1.0):
            break
        before = cohesion
        for topic in range(k):
            members = matrix[own == topic]
            if len(members):
                centres[topic] = _of_length_one(members.sum(axis=0))
    return centres, before


def _first_centres(matrix: F32, k: int, rng: np.random.Generator) -> F32:
    """k-means++: each next centre a text far from those before, by chance in proportion to its squared distance."""
    chosen = [int(rng.integers(len(matrix)))]
    distance = 1 - matrix @ matrix[chosen[0]]
    for _ in range(k - 1):
        weight = np.maximum(distance, 0).astype(np.float64)
        total = weight.sum()
        pick = rng.choice(len(matrix), p=weight / total) if total > 1e-9 else rng.integers(len(matrix))
        chosen.append(int(pick))
        distance = np.minimum(distance, 1 - matrix @ matrix[chosen[-1]])
    return matrix[chosen].copy()


def _of_length_one(vector: F32) -> F32:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector
