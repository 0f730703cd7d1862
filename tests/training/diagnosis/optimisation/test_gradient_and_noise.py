"""gradient-explosion, batch-too-small, no-clipping, no-mixed-precision and summed-loss."""

from __future__ import annotations

import numpy as np
import pytest

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context, Inputs
from ftui.training.diagnosis.summed_loss import summed_factor
from tests.training.diagnosis.making_runs import not_judged, run_of, said
from tests.training.diagnosis.optimisation.curves import cosine, falling, noisy, training

LOSS = falling(200)
NORM = noisy([0.8] * 200, 0.2, 3)


def test_several_norms_far_above_the_usual() -> None:
    norm = [*NORM[:120], 40.0, 60.0, 0.8, 90.0, *NORM[124:]]
    run = training(LOSS, cosine(200), norm)
    verdict = said(run)["gradient-explosion"]
    assert verdict.severity == "warning"
    assert verdict.since_step == 1240
    assert verdict.evidence["top"] == 90.0
    clipped = said(run, Context(config={"max_grad_norm": 1.0}))["gradient-explosion"]
    assert clipped.severity == "info"
    assert "clipped to 1" in clipped.message


def test_one_large_norm_and_a_large_beginning_are_no_explosion() -> None:
    assert "gradient-explosion" not in said(training(LOSS, norm=[*NORM[:120], 90.0, *NORM[121:]]))
    start = noisy([*np.geomspace(50, 0.8, 20), *[0.8] * 180], 0.2)
    assert "gradient-explosion" not in said(training(LOSS, norm=start))


def test_a_norm_that_grows_without_end_while_the_loss_stands() -> None:
    norm = noisy(np.geomspace(0.5, 40, 200), 0.1)
    verdict = said(training(noisy([1.5] * 200, 0.02), norm=norm))["gradient-explosion"]
    assert "stays there" in verdict.message
    assert "gradient-explosion" not in said(training(LOSS, norm=norm))


def test_a_log_without_norms_cannot_be_judged() -> None:
    assert "no gradient norm" in not_judged(diagnose(training(LOSS)))["gradient-explosion"]
    assert "too few" in not_judged(diagnose(training(LOSS, norm=NORM[:9])))["gradient-explosion"]


def test_noise_that_hides_the_trend_is_a_remark_unless_the_batch_is_tiny() -> None:
    run = training(noisy([2.0] * 60, 0.3))
    assert said(run)["batch-too-small"].severity == "info"
    tiny = said(run, Context(config={"per_device_train_batch_size": 1}))["batch-too-small"]
    assert tiny.severity == "warning"
    assert "of 1 rows a step" in tiny.message
    summed = Context(config={"per_device_train_batch_size": 1, "gradient_accumulation_steps": 16})
    assert said(run, summed)["batch-too-small"].severity == "info"


def test_noise_over_a_clear_fall_is_nothing() -> None:
    context = Context(config={"per_device_train_batch_size": 1})
    assert "batch-too-small" not in said(training(falling(60, 0.3)), context)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"max_grad_norm": 1.0}, False),
        ({"max_grad_norm": 0.0}, True),
        ({"max_grad_norm": None}, True),
        ({"max_grad_norm": "None"}, True),
        ({"gradient_clipping": "auto"}, False),
        ({}, False),
    ],
)
def test_clipping_is_missed_only_where_the_configuration_says_so(
    config: dict[str, object], expected: bool
) -> None:
    assert ("no-clipping" in said(training(LOSS), Context(config=config))) == expected


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"bf16": False, "fp16": False, "_n_gpu": 1}, True),
        ({"bf16": False, "fp16": False}, False),
        ({"bf16": False, "fp16": False, "use_cpu": True, "_n_gpu": 1}, False),
        ({"bf16": True, "fp16": False, "_n_gpu": 1}, False),
        ({"bf16": False, "fp16": False, "_n_gpu": 1, "load_in_4bit": True}, False),
        ({"precision": "float32", "device": "cuda"}, True),
        ({"precision": "bf16-mixed", "device": "cuda"}, False),
        ({"precision": "float32", "device": "cpu"}, False),
    ],
)
def test_precision_is_missed_only_on_a_gpu(config: dict[str, object], expected: bool) -> None:
    assert ("no-mixed-precision" in said(training(LOSS), Context(config=config))) == expected


def test_a_summed_loss_is_told_and_its_factor_known() -> None:
    evaluation = [2.0, 1.6, 1.3, 1.2, 1.15, 1.1]
    train = [16 * 1.02 * value for value in evaluation]
    run = run_of(train, evaluation)
    assert summed_factor(Inputs(run)) == pytest.approx(16.3, abs=0.1)
    assert said(run)["summed-loss"].severity == "info"
    accumulated = Context(config={"gradient_accumulation_steps": 16})
    assert summed_factor(Inputs(run, accumulated)) is not None
    assert summed_factor(Inputs(run, Context(config={"gradient_accumulation_steps": 2}))) is None


@pytest.mark.parametrize(
    "train",
    [
        [2.1, 1.5, 1.2, 1.0, 0.9, 0.8],  # a usual gap
        [3.0, 2.6, 2.3, 2.2, 2.1, 2.0],  # dropout: twice, in no steady ratio
        [20.0, 9.0, 4.0, 2.0, 1.0, 0.5],  # no steady ratio
    ],
)
def test_other_gaps_are_no_sums(train: list[float]) -> None:
    assert summed_factor(Inputs(run_of(train, [2.0, 1.6, 1.3, 1.2, 1.15, 1.1]))) is None
