"""underfitting: at chance, high and level, or cut short."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ftui.training.diagnosis.inputs import Context
from tests.training.diagnosis.making_runs import run_of, said, warnings


def _at(level: float, count: int, noise: float = 0.003) -> list[float]:
    return list(level * np.exp(noise * np.random.default_rng(3).normal(size=count)))


@pytest.mark.parametrize("classes", [2, 3, 4, 7])
def test_a_loss_that_stays_at_chance(classes: int) -> None:
    chance = math.log(classes)
    alone = said(run_of(_at(chance, 12), _at(chance, 12, 0.001)))["underfitting"]
    assert (alone.severity, alone.sure) == ("info", "possible")
    guessing = run_of(_at(chance, 12), _at(chance, 12, 0.001), eval_accuracy=_at(1 / classes, 12))
    verdict = said(guessing)["underfitting"]
    assert verdict.severity == "warning"
    assert verdict.evidence["classes"] == classes
    assert f"ln({classes})" in verdict.message
    known = said(run_of(_at(chance, 40)), Context(classes=classes))["underfitting"]
    assert known.sure == "certain"


def test_an_accuracy_that_never_changes_and_is_that_of_a_guess() -> None:
    """The loss lies a few per cent from ln(5): the accuracy alone shows that every row gets the same answer."""
    train = [2.0, 1.83, 1.83, 1.78, 1.77, 1.76, 1.77, 1.76]
    validation = [3.9, 2.2, 1.81, 1.655, 1.68, 1.68, 1.67, 1.70]
    run = run_of(train, validation, eval_accuracy=[0.2] * 8)
    verdict = said(run)["underfitting"]
    assert verdict.severity == "warning"
    assert verdict.since_step == 50
    assert "underfitting" not in said(run_of(train, validation, eval_accuracy=[0.2, 0.2, 0.21, *[0.2] * 5]))
    assert "underfitting" not in said(run_of(train, validation, eval_accuracy=[0.6] * 8))


def test_a_loss_that_falls_through_chance_is_not_at_chance() -> None:
    falling = list(np.linspace(1.5, 1.2, 40))
    assert "underfitting" not in said(run_of(falling, falling[::4], every=4))


def test_a_level_loss_of_a_language_model_alone_proves_nothing() -> None:
    assert "underfitting" not in said(run_of(_at(math.log(4), 40)))


def test_a_high_loss_that_will_not_fall_points_at_the_data() -> None:
    high = [18.0, 12.0, 8.0, 6.5, 6.0, *_at(5.8, 55, 0.02)]
    verdict = said(run_of(high, finished=True))["underfitting"]
    assert "LBL" in verdict.advice


def test_a_high_loss_that_falls_or_is_a_sum_over_steps_is_let_be() -> None:
    falling = list(np.linspace(11.0, 5.0, 60))
    assert "underfitting" not in said(run_of(falling, finished=True))
    summed = Context(config={"gradient_accumulation_steps": 16})
    assert "underfitting" not in said(run_of(_at(12.0, 60, 0.02), finished=True), summed)


def test_still_falling_at_the_end_is_a_remark_beside_healthy() -> None:
    falling = [2.0 * 0.95**index for index in range(20)]
    verdicts = said(run_of(falling, falling, epochs=2, finished=True))
    assert verdicts["underfitting"].severity == "info"
    assert "longer" in verdicts["underfitting"].advice
    assert "healthy" in verdicts
    assert "underfitting" not in said(run_of(falling, falling, epochs=2))


def test_a_constant_loss_of_any_size_breaks_nothing() -> None:
    for value in (0.0, -1.0, 1e-300, 1e300, math.inf, math.nan):
        warnings(run_of([value] * 40, [value] * 40, epochs=2, finished=True))
