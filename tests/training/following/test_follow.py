"""A run as it grows: recognised late, begun anew, fed in pieces."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from ftui.training.following.follow import Follower
from ftui.training.following.stream import Stream
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS

ROOT = Path(__file__).resolve().parents[3]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def lines(*steps: int, loss: float = 2.0) -> str:
    return "".join(
        json.dumps({"current_steps": step, "total_steps": 99, "loss": loss / step}) + "\n" for step in steps
    )


def read(follower: Follower) -> list[str]:
    """Everything that is there now."""
    raw = follower.poll()
    while follower.more:
        raw += follower.poll()
    return raw


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "trainer_log.jsonl"


def steps(follower: Follower, metric: str = TRAIN_LOSS) -> list[float]:
    series = follower.run.series.get(metric)
    return [] if series is None else list(series.step)


def test_a_log_is_followed_from_before_it_exists(log: Path) -> None:
    clock = Clock()
    follower = Follower(log, clock=clock)
    assert read(follower) == []
    assert follower.gone
    assert not follower.run.has_loss
    log.write_text(lines(1, 2))
    clock.now += 5
    assert len(read(follower)) == 2
    assert (follower.gone, follower.live, follower.last_line_at) == (False, True, 1005.0)
    assert follower.run.format == "llama-factory"
    assert follower.run.facts.total_steps == 99
    assert list(follower.run.arrivals) == [1005.0]
    follower.close()


def test_a_line_counts_when_it_is_whole(log: Path) -> None:
    text = lines(1, 2)
    follower = Follower(log)
    log.write_text(text[:-20])
    assert read(follower) == [lines(1).rstrip()]
    assert steps(follower) == [1]
    log.write_text(text)
    assert read(follower) == [lines(2).rstrip()]
    assert steps(follower) == [1, 2]


def test_the_last_line_counts_without_an_end_when_nothing_more_is_read(log: Path) -> None:
    log.write_text(lines(1, 2).rstrip())
    follower = Follower(log)
    read(follower)
    assert steps(follower) == [1]
    follower.finish()
    assert steps(follower) == [1, 2]


def test_the_unfinished_last_line_of_a_rotated_log_is_whole(log: Path) -> None:
    log.write_text(lines(1, 2).rstrip())
    follower = Follower(log)
    read(follower)
    log.rename(log.with_suffix(".1"))
    log.write_text(lines(3))
    read(follower)
    assert steps(follower) == [1, 2, 3]
    assert follower.run.facts.total_steps == 99


def test_that_of_a_truncated_one_is_not_for_it_may_be_half_a_number(log: Path) -> None:
    log.write_text("step 1: train loss 4.0, val loss 4.0\niter 2: loss 3.25")
    follower = Follower(log, "nanogpt")
    read(follower)
    log.write_text("iter 3: loss 3.0, time 1.00ms, mfu 1.00%\n")
    read(follower)
    assert 2.0 not in steps(follower)
    assert follower.run.series[TRAIN_LOSS].value[-1] == 3.0


def test_noise_before_the_first_line_does_not_hide_the_format(tmp_path: Path) -> None:
    log = tmp_path / "console.log"
    follower = Follower(log)
    with log.open("a") as file:
        for number in range(300):
            file.write(f"Loading checkpoint shards: {number}\n")
        file.flush()
        read(follower)
        assert follower.reader is None
        file.write("{'loss': '1.5', 'grad_norm': '2', 'learning_rate': '1e-05', 'epoch': '0.1'}\n")
        file.write("{'loss': '1.4', 'grad_norm': '2', 'learning_rate': '1e-05', 'epoch': '0.2'}\n")
        file.flush()
        read(follower)
    assert follower.run.format == "hf-console"
    assert follower.run.count(TRAIN_LOSS) == 2


def test_more_noise_than_is_kept_does_not_either(tmp_path: Path) -> None:
    log = tmp_path / "console.log"
    follower = Follower(log)
    log.write_text("loading, loading, loading, loading\n" * 400_000)
    read(follower)
    with log.open("a") as file:
        file.write("{'loss': '1.5', 'grad_norm': '2', 'learning_rate': '1e-05', 'epoch': '0.1'}\n" * 2)
    read(follower)
    assert follower.run.format == "hf-console"


def test_a_surer_reader_takes_over_from_the_beginning(log: Path) -> None:
    """A first line may look like a generic log; what follows tells who wrote it."""
    follower = Follower(log)
    log.write_text('{"loss": 3.0, "step": 1}\n')
    read(follower)
    early = follower.run.format
    with log.open("a") as file:
        file.write(lines(*range(2, 30)))
    read(follower)
    at_once = Follower(log)
    read(at_once)
    assert early in ("", "jsonl")
    assert follower.run.format == at_once.run.format
    assert steps(follower) == steps(at_once)


def test_a_named_format_is_not_guessed(log: Path) -> None:
    log.write_text(lines(1, 2))
    follower = Follower(log, "nanogpt")
    read(follower)
    assert (follower.run.format, follower.run.has_loss) == ("nanogpt", False)


def test_a_whole_file_is_loaded_again_when_it_changed(tmp_path: Path) -> None:
    state = tmp_path / "trainer_state.json"

    def write(*steps: int) -> None:
        history = [{"loss": 1 / step, "step": step, "epoch": step / 10} for step in steps]
        beside = state.with_suffix(".new")
        beside.write_text(json.dumps({"log_history": history, "global_step": steps[-1], "max_steps": 9}))
        beside.replace(state)

    write(1, 2)
    follower = Follower(state)
    read(follower)
    first = follower.run
    assert steps(follower) == [1, 2]
    read(follower)
    assert follower.run is first
    write(1, 2, 3)
    read(follower)
    assert steps(follower) == [1, 2, 3]
    assert follower.run.version > first.version
    assert not follower.run.repeated
    state.write_text("")  # its writer is in the middle of it
    read(follower)
    assert steps(follower) == [1, 2, 3]


def test_utf_16_as_powershell_writes_it(log: Path) -> None:
    log.write_text(lines(1, 2, 3), encoding="utf-16")
    follower = Follower(log)
    assert len(read(follower)) == 3
    assert steps(follower) == [1, 2, 3]


@pytest.mark.parametrize("garbage", [b"\0" * 5000, bytes(range(256)) * 50, b"\xff\xfe\x00", b"\n\r" * 9000])
def test_garbage_is_no_run(log: Path, garbage: bytes) -> None:
    follower = Follower(log)
    log.write_bytes(garbage)
    read(follower)
    follower.finish()
    assert not follower.run.has_loss


def test_of_a_progress_bar_the_last_state_is_shown(log: Path) -> None:
    log.write_bytes(b"  1%|#\r  2%|##\r\nplain\n" + b"x" * 9000 + b"\n")
    shown = read(Follower(log))
    assert shown[:2] == ["  2%|##", "plain"]
    assert len(shown[2]) == 4096


def test_a_pipe_is_followed_to_its_end() -> None:
    source, sink = os.pipe()
    stream = Stream(source)
    follower = Follower(Path("-"), stream=stream)
    assert read(follower) == []
    os.write(sink, (lines(1, 2, 3)).encode())
    os.close(sink)
    stream.wait(60)
    read(follower)
    assert steps(follower) == [1, 2, 3]
    assert follower.ended
    assert follower.run.format == "llama-factory"


@pytest.mark.parametrize(
    "campaign", [pytest.param(False, id="short"), pytest.param(True, id="long", marks=pytest.mark.slow)]
)
def test_every_line_of_a_writer_counts_once_whatever_it_does_to_its_file(log: Path, campaign: bool) -> None:
    count, rate = (20_000, 1000.0) if campaign else (600, 300.0)
    writer = [
        sys.executable,
        str(ROOT / "tests" / "training" / "log_writer.py"),
        str(log),
        str(count),
        str(rate),
    ]
    follower = Follower(log)
    raw: list[str] = []
    with Popen(writer, stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        while process.poll() is None:
            if process.stdout.read():  # it is about to truncate: everything written is to be read first
                raw += read(follower)
                process.stdin.write(b"\n")
                process.stdin.flush()
            raw += read(follower)
    assert process.returncode == 0
    raw += read(follower)
    told = [entry["current_steps"] for entry in map(json.loads, raw) if entry["loss"] is not None]
    assert told == list(range(1, count + 1))
    assert steps(follower) == told
    assert list(follower.run.series[TRAIN_LOSS].value) == [1 + 1 / step for step in told]
    assert not follower.run.restarts
    assert EVAL_LOSS not in follower.run.series
