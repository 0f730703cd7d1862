"""The way from real logs to the screen: what is copied, what is reported, and that the thread ends."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from queue import SimpleQueue

import pytest
from textual.message import Message

from ftui.project.settings import Training
from ftui.training.alerting.hand_over import HandOver
from ftui.training.following.watch import News, Watch
from ftui.tui.durations import in_words
from ftui.tui.training import run_curves
from ftui.tui.training.checkpoint_model import checkpoint_model
from ftui.tui.training.feed import Reading
from ftui.tui.training.log_lines import MOST_LINES, cleaned
from ftui.tui.training.progress import Pace
from ftui.tui.training.reader import TrainingFailed, TrainingRead, TrainingReader, joined
from ftui.tui.training.watch_feed import WatchFeed
from tests.tui.training_desk import ScriptedFeed, look, run


class Clock:
    """Stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def entry(step: int) -> str:
    values = {"current_steps": step, "total_steps": 40, "loss": 3 - step / 20, "lr": 1e-4, "epoch": step / 20}
    return f"{json.dumps(values)}\n"


def test_a_log_is_followed_and_only_what_changed_is_handed_over(tmp_path: Path) -> None:
    log = tmp_path / "trainer_log.jsonl"
    clock = Clock()
    feed = WatchFeed(Watch([log], clock=clock), clock=clock)
    first = feed.read()
    assert first.runs is not None
    assert first.runs[0].trouble == "is not there yet"
    assert feed.read().runs is None, "nothing has changed"
    log.write_text("".join(map(entry, range(1, 11))))
    clock.now += 1
    second = feed.read()
    assert second.runs is not None
    (told,) = second.runs
    assert told.trouble == ""
    assert told.curves["train/loss"].value.tolist() == [3 - step / 20 for step in range(1, 11)]
    assert told.facts.total_steps == 40
    assert [len(lines) for lines in second.lines.values()] == [10]
    with log.open("a") as file:
        file.write(entry(11))
    clock.now += 1
    third = feed.read()
    assert third.runs is not None
    assert third.runs[0].last_step == 11
    assert third.runs[0].last_line == clock.now
    assert told.last_step == 10, "what was handed over does not change"
    assert len(told.curves["train/loss"]) == 10
    log.unlink()
    clock.now += 1
    gone = feed.read()
    assert gone.runs is not None
    assert gone.runs[0].trouble == "is gone"
    feed.close()


def test_a_folder_without_runs_is_told_once(tmp_path: Path) -> None:
    feed = WatchFeed(Watch([tmp_path]))
    assert feed.read().runs == []
    assert feed.read().runs is None, "nothing has changed"
    feed.close()


def test_another_log_joins(tmp_path: Path) -> None:
    feed = WatchFeed(Watch([tmp_path / "a.jsonl"]))
    feed.read()
    (tmp_path / "b.jsonl").write_text(entry(1))
    feed.add(tmp_path / "b.jsonl")
    told = feed.read()
    assert told.runs is not None
    assert [each.path.name for each in told.runs] == ["a.jsonl", "b.jsonl"]
    feed.close()


def test_the_thread_posts_one_message_at_a_time_and_ends() -> None:
    posted: SimpleQueue[Message] = SimpleQueue()
    feed = ScriptedFeed()
    feed.say(look(), lines=["one"])
    feed.say(look(run(steps=3)))
    reader = TrainingReader(feed, posted.put)
    reader.add(Path("more.log"))
    reader.start()
    first = posted.get(timeout=60)
    assert isinstance(first, TrainingRead)
    assert posted.empty(), "the second waits until the first is taken"
    first.taken()
    second = posted.get(timeout=60)
    assert isinstance(second, TrainingRead)
    assert second.reading.runs is not None
    second.taken()
    reader.close()
    reader.join(60)
    assert feed.closed
    assert feed.added == [Path("more.log")]


def test_what_comes_while_the_screen_is_busy_comes_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftui.tui.training.reader.PATIENCE", 0.0)
    posted: SimpleQueue[Message] = SimpleQueue()
    feed = ScriptedFeed()
    feed.say(look(), lines=["step 0 loss 1"])
    reader = TrainingReader(feed, posted.put)
    reader.start()
    first = posted.get(timeout=60)
    assert isinstance(first, TrainingRead)
    for number in range(1, 6):
        feed.say(look(run(steps=number)), lines=[f"step {number} loss 1"], notices=[f"notice {number}"])
    while not feed.readings.empty():  # read on, as an alert must not wait
        time.sleep(0.001)
    assert posted.empty()
    first.taken()
    second = posted.get(timeout=60)
    assert isinstance(second, TrainingRead)
    told = [each.text for lines in second.reading.lines.values() for each in lines]
    rest = 5 - len(told)
    assert told == [f"step {number} loss 1" for number in range(1, 6 - rest)]
    assert second.reading.runs is not None
    assert second.reading.notices[0] == "notice 1"
    second.taken()
    reader.close()
    reader.join(60)


def test_two_readings_as_one_keep_what_a_screen_keeps() -> None:
    many = cleaned([f"line {number}" for number in range(15_000)])
    one = Reading([look()], {"a": many, "b": many[:1]}, 0.5, True, ["first"])
    other = Reading(None, {"a": many}, None, False, ["second"])
    both = joined(one, other)
    assert both.runs is one.runs
    assert len(both.lines["a"]) == MOST_LINES
    assert both.lines["b"] == many[:1]
    assert (both.loaded, both.more, both.notices) == (None, False, ["first", "second"])


def test_a_fault_at_the_end_is_told_too() -> None:
    posted: SimpleQueue[Message] = SimpleQueue()
    feed = ScriptedFeed()

    def full() -> None:
        raise OSError("no space left")

    feed.close = full  # type: ignore[method-assign]
    reader = TrainingReader(feed, posted.put)
    reader.start()
    reader.close()
    failed = posted.get(timeout=60)
    assert isinstance(failed, TrainingFailed)
    assert "no space left" in failed.error


def test_a_fault_of_the_feed_is_told() -> None:
    posted: SimpleQueue[Message] = SimpleQueue()
    feed = ScriptedFeed()
    feed.fails = "boom"
    reader = TrainingReader(feed, posted.put)
    reader.start()
    failed = posted.get(timeout=60)
    assert isinstance(failed, TrainingFailed)
    assert failed.error == "RuntimeError: boom"
    assert "start it again" in failed.hint
    reader.join(60)
    assert feed.closed


def test_what_ftui_toml_misspells_is_told_with_what_to_do(tmp_path: Path) -> None:
    posted: SimpleQueue[Message] = SimpleQueue()
    settings = Training(columns={"trian_loss": "nll"})
    reader = TrainingReader(WatchFeed(Watch([tmp_path]), settings=settings), posted.put)
    reader.start()
    failed = posted.get(timeout=60)
    reader.join(60)
    assert isinstance(failed, TrainingFailed)
    assert failed.error == "[training.columns]: trian_loss is no part of a log"
    assert failed.hint == "did you mean train_loss? Mend it, leave ftui and start it again"


def test_an_export_is_whole_although_a_slow_disk_holds_the_reading_up(tmp_path: Path) -> None:
    log, export = tmp_path / "trainer_log.jsonl", tmp_path / "points.jsonl"
    log.write_text("".join(map(entry, range(1, 11))))
    hand_over = HandOver(export=export)
    watch = Watch([log], listener=hand_over.export)
    feed, posted = WatchFeed(watch, hand_over), SimpleQueue[Message]()
    stands, goes_on = threading.Event(), threading.Event()
    poll = watch.poll

    def slow() -> News:
        news = poll()
        stands.set()
        goes_on.wait(30)
        return news

    watch.poll = slow  # type: ignore[method-assign]
    reader = TrainingReader(feed, posted.put)
    reader.start()
    assert stands.wait(30)
    assert export.read_text() == ""
    reader.close()
    reader.join(0.0)
    written = export.read_text()
    assert written.count('"train/loss"') == 10
    assert not list(tmp_path.glob(".points*.lock"))
    goes_on.set()
    reader.join(60)
    assert export.read_text() == written, "what comes after the end changes nothing"


# Progress


def test_a_pace_begins_with_what_was_seen_to_move() -> None:
    pace = Pace()
    pace.saw(0.0, 5_000.0)
    assert pace.steps_per_second is None, "that lay there at the start"
    pace.saw(10.0, 5_010.0)
    pace.saw(20.0, 5_030.0)
    assert pace.steps_per_second == pytest.approx(2.0)
    pace.saw(30.0, 100.0)
    assert pace.steps_per_second is None, "resumed from an earlier step"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0 s"),
        (59.9, "59 s"),
        (130, "2 min 10 s"),
        (3_723, "1 h 2 min"),
        (90_000, "1 d 1 h"),
        (-5, "0 s"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert in_words(seconds) == words


# Curves


def test_charts_begin_with_what_matters_and_hold_training_and_validation() -> None:
    assert run_curves.charts([look()]) == ["loss", "learning_rate", "grad_norm", "entropy"]
    assert run_curves.chart_of("eval/accuracy") == run_curves.chart_of("accuracy") == "accuracy"
    assert run_curves.chart_of("eval/g0/loss") == "loss"


def test_points_that_a_restart_set_aside_stay_behind_the_others() -> None:
    from ftui.training.record import Record

    made = run(steps=60)
    for step in range(30, 50):
        made.add(Record({"train/loss": 5.0}, step))
    lines = run_curves.lines_of("loss", [(0, look(made))], "step", {"a": "a"})
    assert [(each.name, each.dim) for each in lines if each.dim] == [("", True), ("", True)]
    assert [border.kind for border in run_curves.borders(look(made), "step")].count("restart") == 1


def test_steps_epochs_and_times_are_places_of_one_axis() -> None:
    told = look()
    assert run_curves.axes([told]) == ["step", "epoch", "time"]
    assert run_curves.place_of(told, 100, "epoch") == pytest.approx(2.0)
    assert run_curves.place_of(told, 100, "time") == pytest.approx(198.0)


# Checkpoints


def test_which_file_of_a_checkpoint_is_sampled(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint-90"
    assert "convert_hf_to_gguf.py" in checkpoint_model(folder, 90, None).command
    folder.mkdir()
    (folder / "b.gguf").touch()
    (folder / "a.gguf").touch()
    assert checkpoint_model(folder, 90, None).spec == f"step-90={folder}/a.gguf"
    (folder / "adapter_config.json").touch()
    base = tmp_path / "base.gguf"
    assert checkpoint_model(folder, 90, base).spec == f"step-90={base}+{folder}/a.gguf"
    assert "needs its base model" in checkpoint_model(folder, 90, None).missing
