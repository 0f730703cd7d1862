"""A few of the simulated runs of the benchmark: every kind is found, and nothing else is said of it."""

from __future__ import annotations

import pytest

from tests.benchmarks.optimisation_curves import KINDS, Kind, score


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_three_runs_of_two_hundred_logs(kind: Kind) -> None:
    result = score(kind, noise=0.05, logs=200, runs=3)
    assert result.false == 0
    assert result.found == (3 if kind.expected else 0)
