"""A few of the simulated runs of the benchmark: every kind is found, and nothing else is said of it."""

from __future__ import annotations

import pytest

from tests.benchmarks.optimisation_curves import KINDS, Kind, score


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_three_runs_of_two_hundred_logs(kind: Kind) -> None:
    result = score(kind, noise=0.05, logs=200, runs=3)
    assert result.false == 0
    assert result.found == (3 if kind.expected else 0)


def test_a_short_run_that_is_too_hot_from_its_third_log_on_is_found_in_noise_of_ten_percent() -> None:
    hot, level = (
        next(kind for kind in KINDS if kind.name.startswith(name)) for name in ("too hot", "healthy, level")
    )
    assert score(hot, noise=0.1, logs=60, runs=6).found == 6
    assert score(level, noise=0.1, logs=60, runs=6).false == 0
