"""A few of the simulated runs of the benchmark: healthy ones in peace, overfitting ones found, whenever one looks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.training_rules import SHAPES, watch


@pytest.mark.parametrize(
    "name", ["healthy", "healthy, 8 evaluations", "warm restarts", "slow fall", "early plateau"]
)
def test_no_warning_at_any_time_in_a_healthy_run(name: str) -> None:
    for seed in range(3):
        watched = watch(SHAPES[name], 0.005, np.random.default_rng(seed))
        assert not watched.warned


@pytest.mark.parametrize("name", ["overfit, +20 %", "overfit, +5 %"])
def test_overfitting_is_found_after_its_turn_and_before_the_end(name: str) -> None:
    for seed in range(3):
        watched = watch(SHAPES[name], 0.005, np.random.default_rng(seed))
        assert watched.warned.keys() == {"overfitting"}
        assert 16 < watched.warned["overfitting"] <= 39
        assert watched.at_the_end == {"overfitting"}
