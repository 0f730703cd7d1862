"""stalled and throughput-drop, with a clock of our own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.diagnosis.inputs import Context
from ftui.training.diagnosis.verdict import Verdict
from ftui.training.metrics import TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run
from tests.training.diagnosis.making_runs import not_judged, said
from tests.training.diagnosis.optimisation.curves import falling, noisy, training

LOSS = falling(60)


def _watched(arrivals: list[float]) -> Run:
    run = training(LOSS)
    run.arrivals.extend(arrivals)
    return run


def _stalled(run: Run, now: float | None, context: Context = Context()) -> Verdict | None:  # noqa: B008
    found = {each.code: each for each in diagnose(run, context, now=now).verdicts}
    return found.get("stalled")


def test_a_watched_run_stalls_after_five_intervals_and_a_minute() -> None:
    run = _watched([20.0 * index for index in range(10)])
    assert _stalled(run, 180 + 100) is None
    verdict = _stalled(run, 180 + 101)
    assert verdict is not None
    assert verdict.severity == "warning"
    assert verdict.since_step == 600
    quick = _watched([0.5 * index for index in range(10)])
    assert _stalled(quick, 4.5 + 60) is None
    assert _stalled(quick, 4.5 + 61) is not None


def test_the_pause_of_an_evaluation_is_learnt() -> None:
    times = [10.0 * index for index in range(10)]
    run = _watched([*times, 400.0, 410.0, 420.0])
    assert _stalled(run, 420 + 400) is None
    assert _stalled(run, 420 + 480) is not None


def test_a_finished_run_never_stalls() -> None:
    run = _watched([20.0 * index for index in range(10)])
    run.facts.finished = True
    assert _stalled(run, 1e6) is None


def test_a_log_without_an_end_says_that_the_run_may_be_over() -> None:
    run = _watched([20.0 * index for index in range(10)])
    verdict = _stalled(run, 1e6)
    assert verdict is not None
    assert "whether the run is over" in verdict.message
    run.facts.total_steps = 5000
    verdict = _stalled(run, 1e6)
    assert verdict is not None
    assert "whether" not in verdict.message


def test_lines_of_one_poll_are_one_arrival() -> None:
    run = _watched([0.0] * 60)
    assert _stalled(run, 1000.0) is None
    assert "while the log is watched" in not_judged(diagnose(run, now=1000.0))["stalled"]


def test_times_in_the_log_tell_it_too_within_a_day() -> None:
    run = Run(training(LOSS).path)
    for index, loss in enumerate(LOSS):
        run.add(Record({"train/loss": loss}, index + 1, time=1e9 + 10 * index))
    last = 1e9 + 590
    assert _stalled(run, None) is None
    assert _stalled(run, None, Context(read_at=last + 30)) is None
    assert _stalled(run, None, Context(read_at=last + 3600)) is not None
    assert _stalled(run, None, replace(Context(), read_at=last + 90_000)) is None


def test_a_sustained_drop_of_throughput() -> None:
    speeds = noisy([*[100.0] * 120, *[60.0] * 60], 0.05)
    verdict = said(training(falling(180), tokens_per_second=speeds))["throughput-drop"]
    assert verdict.severity == "warning"
    assert verdict.since_step is not None
    assert 1200 < verdict.since_step < 1600
    assert "tokens a second fell from 1" in verdict.message


def test_pauses_and_a_slow_beginning_are_no_drop() -> None:
    speeds = noisy([100.0] * 180, 0.05)
    speeds[::10] = [5.0] * 18
    assert "throughput-drop" not in said(training(falling(180), steps_per_second=speeds))
    warming = [*[20.0] * 5, *[100.0] * 175]
    assert "throughput-drop" not in said(training(falling(180), steps_per_second=warming))


def test_a_speed_that_recovered_is_no_drop() -> None:
    speeds = [*[100.0] * 120, *[50.0] * 40, *[100.0] * 40]
    assert "throughput-drop" not in said(training(falling(200), steps_per_second=speeds))


def test_times_in_the_log_give_a_speed() -> None:
    run, now = Run(training(LOSS).path), 0.0
    for index in range(200):
        now += 1.0 if index < 120 else 2.0
        run.add(Record({"train/loss": 1.0 + 1 / (index + 1)}, 10 * (index + 1), time=now))
    assert "steps a second" in said(run)["throughput-drop"].message


def test_a_log_without_speed_cannot_be_judged() -> None:
    assert "neither" in not_judged(diagnose(training(LOSS)))["throughput-drop"]
    few = training(LOSS, steps_per_second=[1.0] * 10)
    assert "too few" in not_judged(diagnose(few))["throughput-drop"]


def test_old_times_in_a_file_that_was_just_written_are_no_stall() -> None:
    run = Run(Path("made"), "made")
    for step in range(1, 40):
        run.add(Record({TRAIN_LOSS: 2.0}, step, None, 1e9 + step))
    late = 1e9 + 4000
    assert "stalled" in said(run, Context(read_at=late))
    assert "stalled" not in said(run, Context(read_at=late, written_at=late - 5))
    assert "stalled" in said(run, Context(read_at=late, written_at=1e9 + 41))
