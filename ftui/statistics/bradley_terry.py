"""How strong each of several is, from who won against whom: the Bradley–Terry model, and Luce's for three and more.

Bradley, R. A., Terry, M. E. (1952), "Rank analysis of incomplete block designs", Biometrika 39(3/4).
Hunter, D. R. (2004), "MM algorithms for generalized Bradley–Terry models", Annals of Statistics 32(1): the iteration,
and (after Ford, 1957) when there is a solution at all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ftui.statistics.wilson import Z

_ROUNDS = 10_000
_NEAR = 1e-10


class Contest(NamedTuple):
    """Two or more that were compared, and how the one point was given: 1 to the winner, a half each in a tie of two."""

    members: tuple[str, ...]
    points: tuple[float, ...]
    times: float = 1.0


class Strength(NamedTuple):
    """Of one: log-odds to win against the reference, with 95 % bounds (0 to 0 for the reference itself)."""

    value: float
    low: float
    high: float

    @property
    def chance(self) -> tuple[float, float, float]:
        """Probability to win against the reference, with its bounds."""
        return tuple(1 / (1 + math.exp(-max(min(each, 700.0), -700.0))) for each in self)  # type: ignore[return-value]


class Ranking(NamedTuple):
    """All that were compared, by name."""

    reference: str
    strengths: Mapping[str, Strength]
    shrunk: bool
    """Whether somebody never lost (or never won), so that a prior had to bound the strengths: see `rank`."""


def rank(contests: Iterable[Contest], reference: str, spread: float = 1.0) -> Ranking | None:
    """The most likely strengths; None where the contests do not connect all who are in them, or there are none.

    Where some never lost against the others, the likelihood has no maximum. There, and only there, each is given one
    tie more against an opponent of middling strength that does not exist: the strengths stay finite, and shrink
    towards each other. `spread` widens the intervals: variance as a multiple, for contests that are not independent.
    """
    held = [each for each in contests if len(each.members) > 1 and sum(each.points) > 0 and each.times > 0]
    names = sorted({name for each in held for name in each.members})
    if reference not in names or not _reach(names, held, both_ways=True):
        return None
    shrunk = not _reach(names, held, both_ways=False)
    prior = [Contest((name, ""), (0.5, 0.5)) for name in names] if shrunk else []
    worth = _iterate(names, held + prior)
    errors = _errors(names, held + prior, worth, reference, spread)
    middle = math.log(worth[reference])
    strengths = {}
    for name in names:
        value = math.log(worth[name]) - middle if name != reference else 0.0
        strengths[name] = Strength(value, value - Z * errors[name], value + Z * errors[name])
    return Ranking(reference, strengths, shrunk)


def _reach(names: Sequence[str], contests: Sequence[Contest], *, both_ways: bool) -> bool:
    """Whether each can be reached from each, from loser to winner, or (`both_ways`) from opponent to opponent."""
    after: dict[str, set[str]] = {name: set() for name in names}
    before: dict[str, set[str]] = {name: set() for name in names}
    for each in contests:
        for winner, points in zip(each.members, each.points, strict=True):
            for other in each.members:
                if winner != other and (points > 0 or both_ways):
                    after[other].add(winner)
                    before[winner].add(other)
    return all(_reached(names[0], ways) == len(names) for ways in (after, before))


def _reached(start: str, ways: Mapping[str, set[str]]) -> int:
    seen, waiting = {start}, [start]
    while waiting:
        new = ways[waiting.pop()] - seen
        seen |= new
        waiting += new
    return len(seen)


def _iterate(names: Sequence[str], contests: Sequence[Contest]) -> dict[str, float]:
    """Hunter's minorisation: points of each over the sum of 1 / (worth in its contests), until nothing moves."""
    points = dict.fromkeys(names, 0.0)
    for each in contests:
        for name, got in zip(each.members, each.points, strict=True):
            if name:
                points[name] += got * each.times
    worth = {**dict.fromkeys(names, 1.0), "": 1.0}
    for _ in range(_ROUNDS):
        weights = dict.fromkeys(worth, 0.0)
        for each in contests:
            share = each.times * sum(each.points) / sum(worth[name] for name in each.members)
            for name in each.members:
                weights[name] += share
        new = {name: points[name] / weights[name] for name in names}
        # The prior's opponent keeps its worth of 1; without it, only ratios are determined.
        scale = 1.0 if weights[""] else math.exp(sum(map(math.log, new.values())) / len(names))
        moved = max(abs(math.log(new[name] / scale / worth[name])) for name in names)
        worth.update({name: value / scale for name, value in new.items()})
        if moved < _NEAR:
            break
    return worth


def _errors(
    names: Sequence[str],
    contests: Sequence[Contest],
    worth: Mapping[str, float],
    reference: str,
    spread: float,
) -> dict[str, float]:
    """Standard errors of the log-odds against the reference, from the information matrix."""
    import numpy as np

    fixed = "" if any("" in each.members for each in contests) else reference
    free = [name for name in names if name != fixed]
    place = {name: i for i, name in enumerate(free)}
    information = np.zeros((len(free), len(free)))
    for each in contests:
        total = sum(worth[name] for name in each.members)
        times = each.times * sum(each.points)
        shares = [(place[name], worth[name] / total) for name in each.members if name in place]
        for i, p in shares:
            information[i, i] += times * p
            for j, q in shares:
                information[i, j] -= times * p * q
    covariance = np.linalg.inv(information) * max(spread, 1.0)
    errors = {}
    for name in names:
        along = np.zeros(len(free))
        if name in place:
            along[place[name]] += 1
        if reference in place:
            along[place[reference]] -= 1
        errors[name] = math.sqrt(max(float(along @ covariance @ along), 0.0))
    return errors
