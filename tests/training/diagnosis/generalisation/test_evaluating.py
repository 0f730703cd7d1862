"""Whether and how a run is evaluated: no validation, too few, leaked, too good, nothing that stops it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context
from ftui.training.metrics import EVAL_LOSS, LEARNING_RATE, TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run
from tests.training.diagnosis.making_runs import not_judged, run_of, said, warnings

FALLING = [2.0 * 0.98**index for index in range(60)]


def test_no_validation_after_fifty_points_or_a_fifth_of_the_run_or_at_the_end() -> None:
    assert warnings(run_of(FALLING)) == {"no-validation"}
    begun = run_of(FALLING[:10])
    assert "no-validation" in not_judged(diagnose(begun))
    begun.facts.total_steps = 1000
    assert "no-validation" not in said(begun)
    begun.facts.total_steps = 400
    assert "no-validation" in said(begun)
    assert "no-validation" in said(run_of(FALLING[:10], finished=True))


def test_fifty_points_of_a_log_of_every_step_are_too_soon() -> None:
    """Trainers evaluate every 500 steps by default."""
    run = Run(Path("made"), "made")
    for step in range(1, 601):
        run.add(Record({TRAIN_LOSS: 2.0 - step / 1000}, step))
        if step in (51, 501):
            assert "no-validation" not in said(run)
    assert "no-validation" in said(run)


def test_a_configuration_without_evaluation_is_said_at_once() -> None:
    assert "no-validation" in said(run_of(FALLING[:5]), Context(config={"eval_strategy": "no"}))
    assert "no-validation" not in said(run_of(FALLING[:5]), Context(config={"eval_strategy": "steps"}))


def test_evaluations_without_a_loss_are_a_remark() -> None:
    run = run_of(FALLING)
    run.add(Record({"eval/accuracy": 0.7}, 600))
    assert said(run)["no-validation"].severity == "info"


def test_too_few_evaluations_late_in_the_run() -> None:
    one = run_of(FALLING, [1.0], every=30, epochs=3, finished=True)
    assert said(one)["too-few-evaluations"].severity == "warning"
    three = run_of(FALLING, [1.2, 1.1, 1.0], every=20, epochs=3, finished=True)
    assert said(three)["too-few-evaluations"].severity == "info"
    assert "too-few-evaluations" not in said(run_of(FALLING, FALLING[::10], every=10, finished=True))
    assert "too-few-evaluations" in not_judged(diagnose(run_of(FALLING, [1.0], every=60)))


def test_no_early_stopping_needs_a_configuration() -> None:
    run = run_of(FALLING, FALLING[::6], every=6, epochs=5)
    assert "configuration" in not_judged(diagnose(run))["no-early-stopping"]
    plain = {"eval_strategy": "epoch", "load_best_model_at_end": False}
    assert said(run, Context(config=plain))["no-early-stopping"].severity == "info"
    for held in ({**plain, "load_best_model_at_end": True}, {**plain, "early_stopping_patience": 3}):
        assert "no-early-stopping" not in said(run, Context(config=held))
    assert "no-early-stopping" not in said(run, Context(config=plain, early_stopping=True))
    assert run.last_step is not None
    run.facts.total_steps = 10 * int(run.last_step)
    run.facts.finished = True
    assert "no-early-stopping" not in said(run, Context(config=plain)), "something did stop it"


def test_leaked_validation_from_the_last_check_or_the_configuration() -> None:
    run = run_of(FALLING, FALLING[::6], every=6)
    assert "leaked-validation" in not_judged(diagnose(run))
    assert "leaked-validation" not in said(run, Context(leaks=0))
    assert said(run, Context(leaks=3, validation_rows=1000))["leaked-validation"].severity == "warning"
    assert said(run, Context(leaks=80, validation_rows=1000))["leaked-validation"].severity == "critical"


def test_the_check_of_the_data_is_dated_and_one_of_other_files_is_told_as_such() -> None:
    run = run_of(FALLING)
    leaked = said(run, Context(leaks=3, validation_rows=1000, checked_at=86_400.0))["leaked-validation"]
    assert "(checked 1970-01-0" in leaked.message
    assert leaked.evidence["checked_at"] == 86_400.0
    diagnosis = diagnose(run, Context(checked_at=86_400.0))
    (reason,) = (each.reason for each in diagnosis.not_judged if each.code == "leaked-validation")
    assert reason.startswith("the data changed since it was checked at 1970-01-0")
    same = Context(config={"train_file": "a.jsonl", "validation_file": "a.jsonl"})
    assert said(run, same)["leaked-validation"].severity == "critical"
    assert "healthy" not in said(run, same)


def test_too_good_at_the_first_look() -> None:
    low = run_of(FALLING, [0.001] * 10, every=6, epochs=3)
    assert "too-good" in said(low)
    perfect = run_of(FALLING, FALLING[::6], every=6, epochs=3, eval_accuracy=[1.0] * 10)
    assert "too-good" in said(perfect)
    good = run_of(FALLING, FALLING[::6], every=6, epochs=3, eval_accuracy=np.linspace(0.6, 1.0, 10))
    assert "too-good" not in said(good)


def test_an_accuracy_in_percent_is_not_perfect() -> None:
    percent = run_of(FALLING, FALLING[::6], every=6, epochs=3, eval_accuracy=np.linspace(61.6, 75.0, 10))
    assert "too-good" not in said(percent)
    perfect = run_of(FALLING, FALLING[::6], every=6, epochs=3, eval_accuracy=[100.0] * 10)
    assert "too-good" in said(perfect)


def test_rows_of_a_table_by_epoch_without_validation_and_without_a_known_length() -> None:
    run = Run(Path("made"), "made")
    for epoch in range(14):
        run.add(Record({TRAIN_LOSS: 16.0 - epoch / 10, LEARNING_RATE: 1e-4 * (1 - epoch / 14)}, epoch, epoch))
        assert ("no-validation" in said(run)) == (epoch >= 5)
    by_epoch = Run(Path("made"), "made")
    for epoch in range(1, 14):
        by_epoch.add(Record({TRAIN_LOSS: 2.0 / epoch, LEARNING_RATE: 1e-4 * (1 - epoch / 14)}, epoch, epoch))
    assert "no-warmup" not in said(by_epoch), "a warm-up may lie within the first epoch"
    early = Run(Path("made"), "made")
    for step in range(1, 15):
        early.add(Record({TRAIN_LOSS: 2.0}, step, step / 10))
    assert "no-validation" not in said(early)


def test_in_the_first_of_several_epochs_an_evaluation_at_its_end_may_yet_come() -> None:
    for planned, said_at in ((2.0, 1.0), (1.0, 0.21)):
        run = Run(Path("made"), "made")
        run.facts.total_epochs, run.facts.total_steps = planned, int(2000 * planned)
        for step in range(20, 2100, 20):
            run.add(Record({TRAIN_LOSS: 2.0 - step / 4000}, step, step / 2000))
            if step / 2000 < said_at:
                assert "no-validation" not in said(run)
        assert "no-validation" in said(run)


def test_rewards_of_fresh_answers_make_a_missing_validation_a_remark() -> None:
    run = run_of(FALLING[:30], finished=True)
    assert said(run)["no-validation"].severity == "warning"
    run.add(Record({"reward": 0.4}, 300))
    assert said(run)["no-validation"].severity == "info"


def test_an_evaluation_at_a_step_that_only_the_epoch_tells_counts() -> None:
    """A console without bars: the evaluation after the first epoch comes before any line of training."""
    run = Run(Path("made"), "made")
    for step, values, epoch in (
        (0, {EVAL_LOSS: 0.6}, 1.0),
        (1, {TRAIN_LOSS: 0.5}, 1.1),
        (1, {EVAL_LOSS: 0.55}, 2.0),
        (2, {TRAIN_LOSS: 0.4}, 2.2),
        (2, {EVAL_LOSS: 0.54}, 3.0),
    ):
        run.add(Record(values, step, epoch))
    run.facts.finished = True
    few = said(run)["too-few-evaluations"]
    assert (few.severity, few.evidence["evaluations"]) == ("info", 3)


def test_a_sum_over_two_steps_is_steady_and_dropout_is_not() -> None:
    evaluation = [9.86, 9.62, 9.3, 9.09, 8.98, 8.94]
    train = [2.03 * value for value in evaluation]
    assert said(run_of(train, evaluation))["summed-loss"].severity == "info"
    dropout = [
        value * factor for value, factor in zip(evaluation, (1.2, 1.5, 1.7, 1.9, 2.0, 2.1), strict=True)
    ]
    assert "summed-loss" not in said(run_of(dropout, evaluation))


def test_a_summed_training_loss_is_not_too_good() -> None:
    run = run_of([16 * value for value in FALLING], FALLING[::6], every=6, epochs=3)
    assert "too-good" not in said(run)
    assert "overfitting" not in said(run)


def test_too_many_epochs_against_rows_and_the_curve() -> None:
    level = [1.0, 0.9, 0.85, 0.84, 0.845, 0.843, 0.842, 0.846, 0.844, 0.843]
    run = run_of(FALLING, level, every=6, epochs=8)
    assert "too-many-epochs" not in said(run, Context(training_rows=50_000))
    assert said(run, Context(training_rows=400))["too-many-epochs"].since_step is not None
    falling = run_of(FALLING, FALLING[::6], every=6, epochs=8)
    assert "too-many-epochs" not in said(falling, Context(training_rows=400))
    assert said(run_of(FALLING, epochs=50))["too-many-epochs"].severity == "warning"
    level_for_long = said(run_of(FALLING, level, every=6, epochs=50))["too-many-epochs"]
    assert level_for_long.severity == "info", "validation does not rise: the epochs cost time, and no more"


def test_healthy_only_where_a_curve_was_judged_and_nothing_is_wrong() -> None:
    assert "healthy" in said(run_of(FALLING, FALLING[::6], every=6))
    assert "healthy" not in said(run_of(FALLING, FALLING[::30], every=30))
    assert "healthy" not in said(run_of(FALLING))
    empty = Run(run_of().path)
    assert not diagnose(empty).verdicts
