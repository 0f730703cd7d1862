"""overfitting: found where the validation loss turns, silent where something else moves it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Checkpoint, Context
from ftui.training.record import Record
from ftui.training.run import Run
from tests.training.diagnosis.making_runs import not_judged, run_of, said, warnings

FALLING = [2.0 * 0.9**index for index in range(20)]
TURNED = [1.5, 1.3, 1.2, 1.15, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7]


def _steps(run: Run) -> list[float]:
    return list(run.series["eval/loss"].step)


def test_a_turned_curve_with_its_best_step_and_values() -> None:
    verdict = said(run_of(FALLING, TURNED, every=2))["overfitting"]
    assert verdict.severity == "critical"
    assert verdict.evidence["best_step"] == 80
    assert verdict.evidence["now"] == 1.7
    assert verdict.since_step is not None
    assert 80 < verdict.since_step < 200
    assert "1.15 at step 80" in verdict.message


def test_the_nearest_checkpoint_on_disk_is_named() -> None:
    context = Context(
        checkpoints=tuple(Checkpoint(step, Path(f"out/checkpoint-{step}")) for step in (50, 90, 200))
    )
    verdict = said(run_of(FALLING, TURNED, every=2), context)["overfitting"]
    assert verdict.evidence["checkpoint"] == {"step": 90, "path": "out/checkpoint-90"}
    assert "checkpoint-90" in verdict.advice


def test_training_that_gets_worse_as_well_is_not_overfitting() -> None:
    rising = [2.0, 1.8, 1.6, 1.5, 1.4, 1.35, 1.32, 1.3, *np.linspace(1.31, 2.2, 12)]
    assert "overfitting" not in said(run_of(rising, TURNED, every=2))


@pytest.mark.parametrize("evaluation", [[1.0, 1.07, 1.15], [2.5, 1.2, 1.27, 1.35], [1.2, 1.6]])
def test_few_evaluations_and_a_strong_rise(evaluation: list[float]) -> None:
    verdict = said(run_of(FALLING, evaluation, every=20 // len(evaluation)))["overfitting"]
    assert verdict.sure in ("likely", "possible")


@pytest.mark.parametrize("evaluation", [[1.0, 1.02], [1.2, 1.1, 1.11], [1.2, 1.15, 1.16, 1.17, 1.16]])
def test_few_evaluations_and_a_small_rise_are_no_alarm(evaluation: list[float]) -> None:
    assert "overfitting" not in said(run_of(FALLING, evaluation, every=4))


@pytest.mark.parametrize("evaluation", [[0.808, 0.807, 0.902], [0.495, 0.424, 0.723], [0.318, 0.32, 0.443]])
def test_the_last_of_three_epochs_far_above_the_best_is_a_warning(evaluation: list[float]) -> None:
    """The most usual fine-tune: three evaluations, training still falling."""
    run = run_of(FALLING, evaluation, every=6, epochs=3, finished=True, eval_accuracy=[0.681, 0.682, 0.674])
    verdict = said(run)["overfitting"]
    assert verdict.severity == "warning"
    assert verdict.sure == "possible" or verdict.evidence["evaluations_since_best"] == 2
    assert "healthy" not in said(run)


def test_one_evaluation_above_the_best_is_none_where_accuracy_rose_or_the_loss_is_near_zero() -> None:
    better = run_of(FALLING, [0.8, 0.7, 0.81], every=6, eval_accuracy=[0.8, 0.85, 0.86])
    assert "overfitting" not in said(better)
    assert "healthy" not in said(better)
    wavers = run_of(FALLING, [0.474, 0.077, 0.043, 0.051], every=5, eval_f1=[0.87, 0.98, 0.987, 0.985])
    assert "overfitting" not in said(wavers)


def test_a_short_curve_whose_last_five_lie_well_above_its_best() -> None:
    """Ten epochs of a real classifier: the turn itself is most of what looks like noise."""
    turned = [1.488, 1.367, 1.326, 1.370, 1.361, 1.434, 1.441, 1.481, 1.508, 1.486]
    train = np.linspace(1.5, 1.16, 20).tolist()
    assert "overfitting" in warnings(run_of(train, turned, every=2))


def test_what_the_first_evaluation_is_compared_with_is_not_the_steep_beginning() -> None:
    """The rate was too high: validation doubled and training got worse than it was at the best evaluation."""
    beginning = [0.83, 0.49, 0.16, 0.12, 0.118, 0.135, 0.133, 0.145, 0.149, 0.167]
    train = [*beginning, *np.linspace(0.17, 0.31, 10), *[0.3] * 10, *[0.27] * 10, *[0.23] * 10]
    run = run_of(train, [0.219, 0.416, 0.423, 0.41, 0.438], every=10)
    assert "overfitting" not in said(run)


def test_an_alarm_ends_where_training_has_got_worse_as_well() -> None:
    train = [2.0, 1.5, 1.2, 1.0, 0.9, 0.8, 0.7, 0.65, *np.linspace(0.8, 2.6, 12)]
    evaluation = [1.5, 1.3, 1.6, 1.75, 1.9, 2.0, 2.1, 2.2, 2.3, 2.4]
    assert "overfitting" in said(run_of(train[:8], evaluation[:4], every=2))
    assert "overfitting" not in said(run_of(train, evaluation, every=2))


def test_two_evaluations_cannot_be_judged() -> None:
    assert "2 evaluations" in not_judged(diagnose(run_of(FALLING, [1.0, 1.01], every=10)))["overfitting"]


def test_an_evaluation_before_training_is_no_reason_to_call_it_a_gap() -> None:
    run = run_of(FALLING, [9.0], every=100, begin=0)
    assert "overfitting" not in said(run)


def test_a_new_best_ends_the_alarm() -> None:
    assert "overfitting" in said(run_of(FALLING * 2, TURNED, every=2))
    assert "overfitting" not in said(run_of(FALLING * 2, [*TURNED, 1.3, 1.1, 1.0], every=2))


def test_accuracy_that_went_up_is_said_and_makes_it_a_warning() -> None:
    accuracy = np.linspace(0.5, 0.8, len(TURNED))
    verdict = said(run_of(FALLING, TURNED, every=2, eval_accuracy=accuracy))["overfitting"]
    assert verdict.severity == "warning"
    assert "accuracy" in verdict.message


def test_a_loss_that_creeps_up_in_much_noise_while_accuracy_rises_is_a_remark() -> None:
    """As a DNA classifier did: 24 % above its least at the end, in a noise of 10 %."""
    train = [
        0.46,
        0.32,
        0.30,
        0.26,
        0.23,
        0.19,
        0.20,
        0.18,
        0.17,
        0.13,
        0.10,
        0.10,
        0.12,
        0.10,
        0.06,
        0.06,
        0.04,
    ]
    train += [0.05, 0.04, 0.02, 0.03, 0.03]
    loss = [0.314, 0.255, 0.266, 0.232, 0.303, 0.272, 0.254, 0.283, 0.294, 0.294, 0.288]
    rising = [0.891, 0.906, 0.916, 0.917, 0.922, 0.932, 0.931, 0.938, 0.938, 0.941, 0.943]
    verdict = said(run_of(train, loss, every=2, eval_accuracy=rising))["overfitting"]
    assert verdict.severity == "info"
    assert "too sure of itself" in verdict.message
    assert verdict.evidence["best_step"] == 80
    assert "overfitting" not in said(run_of(train, loss, every=2, eval_accuracy=[0.917] * 11))
    assert "overfitting" not in said(run_of(train, loss, every=2))
    level = [0.314, 0.255, 0.266, 0.232, 0.303, 0.272, 0.254, 0.283, 0.244, 0.294, 0.258]
    assert "overfitting" not in said(run_of(train, level, every=2, eval_accuracy=rising))


def test_named_sets_are_judged_each_and_summed_up() -> None:
    run = Run(Path("made"), "made")
    for index, value in enumerate(TURNED):
        flat = {"eval/code/loss": value, "eval/chat/loss": 1.2 - 0.01 * index, "train/loss": FALLING[index]}
        run.add(Record(flat, 100 * (index + 1)))
    verdict = said(run)["overfitting"]
    assert verdict.severity == "warning"
    assert "1 of 2 sets; code" in verdict.message


@pytest.mark.parametrize("evaluation", [[1.0] * 12, [0.0] * 12, [-1.0] * 12, [1e-9] * 12, [1e300] * 12])
def test_constant_curves(evaluation: list[float]) -> None:
    assert "overfitting" not in said(run_of(FALLING, evaluation))


def test_losses_below_zero_are_not_compared_by_ratio() -> None:
    falling = [0.5 - 0.1 * index for index in range(12)]
    assert "overfitting" not in said(run_of(falling, falling))
    turned = [0.5 - 0.1 * index for index in range(8)] + [-0.2 + 0.15 * index for index in range(8)]
    verdict = said(run_of([0.5 - 0.1 * index for index in range(16)], turned))["overfitting"]
    assert verdict.sure == "possible"


def test_a_loss_close_to_zero_that_wavers_is_no_rise() -> None:
    low = [1.0, 0.3, 0.05, 0.001, 0.0015, 0.0012, 0.0016, 0.0013, 0.0017, 0.0014, 0.0018]
    assert not warnings(run_of([2 * value for value in low], low))


@settings(max_examples=40)
@given(
    scale=st.sampled_from([1e-3, 1 / np.log(2), 1.0, 64.0]),
    noise=st.floats(0, 0.01),
    seed=st.integers(0, 1000),
)
def test_the_unit_of_the_loss_changes_nothing(scale: float, noise: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    evaluation = np.array(TURNED) * np.exp(noise * random.normal(size=len(TURNED)))
    one, other = (said(run_of(FALLING, list(evaluation * by), every=2)) for by in (1.0, scale))
    assert ("overfitting" in one) == ("overfitting" in other)
    if "overfitting" in one:
        assert one["overfitting"].since_step == other["overfitting"].since_step


_ANY = st.one_of(st.floats(), st.floats(-5, 5), st.just(0.0))


@settings(max_examples=150)
@given(train=st.lists(_ANY, max_size=60), evaluation=st.lists(_ANY, max_size=60), every=st.integers(1, 4))
def test_no_numbers_break_the_rules(train: list[float], evaluation: list[float], every: int) -> None:
    for epochs in (None, 3.0):
        diagnosis = diagnose(run_of(train, evaluation, every=every, epochs=epochs, finished=True))
        codes = [verdict.code for verdict in diagnosis.verdicts]
        assert len(codes) == len(set(codes))


def test_the_same_lines_give_the_same_verdicts_at_once_and_live() -> None:
    whole = run_of(FALLING, TURNED, every=2, epochs=3)
    grown = Run(Path("made"), "made")
    for index, step in enumerate(_steps(whole)):
        for place in (2 * index, 2 * index + 1):
            at = 10 * (place + 1)
            grown.add(Record({"train/loss": FALLING[place]}, at, 3 * at / 200))
        grown.add(Record({"eval/loss": TURNED[index]}, int(step), 3 * step / 200))
        diagnose(grown)
    assert diagnose(whole) == diagnose(grown)
