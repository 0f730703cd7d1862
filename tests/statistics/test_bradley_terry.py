"""Strengths against a published fit and against a search that knows nothing of the iteration."""

from __future__ import annotations

import math
import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.statistics.bradley_terry import Contest, rank

# Agresti, Categorical Data Analysis (2nd edition), table 10.10: American League baseball, 1987, home and away together.
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
WINS = (
    (0, 7, 9, 7, 7, 9, 11),
    (6, 0, 7, 5, 11, 9, 9),
    (4, 6, 0, 7, 7, 8, 12),
    (6, 8, 6, 0, 6, 7, 10),
    (6, 2, 6, 7, 0, 7, 12),
    (4, 4, 5, 6, 6, 0, 6),
    (2, 4, 1, 3, 1, 7, 0),
)


def beaten(winner: str, loser: str, times: float = 1) -> Contest:
    return Contest((winner, loser), (1.0, 0.0), times)


def baseball() -> list[Contest]:
    return [
        beaten(TEAMS[i], TEAMS[j], WINS[i][j]) for i in range(len(TEAMS)) for j in range(len(TEAMS)) if i != j
    ]


def log_likelihood(values: np.ndarray, contests: list[Contest], names: list[str]) -> float:
    place = {name: i for i, name in enumerate(names)}
    total = 0.0
    for each in contests:
        strengths = values[[place[name] for name in each.members]]
        shares = strengths - np.log(np.exp(strengths).sum())
        total += each.times * float(np.dot(each.points, shares))
    return total


def test_strengths_of_the_baseball_season_are_those_of_the_textbook() -> None:
    found = rank(baseball(), "Baltimore")
    assert found is not None
    assert not found.shrunk
    published = {
        "Milwaukee": 1.58, "Detroit": 1.44, "Toronto": 1.29, "New York": 1.25, "Boston": 1.11, "Cleveland": 0.68,
        "Baltimore": 0.0,
    }  # fmt: skip
    for name, value in published.items():
        assert found.strengths[name].value == pytest.approx(value, abs=0.006)
    # Standard error of Milwaukee's there: 0.34.
    spread = found.strengths["Milwaukee"]
    assert (spread.high - spread.low) / 2 / 1.96 == pytest.approx(0.343, abs=0.006)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_other_strengths_are_likelier_and_errors_are_the_curvature(seed: int) -> None:
    dice = random.Random(seed)
    names = ["a", "b", "c", "d"]
    contests = [beaten(*pair, dice.randint(1, 9)) for pair in combinations(names, 2)]
    contests += [beaten(*pair[::-1], dice.randint(1, 9)) for pair in combinations(names, 2)]
    contests.append(Contest(("a", "b", "c"), (0.0, 1.0, 0.0), 3))
    contests.append(Contest(("a", "d"), (0.5, 0.5), 2))
    found = rank(contests, "a")
    assert found is not None
    values = np.array([found.strengths[name].value for name in names])
    best = log_likelihood(values, contests, names)
    steps = np.eye(4)[1:] * 1e-3
    for step in steps:
        assert log_likelihood(values + step, contests, names) < best
        assert log_likelihood(values - step, contests, names) < best
    hessian = np.array(
        [
            [
                log_likelihood(values + one + two, contests, names)
                - log_likelihood(values + one, contests, names)
                - log_likelihood(values + two, contests, names)
                + best
                for two in steps
            ]
            for one in steps
        ]
    )
    errors = np.sqrt(np.diag(np.linalg.inv(-hessian * 1e6)))
    for name, error in zip("bcd", errors, strict=True):
        held = found.strengths[name]
        assert (held.high - held.low) / 2 / 1.96 == pytest.approx(error, rel=0.02)


def test_two_models_have_the_odds_of_their_votes() -> None:
    found = rank([beaten("tuned", "base", 30), beaten("base", "tuned", 10)], "base")
    assert found is not None
    held = found.strengths["tuned"]
    assert held.value == pytest.approx(math.log(3))
    assert held.chance[0] == pytest.approx(0.75)
    assert (held.high - held.value) / 1.959964 == pytest.approx(math.sqrt(1 / 30 + 1 / 10))


def test_one_that_always_wins_stays_finite_and_says_so() -> None:
    few = rank([beaten("tuned", "base", 3)], "base")
    many = rank([beaten("tuned", "base", 300)], "base")
    assert few is not None
    assert many is not None
    assert few.shrunk
    assert many.shrunk
    assert 0 < few.strengths["tuned"].value < many.strengths["tuned"].value < 20
    assert few.strengths["tuned"].low < 0 < many.strengths["tuned"].low


def test_models_that_nothing_connects_are_not_ranked() -> None:
    assert rank([beaten("a", "b"), beaten("c", "d")], "a") is None
    assert rank([], "a") is None
    assert rank([beaten("a", "b")], "c") is None


def test_ties_alone_give_equal_strengths() -> None:
    found = rank([Contest(("a", "b", "c"), (1 / 3, 1 / 3, 1 / 3), 12)], "a")
    assert found is not None
    assert not found.shrunk
    assert all(each.value == pytest.approx(0, abs=1e-9) for each in found.strengths.values())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_contests_and_sides_changes_nothing(seed: int) -> None:
    dice = random.Random(seed)
    contests = baseball()
    mixed = [Contest(each.members[::-1], each.points[::-1], each.times) for each in contests]
    dice.shuffle(mixed)
    one, other = rank(contests, "Boston"), rank(mixed, "Boston")
    assert one is not None
    assert other is not None
    for name in TEAMS:
        assert one.strengths[name] == pytest.approx(other.strengths[name], abs=1e-7)


def test_votes_that_are_no_independent_observations_widen_the_interval() -> None:
    contests = [beaten("tuned", "base", 30), beaten("base", "tuned", 10)]
    narrow, wide = rank(contests, "base"), rank(contests, "base", spread=4)
    assert narrow is not None
    assert wide is not None
    one, other = narrow.strengths["tuned"], wide.strengths["tuned"]
    assert other.high - other.low == pytest.approx(2 * (one.high - one.low))
