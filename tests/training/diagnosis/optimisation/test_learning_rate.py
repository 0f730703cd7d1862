"""lr-zero, lr-too-low and no-warmup."""

from __future__ import annotations

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context
from tests.training.diagnosis.making_runs import not_judged, said
from tests.training.diagnosis.optimisation.curves import cosine, falling, noisy, training

LEVEL = noisy([1.5] * 60, 0.05)


def test_a_rate_of_zero_throughout_is_critical() -> None:
    verdict = said(training(LEVEL, [0.0] * 60))["lr-zero"]
    assert verdict.severity == "critical"
    assert "all of the 60 logs" in verdict.message
    assert "no-warmup" not in said(training(LEVEL, [0.0] * 60))


def test_a_rate_that_ended_long_before_the_run() -> None:
    verdict = said(training(LEVEL, [*cosine(40), *[0.0] * 20]))["lr-zero"]
    assert verdict.since_step == 400  # a cosine ends at zero itself
    assert "since step 400" in verdict.message


def test_the_first_and_the_last_logs_of_a_schedule_may_be_zero() -> None:
    assert "lr-zero" not in said(training(LEVEL, [0.0, 0.0, *cosine(56), 0.0, 0.0]))
    assert "lr-zero" not in said(training(LEVEL[:3], [0.0] * 3))


def test_a_zero_that_is_rounded_is_not_believed() -> None:
    diagnosis = diagnose(training(falling(60), [0.0] * 60))
    assert "lr-zero" not in {each.code for each in diagnosis.verdicts}
    assert "rounds" in not_judged(diagnosis)["lr-zero"]


def test_without_a_rate_nothing_is_said_of_it() -> None:
    reasons = not_judged(diagnose(training(LEVEL)))
    assert {"lr-zero", "lr-too-low", "no-warmup"} <= reasons.keys()


def test_a_low_rate_and_a_loss_that_does_not_move() -> None:
    run = training(LEVEL, cosine(60, 1e-6))
    verdict = said(run, Context(config={"lora_r": 16}))["lr-too-low"]
    assert verdict.severity == "warning"
    assert "hardly fell (1.2 %)" in verdict.message
    assert said(run)["lr-too-low"].severity == "info"
    assert "lr-too-low" not in said(run, Context(config={"finetuning_type": "full"}))


def test_a_low_rate_at_which_the_loss_falls_is_fine() -> None:
    assert "lr-too-low" not in said(training(falling(60), cosine(60, 1e-6)))


def test_a_run_that_begins_at_its_peak() -> None:
    down = [1e-4 * (1 - index / 60) for index in range(60)]
    assert said(training(falling(60), down, total=600))["no-warmup"].severity == "info"
    hot = said(training([2.0, 2.0, 2.1, *noisy([6.0] * 57, 0.02)], down, total=60))
    assert hot["no-warmup"].severity == "warning"


def test_a_configured_warm_up_is_believed() -> None:
    down = [1e-4 * (1 - index / 60) for index in range(60)]
    run = training(falling(60), down, total=600)
    assert "no-warmup" not in said(run, Context(config={"warmup_ratio": 0.03}))
    configured = said(run, Context(config={"warmup_steps": 0, "warmup_ratio": 0.0}))["no-warmup"]
    assert configured.evidence["configured"] is True


def test_a_first_log_late_in_the_run_does_not_tell() -> None:
    down = [1e-4 * (1 - index / 9) for index in range(9)]
    assert "no-warmup" not in said(training(falling(9), down, total=9))


def test_gradients_that_grow_when_the_rate_has_run_out_are_not_its_doing() -> None:
    norm = noisy([0.1] * 116 + [0.5] * 14, 0.05)
    loss = noisy([1.5] * 130, 0.02)
    assert "lr-too-high" in said(training(loss, [2e-4] * 130, norm))
    assert "lr-too-high" not in said(training(loss, cosine(130), norm))
