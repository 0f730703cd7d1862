"""Splits against production: each part of the two distributions compared, and production rows like none in training."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ftui.project.settings import Severity
from ftui.rules.balance.production import Production
from ftui.rules.rule import Context, Finding
from ftui.statistics import topics
from ftui.statistics.distributions import (
    LENGTH_EDGES,
    Counts,
    Shift,
    aligned,
    as_ranges,
    histogram,
    shift,
    shift_of_sets,
)
from ftui.statistics.resemblance import Strangers
from ftui.statistics.words import words
from ftui.text.languages.language import language_of

PARTS = ("class", "length", "vocabulary", "language", "topic")
LARGE = 0.25
MILD = 0.1
"""Population stability index of a large shift and of one worth knowing; half of that of divergence for words."""
WORDS_LARGE = 0.1
P = 0.01
LEAST = 30
LEAST_CLUSTERED = 100
"""Clusters made from fewer rows lie where these rows lie, and others seem to drift."""
SAMPLE = 2_000
"""Rows of each side of which words, language and topic are looked at."""
MOST_WORDS = 300
STRANGERS = 0.05
LEAST_STRANGERS = 5
SEED = 20240229
_SHOWN = 20
_CHARACTERS = 120


@dataclass(frozen=True)
class Compared:
    """One part of one split beside the same of production."""

    split: str
    part: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    production: tuple[int, ...]
    rows: tuple[int, int]
    """How many rows of either side were looked at."""
    shift: Shift

    @property
    def size(self) -> float:
        """How large the shift is beyond chance, in the measure of the part."""
        if self.part == "vocabulary":
            return max(self.shift.jensen_shannon - self.shift.jensen_shannon_by_chance, 0.0)
        return max(self.shift.psi - self.shift.psi_by_chance, 0.0)

    def severity(self, large: float = LARGE) -> Severity | None:
        """A warning, a remark, or nothing."""
        if self.part == "vocabulary":
            large = large * WORDS_LARGE / LARGE
            mild = large / 2
        else:
            mild = min(MILD, large)
        if self.shift.p > P or self.size < mild:
            return None
        return "warning" if self.size >= large else "info"

    @cached_property
    def largest(self) -> tuple[str, float, float]:
        """The value whose share differs most: name, share in the split, share in production."""
        one, other = np.array(self.counts, float), np.array(self.production, float)
        one, other = one / max(one.sum(), 1), other / max(other.sum(), 1)
        if self.part == "vocabulary":
            one = np.array(self.counts) / max(self.rows[0], 1)
            other = np.array(self.production) / max(self.rows[1], 1)
        at = int(np.abs(one - other).argmax())
        return self.names[at], float(one[at]), float(other[at])

    def as_json(self) -> dict[str, Any]:
        """The figures, with counts of at most 40 values."""
        order = np.argsort(-(np.array(self.counts) + np.array(self.production)), kind="stable")[:40]
        shown = order if self.part != "length" else np.arange(len(self.names))
        return {
            "split": self.split,
            "part": self.part,
            "psi": round(self.shift.psi, 4),
            "psi_by_chance": round(self.shift.psi_by_chance, 4),
            "jensen_shannon": round(self.shift.jensen_shannon, 4),
            "jensen_shannon_by_chance": round(self.shift.jensen_shannon_by_chance, 4),
            "p": round(self.shift.p, 4),
            "severity": self.severity(),
            "rows": self.rows[0],
            "production_rows": self.rows[1],
            "counts": {self.names[i]: self.counts[i] for i in shown},
            "production": {self.names[i]: self.production[i] for i in shown},
        }


@dataclass
class Sampled:
    """What is looked at of one side."""

    prompts: list[str] = field(default_factory=list)
    labelled: bool = False
    topics: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)


def of_counts(split: str, part: str, one: Counter[str], other: Counter[str]) -> Compared | None:
    """Two counts of names compared; None where either side is too small."""
    if one.total() < LEAST or other.total() < LEAST:
        return None
    names, first, second = aligned(one, other)
    return _compared(split, part, names, first, second)


def _compared(split: str, part: str, names: Sequence[str], one: Counts, other: Counts) -> Compared:
    return Compared(
        split,
        part,
        tuple(names),
        tuple(one.tolist()),
        tuple(other.tolist()),
        (int(one.sum()), int(other.sum())),
        shift(one, other, SEED),
    )


def of_lengths(split: str, one: Counts, other: Counts) -> Compared | None:
    """Two histograms of words a prompt."""
    if one.sum() < LEAST or other.sum() < LEAST:
        return None
    both = as_ranges(one + other)
    first = int(np.flatnonzero(one + other)[0])
    within = slice(first, first + len(both.names))
    return _compared(split, "length", both.names, one[within], other[within])


def lengths_of(prompts: Sequence[str]) -> Counts:
    """Histogram of words a prompt."""
    return histogram([len(prompt.split()) for prompt in prompts], LENGTH_EDGES)


def of_words(split: str, one: Sequence[str], other: Sequence[str]) -> Compared | None:
    """The commonest words of both, counted once a row."""
    if len(one) < LEAST or len(other) < LEAST:
        return None
    said = [[set(words(text)) for text in _spread(side)] for side in (one, other)]
    seen: Counter[str] = Counter(word for side in said for text in side for word in text)
    names = [word for word, _ in sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:MOST_WORDS]]
    if not names:
        return None
    place = {name: number for number, name in enumerate(names)}
    held = []
    for side in said:
        matrix = np.zeros((len(side), len(names)), np.bool_)
        for line, text in zip(matrix, side, strict=True):
            line[[place[word] for word in text if word in place]] = True
        held.append(matrix)
    first, second = (each.sum(axis=0) for each in held)
    return Compared(
        split,
        "vocabulary",
        tuple(names),
        tuple(first.tolist()),
        tuple(second.tolist()),
        (len(held[0]), len(held[1])),
        shift_of_sets(held[0], held[1], SEED),
    )


def _spread(texts: Sequence[str], most: int = SAMPLE) -> Sequence[str]:
    if len(texts) <= most:
        return texts
    return [texts[i] for i in np.linspace(0, len(texts) - 1, most).astype(int)]


def languages_of(prompts: Sequence[str]) -> Counter[str]:
    """The languages of prompts, those left out of which nothing can be said."""
    return Counter(found for text in _spread(prompts) if (found := language_of(text)) is not None)


def of_samples(
    split: str, one: Sampled, other: Sampled, clusters: topics.Topics | None
) -> Iterator[Compared]:
    """Vocabulary, language and topic."""
    found = [of_words(split, one.prompts, other.prompts)]
    languages = [side.languages or languages_of(side.prompts) for side in (one, other)]
    found.append(of_counts(split, "language", *languages))
    if one.topics.total() >= LEAST and other.topics.total() >= LEAST:
        found.append(of_counts(split, "topic", one.topics, other.topics))
    elif (
        clusters is not None
        and len(clusters)
        and min(len(one.prompts), len(other.prompts)) >= LEAST_CLUSTERED
    ):
        assigned = [clusters.distribution(clusters.assign(_spread(side.prompts))) for side in (one, other)]
        counts = [Counter(each.as_dict()) for each in assigned]
        found.append(of_counts(split, "topic", *counts))
    yield from (each for each in found if each is not None)


def clusters_of(one: Sequence[str], other: Sequence[str]) -> topics.Topics:
    """Topics of both sides together, each with the same number of rows, so that neither decides what a topic is."""
    size = min(len(one), len(other), topics.MOST_TEXTS // 2)
    texts = [*_spread(one, size), *_spread(other, size)]
    return topics.fit(texts, topics.topic_count(len(texts)), SEED)


def finding(compared: Compared, file: int | None, context: Context) -> Finding | None:
    """BAL005 of one part of one split."""
    severity = compared.severity(float(context.option("BAL005", "psi", LARGE)))
    if severity is None:
        return None
    name, share, production = compared.largest
    what = {
        "class": "of class",
        "length": "with words:",
        "topic": "about",
        "language": "in",
        "vocabulary": "with",
    }
    measure = (
        f"Jensen–Shannon {compared.shift.jensen_shannon:.2f}"
        if compared.part == "vocabulary"
        else f"population stability index {compared.shift.psi:.2f}"
    )
    return Finding(
        "BAL005",
        f"the {compared.split} split differs from production in {compared.part} ({measure}, "
        f"p {compared.shift.p:.3f}): {what[compared.part]} {name}, {share:.1%} here and {production:.1%} there",
        evidence=compared.as_json(),
        severity=None if severity == "warning" else severity,
        file=file,
    )


def strangers_finding(found: Strangers, production: Production) -> Finding | None:
    """BAL005 about the production rows that nothing in training resembles."""
    excess = found.share - found.usual
    if len(found.which) < LEAST_STRANGERS or excess < STRANGERS or found.p > P:
        return None
    return Finding(
        "BAL005",
        f"nothing in training resembles {len(found.which):,} production rows, {found.share:.1%} of them "
        f"(of training rows {found.usual:.1%} are as far from all others)",
        evidence={
            "part": "unlike training",
            "production_rows": len(production.rows),
            "unlike": len(found.which),
            "share": round(found.share, 4),
            "usual": round(found.usual, 4),
            "p": float(f"{found.p:.2g}"),
            "cosine_below": round(found.border, 3),
            "rows": stranger_rows(found, production, _SHOWN),
        },
    )


def stranger_rows(found: Strangers, production: Production, most: int | None = None) -> list[dict[str, Any]]:
    """Where these rows are, and how they begin."""
    told = []
    for number in found.which[:most].tolist():
        row = production.rows[number]
        line = " ".join(row.prompt.split())
        text = line if len(line) <= _CHARACTERS else line[: _CHARACTERS - 1] + "…"
        told.append({"path": row.path.name, "row": row.row, "text": text})
    return told
