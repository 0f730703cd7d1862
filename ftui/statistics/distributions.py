"""Counts of values as a distribution, how far two of them are apart, and whether chance alone explains it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]

ROUNDS = 200
"""Permutations of a test: the smallest p-value that it can give is 1 in 201."""
SMALLEST = 1e-4
"""A share of nothing counts as this much, or an empty bin would make the index infinite."""
LENGTH_EDGES = (0, 1, 2, 3, 5, 8, 12, 20, 30, 50, 80, 120, 200, 300, 500, 800, 1200, 2000, 5000, 10000)
"""Borders of length bins (words or tokens): each about half as wide again as the one before."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True)
class Distribution:
    """How often each value occurs, in the order in which it is to be shown."""

    names: tuple[str, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Distribution:
        """Of values, the most frequent first, equals by name; None does not count."""
        return cls.of_counts(Counter(value for value in values if value is not None))

    @classmethod
    def of_counts(cls, counts: Mapping[str, int]) -> Distribution:
        """Of counts, the largest first, equals by name."""
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return cls(tuple(name for name, _ in ordered), tuple(int(count) for _, count in ordered))

    @cached_property
    def total(self) -> int:
        """The sum of all counts."""
        return sum(self.counts)

    @cached_property
    def shares(self) -> tuple[float, ...]:
        """Each count as a part of 1; zeros where there is nothing."""
        return tuple(count / self.total if self.total else 0.0 for count in self.counts)

    def as_dict(self) -> dict[str, int]:
        """Name to count, in order: what evidence holds."""
        return dict(zip(self.names, self.counts, strict=True))

    def shortened(self, most: int, rest: str = "others") -> Distribution:
        """The first values, the others added up as one."""
        if len(self.names) <= most:
            return self
        kept = max(most - 1, 0)
        left = sum(self.counts[kept:])
        return Distribution((*self.names[:kept], rest), (*self.counts[:kept], left))

    def as_bars(self, width: int = 24, most: int = 12, name_width: int = 24) -> list[str]:
        """Lines of name, bar, count and share; the longest bar is `width` cells."""
        shown = self.shortened(most)
        names = [_cut(name, name_width) for name in shown.names]
        wide = max(map(len, names), default=0)
        digits = len(f"{max(shown.counts, default=0):,}")
        return [
            f"{name:<{wide}}  {bar(count / max(shown.counts), width):<{width}} {count:>{digits},}  {share:6.1%}"
            if max(shown.counts)
            else f"{name:<{wide}}"
            for name, count, share in zip(names, shown.counts, shown.shares, strict=True)
        ]


def _cut(name: str, width: int) -> str:
    line = " ".join(name.split()) or "(empty)"
    return line if len(line) <= width else line[: width - 1] + "…"


def bar(share: float, width: int) -> str:
    """A bar of up to `width` cells, drawn in eighths; something is never shown as nothing."""
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0 and not eighths:
        eighths = 1
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def side_by_side(
    names: Sequence[str],
    one: Sequence[float],
    other: Sequence[float],
    *,
    most: int = 8,
    width: int = 14,
    in_order: bool = False,
    name_width: int = 32,
) -> list[str]:
    """Lines of name, share and bar of two sides; those that differ most, or (`in_order`) the first ones."""
    pairs = list(zip(names, one, other, strict=True))
    if not in_order:
        pairs.sort(key=lambda pair: -abs(pair[1] - pair[2]))
    pairs = pairs if in_order and len(pairs) <= 2 * most else pairs[:most]
    longest = max((max(first, second) for _, first, second in pairs), default=0.0) or 1.0
    shown = [_cut(name, name_width) for name, _, _ in pairs]
    wide = max(map(len, shown), default=0)
    return [
        f"{name:<{wide}}  {first:>6.1%} {bar(first / longest, width):<{width}} | {second:>6.1%} "
        f"{bar(second / longest, width)}".rstrip()
        for name, (_, first, second) in zip(shown, pairs, strict=True)
    ]


def histogram(values: ArrayLike, edges: Sequence[float] = LENGTH_EDGES) -> Counts:
    """How many values lie in each bin [edge, next edge); the last has no end, the first none below."""
    numbers = np.asarray(values)
    bins = np.clip(np.searchsorted(np.asarray(edges), numbers, side="right") - 1, 0, len(edges) - 1)
    return np.bincount(bins, minlength=len(edges)).astype(np.int64)


def as_ranges(counts: ArrayLike, edges: Sequence[float] = LENGTH_EDGES) -> Distribution:
    """A histogram as a distribution of ranges (`8–11`), without the empty bins at both ends."""
    held = np.asarray(counts)
    filled = np.flatnonzero(held)
    if not len(filled):
        return Distribution((), ())
    first, last = int(filled[0]), int(filled[-1]) + 1
    names = []
    for at in range(first, last):
        low, high = edges[at], edges[at + 1] - 1 if at + 1 < len(edges) else None
        names.append(f"{low:g}+" if high is None else f"{low:g}" if high <= low else f"{low:g}–{high:g}")
    return Distribution(tuple(names), tuple(held[first:last].tolist()))


def aligned(one: Mapping[str, int], other: Mapping[str, int]) -> tuple[list[str], Counts, Counts]:
    """All names of both, and the counts of each in that order."""
    names = sorted({*one, *other}, key=lambda name: (-(one.get(name, 0) + other.get(name, 0)), name))
    first, second = (np.array([each.get(name, 0) for name in names], np.int64) for each in (one, other))
    return names, first, second


def _shares(counts: NDArray[Any]) -> NDArray[np.float64]:
    totals = counts.sum(axis=-1, keepdims=True)
    shares: NDArray[np.float64] = counts / np.maximum(totals, 1)
    return shares


def psi(expected: ArrayLike, actual: ArrayLike) -> float:
    """Population stability index of aligned counts: sum of (a - e) ln(a / e). 0.1 is a shift, 0.25 a large one.

    Siddiqi, Credit Risk Scorecards (2006).
    """
    return float(_psi(np.asarray(expected), np.asarray(actual)))


def _psi(expected: NDArray[Any], actual: NDArray[Any]) -> NDArray[np.float64]:
    one, other = (np.maximum(_shares(each), SMALLEST) for each in (expected, actual))
    empty = (expected + actual) == 0
    found: NDArray[np.float64] = np.where(empty, 0, (other - one) * np.log(other / one)).sum(axis=-1)
    return found


def jensen_shannon(one: ArrayLike, other: ArrayLike) -> float:
    """Jensen–Shannon divergence of aligned counts in bits: 0 equal, 1 nothing in common. Lin (1991)."""
    return float(_jensen_shannon(np.asarray(one), np.asarray(other)))


def _jensen_shannon(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    p, q = _shares(one), _shares(other)
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, p * np.log2(p / middle), 0) + np.where(q > 0, q * np.log2(q / middle), 0)
    found: NDArray[np.float64] = np.maximum(terms.sum(axis=-1) / 2, 0)
    return found


class Shift(NamedTuple):
    """How far two samples are apart."""

    psi: float
    psi_by_chance: float
    """Mean over the permutations: small samples are apart by chance."""
    jensen_shannon: float
    jensen_shannon_by_chance: float
    p: float
    """Share of permutations with at least this divergence, the observed one counted among them."""


def shift(one: ArrayLike, other: ArrayLike, seed: int = 0, rounds: int = ROUNDS) -> Shift:
    """Compare two samples given as aligned counts, by permutation.

    Dealing the rows of both anew to two samples of the same sizes is drawing from a multivariate hypergeometric
    distribution, so that a million rows cost as little as a hundred.
    """
    first, second = np.asarray(one, np.int64), np.asarray(other, np.int64)
    both = first + second
    dealt = np.random.default_rng(seed).multivariate_hypergeometric(
        both, int(first.sum()), size=rounds, method="marginals"
    )
    return _judged(first, second, dealt, both - dealt)


def shift_of_sets(
    one: NDArray[np.bool_], other: NDArray[np.bool_], seed: int = 0, rounds: int = ROUNDS
) -> Shift:
    """The same where a row has several of the values: rows x values, true where it has it. Rows are permuted."""
    rows = np.concatenate([one, other]).astype(np.float32)
    rng = np.random.default_rng(seed)
    chosen = np.zeros((rounds, len(rows)), np.float32)
    for line in chosen:
        line[rng.permutation(len(rows))[: len(one)]] = 1
    dealt = (chosen @ rows).round().astype(np.int64)
    first, second = one.sum(axis=0), other.sum(axis=0)
    return _judged(first, second, dealt, (first + second) - dealt)


def _judged(one: NDArray[Any], other: NDArray[Any], first: NDArray[Any], second: NDArray[Any]) -> Shift:
    divergence = float(_jensen_shannon(one, other))
    by_chance = _jensen_shannon(first, second)
    at_least = int((by_chance >= divergence - 1e-12).sum())
    return Shift(
        float(_psi(one, other)),
        float(_psi(first, second).mean()),
        divergence,
        float(by_chance.mean()),
        (at_least + 1) / (len(by_chance) + 1),
    )


def cohens_h(one: float, other: float) -> float:
    """Effect size of two shares: the distance of their arcsines. Cohen (1988): 0.2 small, 0.5 medium, 0.8 large."""
    return abs(2 * math.asin(math.sqrt(one)) - 2 * math.asin(math.sqrt(other)))


def two_shares_p(hits: int, rows: int, other_hits: int, other_rows: int) -> float:
    """Two-sided p-value that two shares are equal, by the pooled normal approximation."""
    pooled = (hits + other_hits) / (rows + other_rows)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / other_rows))
    if not spread:
        return 1.0
    return math.erfc(abs(hits / rows - other_hits / other_rows) / spread / math.sqrt(2))
