"""non-finite: NaN and infinity, zeros that stand for them, and steps that loss scaling skips."""

from __future__ import annotations

import numpy as np
import pytest

from ftui.training.diagnosis.inputs import Context
from tests.training.diagnosis.making_runs import run_of, said, warnings
from tests.training.diagnosis.optimisation.curves import INF, NAN, falling, training

GOOD = falling(40)


@pytest.mark.parametrize("value", [NAN, INF])
def test_a_loss_that_is_no_number_is_critical_at_its_first_log(value: float) -> None:
    verdict = said(training([*GOOD[:20], value]))["non-finite"]
    assert verdict.severity == "critical"
    assert verdict.since_step == 210
    assert verdict.evidence["recovered"] is False


def test_a_loss_that_is_a_number_again_is_a_warning() -> None:
    verdict = said(training([*GOOD[:20], NAN, *GOOD[21:]]))["non-finite"]
    assert verdict.severity == "warning"
    assert "finite again after step 210" in verdict.message


def test_a_zero_beside_a_gradient_that_is_nan_is_nan() -> None:
    verdict = said(training([*GOOD[:20], 0.0], norm=[*[1.0] * 20, NAN]))["non-finite"]
    assert verdict.severity == "critical"
    assert verdict.since_step == 210
    assert "0.0, which stands for NaN" in verdict.message


def test_three_zeros_are_nan_and_two_are_not_yet() -> None:
    assert "non-finite" not in said(training([*GOOD[:20], 0.0, 0.0]))
    assert said(training([*GOOD[:20], 0.0, 0.0, 0.0]))["non-finite"].severity == "critical"


def test_a_loss_printed_as_zero_is_none_where_it_was_near_zero_or_has_a_gradient() -> None:
    learnt = [0.5, 0.1, 0.02, 0.01, 0.004, 0.003, 0.001, 0.001, 0.0, 0.0, 0.0, 0.0]
    assert "non-finite" not in said(training(learnt))
    zero_by_design = [0.0] * 12
    assert "non-finite" not in said(training(zero_by_design, norm=[0.3] * 12))
    assert "non-finite" not in said(training(zero_by_design, reward=[0.1] * 12))


def test_single_infinite_norms_are_steps_that_loss_scaling_skips() -> None:
    norm = [INF, INF, *[1.0] * 20, INF, *[1.0] * 17]
    verdict = said(training(GOOD, norm=norm))["non-finite"]
    assert verdict.severity == "info"
    assert "loss scaling" in verdict.message


def test_the_same_norms_in_a_run_without_fp16_are_a_warning() -> None:
    run = training(GOOD, norm=[INF, *[1.0] * 39])
    context = Context(config={"fp16": False, "bf16": True})
    assert said(run, context)["non-finite"].severity == "warning"


def test_norms_that_stay_infinite_are_critical() -> None:
    run = training(GOOD, norm=[*[1.0] * 30, *[NAN] * 10])
    assert said(run)["non-finite"].severity == "critical"


def test_a_validation_loss_that_is_nan_is_told() -> None:
    verdict = said(run_of(GOOD, [1.0, 0.9, NAN], every=10))["non-finite"]
    assert verdict.severity == "critical"
    assert "validation loss" in verdict.message


def test_a_validation_loss_that_is_nan_beside_a_sound_training_loss_is_a_broken_measure() -> None:
    """As in a speech run whose own metrics were fine: the weights are no NaN where training goes on."""
    verdict = said(run_of(GOOD, [NAN, NAN, NAN, NAN], every=10))["non-finite"]
    assert verdict.severity == "warning"
    assert "while the training loss is one" in verdict.message


def test_an_overflow_after_which_the_loss_rises_is_not_loss_scaling() -> None:
    """The shape of a planted run: overflows at logs 4 and 6, and the loss goes from 1.1 to 15."""
    norm = [0.5, 0.6, 1.2, INF, 79.0, INF, 20.0, 6.0, *[2.0] * 22]
    risen = [1.45, 1.4, 1.09, 1.24, 3.1, 8.8, 15.1, 11.3, *np.linspace(12.6, 8.0, 22).tolist()]
    verdict = said(training(risen, norm=norm))["non-finite"]
    assert verdict.severity == "critical"
    assert "from 1.09 to" in verdict.message
    later = [*GOOD, *np.linspace(1.0, 6.0, 40).tolist()]
    early = said(training(later, norm=[INF, *[1.0] * 79]))
    assert early["diverging"].severity == "critical"
    assert early["non-finite"].severity == "info"


def test_a_loss_worse_than_the_gradient_is_what_is_told() -> None:
    run = training([*GOOD[:30], *[NAN] * 10], norm=[INF, *[1.0] * 39])
    assert warnings(run) >= {"non-finite"}
    assert said(run)["non-finite"].evidence["metric"] == "train/loss"
