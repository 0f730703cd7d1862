"""What becomes of lines: repeated, resumed, null, equal steps, thinned."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from ftui.training import run as run_module
from ftui.training import series as series_module
from ftui.training.metrics import EVAL_LOSS, LEARNING_RATE, TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run


def run_of(*points: tuple[int | None, float]) -> Run:
    run = Run(Path("log"))
    for step, loss in points:
        run.add(Record({TRAIN_LOSS: loss}, step))
    return run


def points(run: Run, metric: str = TRAIN_LOSS) -> list[tuple[float, float]]:
    series = run.series[metric]
    return list(zip(series.step, series.value, strict=True))


def test_lines_that_every_rank_writes_count_once() -> None:
    run = run_of(*((step, 1 / step) for step in range(1, 50) for _ in range(4)))
    assert points(run) == [(step, 1 / step) for step in range(1, 50)]
    assert run.repeated == 3 * 49
    assert not run.restarts


def test_a_rank_may_lag_by_a_line() -> None:
    ahead = [(step, 1 / step) for step in range(1, 50)]
    behind = [(step, 1 / step + 0.1) for step in range(1, 50)]
    mixed = [line for pair in zip(ahead[1:], behind, strict=False) for line in pair]
    run = run_of(*ahead[:1], *mixed)
    assert points(run) == ahead
    assert not run.restarts


def test_a_resumed_run_sets_what_it_supersedes_aside() -> None:
    run = run_of(*((step, 10.0) for step in range(1, 101)), *((step, 5.0) for step in range(51, 121)))
    assert points(run) == [(s, 10.0) for s in range(1, 51)] + [(s, 5.0) for s in range(51, 121)]
    assert [(each.from_step, each.to_step) for each in run.restarts] == [(100, 51)]
    assert list(run.superseded[0][TRAIN_LOSS].step) == list(range(51, 101))
    assert run.last_step == 120


def test_a_log_that_is_read_again_is_not_a_resumed_run() -> None:
    lines = [(step, 3 / step) for step in range(1, 101)]
    run = run_of(*lines, *lines, (101, 0.5))
    assert len(points(run)) == 101
    assert (run.repeated, run.restarts) == (100, [])


def test_so_is_one_whose_points_were_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "MOST_POINTS", 256)
    lines = [(step, 2 + math.sin(step)) for step in range(1, 1001)]
    run = run_of(*lines)
    before = points(run)
    assert run.series[TRAIN_LOSS].left_out
    for step, loss in lines:
        run.add(Record({TRAIN_LOSS: loss}, step))
    assert not run.restarts
    assert points(run) == before


def test_a_thinned_run_that_is_resumed_is_seen_at_the_next_point_that_was_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_module, "MOST_POINTS", 256)
    run = run_of(*((step, 2 + math.sin(step)) for step in range(1, 1001)))
    for step in range(100, 200):
        run.add(Record({TRAIN_LOSS: 7.0}, step))
    assert len(run.restarts) == 1
    assert 100 <= run.restarts[0].to_step <= 140
    assert run.last_step == 199


def test_what_was_set_aside_stays_bounded() -> None:
    run = Run(Path("log"))
    for again in range(2000):
        for step in range(1, 6):
            run.add(Record({TRAIN_LOSS: again + step / 10}, step))
    assert len(run.superseded) == 8
    assert len(run.restarts) == 1000
    assert len(points(run)) == 5


def test_names_without_number_do_not_make_series_without_number() -> None:
    run = Run(Path("log"))
    for number in range(5000):
        run.add(Record({f"layer {number}": 1.0}, number))
    assert len(run.series) == 500


def test_of_two_losses_at_one_step_the_first_counts() -> None:
    run = run_of((1, 2.0), (1, 3.0), (2, 1.0))
    assert points(run) == [(1, 2.0), (2, 1.0)]
    assert run.repeated == 1


def test_an_evaluation_of_an_earlier_step_is_no_resumption() -> None:
    run = run_of(*((step, 1.0) for step in range(1, 100)))
    run.add(Record({EVAL_LOSS: 2.0}, 50))
    run.add(Record({EVAL_LOSS: 2.0}, 99))
    assert not run.restarts
    assert points(run, EVAL_LOSS) == [(50, 2.0), (99, 2.0)]
    assert run.last_step == 99


def test_nan_is_kept_and_equals_itself() -> None:
    lines = [(1, 1.0), (2, math.nan), (3, math.inf)]
    run = run_of(*lines, *lines)
    assert [math.isnan(value) for _, value in points(run)] == [False, True, False]
    assert run.repeated == 3


def test_records_without_a_step_are_counted() -> None:
    run = run_of((None, 3.0), (None, 2.0))
    run.add(Record({EVAL_LOSS: 2.5}))
    run.add(Record({TRAIN_LOSS: 1.0}))
    assert points(run) == [(1, 3.0), (2, 2.0), (3, 1.0)]
    assert points(run, EVAL_LOSS) == [(2, 2.5)]
    assert run.counted_steps


def test_counting_goes_on_when_the_series_is_thinned() -> None:
    run = Run(Path("log"))
    run.series[TRAIN_LOSS] = series_module.Series(64)
    for loss in range(1000, 0, -1):
        run.add(Record({TRAIN_LOSS: float(loss)}))
    assert not run.restarts
    assert run.last_step == run.count(TRAIN_LOSS) == 1000
    assert points(run)[-1] == (1000, 1.0)


def test_counting_goes_on_from_the_last_step_that_was_told() -> None:
    run = run_of((100, 3.0), (None, 2.0), (None, 1.0), (200, 0.5), (None, 0.4))
    assert [step for step, _ in points(run)] == [100, 101, 102, 200, 201]


def test_an_epoch_that_goes_back_is_a_resumption_where_no_step_is_told() -> None:
    run = Run(Path("log"))
    for loss, epoch in [(9.0 - n, n / 10) for n in range(1, 9)] + [(8.5 - n, n / 10) for n in range(4, 7)]:
        run.add(Record({TRAIN_LOSS: loss}, epoch=epoch))
    assert [restart.to_step for restart in run.restarts] == [4]
    assert points(run) == [(1, 8.0), (2, 7.0), (3, 6.0), (4, 4.5), (5, 3.5), (6, 2.5)]
    assert run.last_epoch == 0.6


def test_lines_of_lagging_ranks_count_once_where_no_step_is_told() -> None:
    run = Run(Path("log"))
    for n in (1, 2, 1, 3, 2, 4, 3, 5, 4):
        run.add(Record({TRAIN_LOSS: 9.0 - n}, epoch=n / 10))
    assert not run.restarts
    assert [value for _, value in points(run)] == [8.0, 7.0, 6.0, 5.0, 4.0]


def test_evaluations_alone_are_counted() -> None:
    run = Run(Path("log"))
    for loss in (3.0, 2.0, 1.0):
        run.add(Record({EVAL_LOSS: loss}))
    assert [value for _, value in points(run, EVAL_LOSS)] == [3.0, 2.0, 1.0]


def test_after_a_resumption_nothing_counts_as_thinned_that_was_not() -> None:
    run = Run(Path("log"))
    run.series[TRAIN_LOSS] = series_module.Series(64)
    for begin, end in ((0, 1000), (519, 540), (525, 550)):  # 519 was kept when the series was thinned
        for step in range(begin, end):
            run.add(Record({TRAIN_LOSS: 5.0 + begin + step / 100}, step))
    assert [restart.to_step for restart in run.restarts] == [519, 525]
    assert points(run)[-1] == (549, 535.49)


def test_names_without_end_are_no_metrics() -> None:
    run = Run(Path("log"))
    run.add(Record({"m" * 100_000: 1.0, TRAIN_LOSS: 2.0}, 1))
    assert list(run.series) == [TRAIN_LOSS]


def test_another_log_lends_what_only_it_tells() -> None:
    run = run_of(*((step, 2.0) for step in range(1, 50)))
    other = Run(Path("other"))
    for step in range(10, 50, 10):
        other.add(Record({TRAIN_LOSS: 2.0001, EVAL_LOSS: 2.2, LEARNING_RATE: 0.1}, step))
    run.borrow(other)
    assert points(run)[9] == (10, 2.0)
    assert len(points(run, EVAL_LOSS)) == 4
    other.add(Record({EVAL_LOSS: 2.3}, 50))
    assert len(points(run, EVAL_LOSS)) == 5
    for step in range(20, 30):  # resumed: the other log cuts its own points itself
        run.add(Record({TRAIN_LOSS: 9.0}, step))
    assert len(points(run, EVAL_LOSS)) == 5
    run.add(Record({EVAL_LOSS: 1.0}, 30))  # now it tells of evaluations itself
    run.borrow(other)
    assert points(run, EVAL_LOSS) == [(30, 1.0)]
    assert run.borrowed == {LEARNING_RATE}


def test_the_points_that_are_kept_do_not_depend_on_how_they_came() -> None:
    one, other = series_module.Series(1024), series_module.Series(1024)
    for step in range(10_000):
        one.append(step, math.sin(step / 50), None, None)
    for step in range(10_000):
        other.append(step, math.sin(step / 50), None, None)
        if step % 1000 == 0:
            other.curve()
    assert one.value == other.value
    assert len(one) < 1024


def test_thinning_keeps_spikes_and_what_is_no_number() -> None:
    series = series_module.Series(1024)
    for step in range(5000):
        series.append(step, {301: 50.0, 302: math.nan, 303: -9.0}.get(step, math.sin(step)), None, None)
    kept = dict(zip(series.step, series.value, strict=True))
    assert kept[301] == 50.0
    assert math.isnan(kept[302])
    assert kept[303] == -9.0
    spans = [sum(low <= step < low + 500 for step in series.step) for low in range(0, 4000, 500)]
    assert max(spans) < 4 * min(spans), spans
    assert series.at(4999) == math.sin(4999)
    assert len(series) + series.left_out == 5000


def test_a_curve_of_nothing_but_nan_is_thinned_too() -> None:
    series = series_module.Series(1024)
    for step in range(20_000):
        series.append(step, math.nan, None, None)
    assert len(series) < 1024


def test_what_is_set_aside_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "_MOST_SET_ASIDE", 250)
    run = Run(Path("log"))
    for begin in range(6):  # each time from the first step
        for step in range(100):
            run.add(Record({TRAIN_LOSS: 9.0 - begin, f"other {begin}": 1.0}, step))
    assert [list(each) for each in run.superseded] == [[TRAIN_LOSS, "other 4"]]
    run = Run(Path("log"))
    for begin in range(3):
        for step in range(200):
            run.add(Record({TRAIN_LOSS: 9.0 - begin, "other": 1.0}, step))
    assert [list(each) for each in run.superseded] == [[TRAIN_LOSS]]
