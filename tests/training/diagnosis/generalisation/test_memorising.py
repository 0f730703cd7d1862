"""memorising: steps at epoch borders, and a loss close to zero that nothing stands against."""

from __future__ import annotations

import numpy as np

from ftui.training.diagnosis.diagnose import diagnose
from tests.training.diagnosis.making_runs import not_judged, run_of, said


def _staircase(drop: float, noise: float = 0.03, per: int = 60, seed: int = 1) -> list[float]:
    random = np.random.default_rng(seed)
    level = np.repeat([1.0, 1.0 - drop, (1.0 - drop) ** 2], per)
    return list(level * np.exp(noise * random.normal(size=3 * per)))


def test_drops_at_epoch_borders_with_their_values() -> None:
    verdict = said(run_of(_staircase(0.25), epochs=3))["memorising"]
    assert verdict.severity == "warning"
    drops = verdict.evidence["drops"]
    assert isinstance(drops, list)
    assert [each["epoch"] for each in drops] == [1, 2]
    assert all(0.2 < each["drop"] < 0.3 for each in drops)
    assert [each["step"] for each in drops] == [610, 1210]
    assert verdict.since_step == 660


def test_beside_a_validation_loss_that_holds_it_is_a_remark() -> None:
    run = run_of(_staircase(0.25), [1.0 - 0.01 * index for index in range(18)], every=10, epochs=3)
    assert said(run)["memorising"].severity == "info"


def test_a_steady_fall_and_noise_are_no_staircase() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        falling = 2.5 * np.exp(-np.arange(180) / 60) * np.exp(0.05 * random.normal(size=180))
        assert "memorising" not in said(run_of(list(falling), epochs=3, finished=True))
        assert "memorising" not in said(run_of(_staircase(0.0, 0.2, seed=seed), epochs=3, finished=True))


def test_too_few_points_around_a_border_cannot_be_judged() -> None:
    assert "border" in not_judged(diagnose(run_of([2.0, 1.0, 0.9] * 3, epochs=3)))["memorising"]


def test_a_loss_close_to_zero_without_validation() -> None:
    falling = list(2.0 * np.exp(-np.arange(60) / 8))
    verdict = said(run_of(falling))["memorising"]
    assert verdict.severity == "warning"
    assert verdict.evidence["last"] < 0.05  # type: ignore[operator]


def test_a_loss_close_to_zero_in_the_first_epoch_is_that_of_an_easy_task() -> None:
    train = [
        13.6,
        8.8,
        3.9,
        1.75,
        0.86,
        0.44,
        0.26,
        0.18,
        0.11,
        0.09,
        0.07,
        0.05,
        0.04,
        0.03,
        0.03,
        0.025,
        0.03,
    ]
    assert "memorising" not in said(run_of(train, epochs=0.5))
    assert "memorising" in said(run_of(train, epochs=2.0))


def test_a_loss_that_was_always_small_is_not_close_to_zero_by_training() -> None:
    assert "memorising" not in said(run_of([0.04, 0.03, 0.035] * 20))


def test_rewards_below_zero_are_let_be() -> None:
    assert "memorising" not in said(run_of([-value for value in _staircase(0.25)], epochs=3))
