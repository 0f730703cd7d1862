"""diverging, spike and lr-too-high: losses that rise, for good or for a moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run
from tests.training.diagnosis.making_runs import not_judged, said, warnings
from tests.training.diagnosis.optimisation.curves import cosine, falling, noisy, training

LONG = falling(300)


def test_a_slow_divergence_since_the_log_at_which_it_could_be_said() -> None:
    rising = noisy(1.05 * np.exp(np.arange(100) / 40), 0.05, 1)
    verdict = said(training([*LONG[:200], *rising], cosine(300)))["diverging"]
    assert verdict.severity == "critical"
    assert verdict.since_step is not None
    assert 2000 < verdict.since_step < 2600
    assert verdict.evidence["learning_rate"] is not None


@pytest.mark.parametrize("logs", [20, 40, 60])
def test_a_short_run_diverges_in_its_first_logs(logs: int) -> None:
    loss = [1.4, 1.3, 1.2, *noisy([8.0] * (logs - 3), 0.1)]
    found = said(training(loss, cosine(logs), total=logs))
    assert found["diverging"].severity == "critical"


def test_a_loss_that_blows_up_at_once_is_said_before_there_is_an_average() -> None:
    verdict = said(training([3.08, 3.28, 748.0, 567.0]))["diverging"]
    assert verdict.severity == "critical"
    assert verdict.since_step == 40
    assert verdict.evidence["best"] == 3.08
    assert "diverging" not in said(training([3.08, 3.28, 748.0]))
    assert "diverging" not in said(training([3.08, 748.0, 567.0, 2.9]))
    assert "diverging" not in said(training([0.004, 0.009, 0.03, 0.02]))


def test_both_losses_that_rise_diverge_in_few_logs_and_do_not_overfit() -> None:
    """Logged every fourth evaluation: training rises with validation, so that rows are not learnt by heart."""
    risen = [2.5, 3.6, 3.5, 3.2, *[4.0, 3.7, 4.4, 4.1] * 2, *[3.6, 3.4, 3.3, 3.4] * 2]
    run = Run(Path("made"), "made")
    for index, value in enumerate(risen):
        if index % 4 == 3:
            run.add(Record({TRAIN_LOSS: (1.24, 2.03, 2.16, 1.98, 1.79)[index // 4]}, 100 * index + 50))
        run.add(Record({EVAL_LOSS: value}, 100 * (index + 1)))
    verdicts = said(run)
    assert verdicts["diverging"].severity == "critical"
    assert "overfitting" not in verdicts
    assert "healthy" not in verdicts


def test_a_classifier_that_collapses_to_chance_half_way_diverges() -> None:
    """The rate still climbs: 0.66 to 0.39 in thirty logs, then 0.69 for good. An average forgets too slowly."""
    loss = [*np.linspace(0.68, 0.62, 12), *np.linspace(0.6, 0.39, 10), *[0.39] * 8, 0.76, 0.71, *[0.68] * 18]
    rate = [1e-6 * (index + 1) for index in range(50)]
    verdicts = said(training(noisy(loss, 0.07, 4), rate, total=52))
    assert verdicts["diverging"].severity == "critical"
    assert verdicts["diverging"].since_step is not None
    assert 310 < verdicts["diverging"].since_step <= 450
    assert "lr-too-high" in verdicts


def test_what_came_back_does_not_diverge() -> None:
    loss = [*LONG[:150], *[4.0] * 30, *LONG[180:]]
    assert "diverging" in said(training(loss[:175]))
    assert "diverging" not in said(training(loss))


def test_a_divergence_is_not_said_before_its_logs() -> None:
    loss = [*LONG[:150], *[3.0 * value for value in LONG[150:]]]
    verdict = said(training(loss))["diverging"]
    assert verdict.since_step is not None
    until = int(verdict.since_step / 10)
    assert "diverging" in said(training(loss[:until]))
    assert "diverging" not in said(training(loss[: until - 1]))


def test_a_negative_loss_and_a_short_log_cannot_be_judged() -> None:
    reasons = not_judged(diagnose(training([-value for value in LONG])))
    assert "negative" in reasons["diverging"]
    assert "too few" in not_judged(diagnose(training(LONG[:5])))["diverging"]


def test_a_memorised_loss_that_trebles_near_zero_diverges_from_nothing() -> None:
    loss = [*np.geomspace(4, 0.001, 40), *[0.004] * 40]
    assert "diverging" not in said(training(loss))


def test_a_single_spike_is_a_remark_with_its_values() -> None:
    loss = [*LONG[:200], 3.4, *LONG[201:]]
    verdict = said(training(loss, cosine(300), norm=[1.0] * 300))["spike"]
    assert verdict.severity == "info"
    assert "to 3.4 at step 2010" in verdict.message
    assert "came back" in verdict.message
    spikes = verdict.evidence["spikes"]
    assert isinstance(spikes, list)
    assert spikes[0]["grad_norm"] == 1.0


def test_many_spikes_within_a_hundred_logs_are_a_warning() -> None:
    loss = list(LONG)
    for at in (200, 215, 230, 245):
        loss[at] = 3.4
    verdict = said(training(loss))["spike"]
    assert verdict.severity == "warning"
    assert verdict.evidence["count"] == 4
    assert verdict.since_step == 2460


def test_a_jump_to_another_level_is_a_warning() -> None:
    calm = falling(300, 0.01)
    verdict = said(training([*calm[:200], *[1.25 * value for value in calm[200:]]]))["spike"]
    assert verdict.severity == "warning"
    assert "has not come back" in verdict.message


def test_an_early_rise_names_the_learning_rate_and_the_warm_up() -> None:
    loss = [2.6, 2.5, 2.4, *noisy([6.0] * 57, 0.05)]
    verdict = said(training(loss, cosine(60, 0.02, 0.1), total=60))["lr-too-high"]
    assert verdict.severity == "warning"
    assert "lr 0.01" in verdict.message
    assert "warm-up" in verdict.message


def test_an_early_bump_that_came_back_is_a_remark() -> None:
    loss = [*noisy([2.0] * 15, 0.02), *noisy([3.5] * 20, 0.02), *falling(165, 0.02)]
    verdict = said(training(loss, total=200))["lr-too-high"]
    assert verdict.severity == "info"


def test_a_divergence_at_a_low_rate_is_not_put_down_to_it() -> None:
    loss = [*LONG[:270], *[4.0] * 30]
    found = said(training(loss, cosine(300)))
    assert "diverging" in found
    assert "lr-too-high" not in found
    assert "lr-too-high" in said(training([*LONG[:60], *[6.0] * 40], cosine(300), total=300))


def test_a_gradient_that_grows_while_the_loss_stands_still() -> None:
    norm = noisy(np.linspace(1, 6, 200), 0.1)
    verdict = said(training(noisy([1.5] * 200, 0.02), cosine(200), norm))["lr-too-high"]
    assert "gradient norm grew" in verdict.message
    falls = training(falling(200), cosine(200), norm)
    assert "lr-too-high" not in said(falls)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(8, 120),
    st.sampled_from([0.02, 0.1, 0.2]),
    st.integers(0, 10_000),
    st.floats(1.0, 30.0),
)
def test_a_falling_loss_is_left_alone(logs: int, noise: float, seed: int, start: float) -> None:
    loss = noisy(1 + start * np.exp(-np.arange(logs) / 10), noise, seed)
    assert not warnings(training(loss, cosine(logs))) - {"no-validation"}
