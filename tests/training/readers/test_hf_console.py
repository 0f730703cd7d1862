"""The console of Transformers, held against trainer_state.json of the same run."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.training.metrics import EVAL_LOSS, GRAD_NORM, LEARNING_RATE, MEAN_TRAIN_LOSS, TRAIN_LOSS
from ftui.training.readers.hf_console import HfConsoleReader
from ftui.training.run import Run
from tests.training.readers.reading import FIXTURES, fed, points, read, shown

RUNS = (
    "hf4",
    "hf5",
    "hf5_buffered",
    "hf5_accumulated",
    "hf5_nan",
    "hf5_nan_filtered",
    "trl_sft",
    "trl_dpo",
)


@pytest.mark.parametrize("run", RUNS)
def test_steps_and_values_are_those_of_the_state(run: str) -> None:
    reader, printed = read(FIXTURES / f"{run}_console.log")
    state, kept = read(FIXTURES / f"{run}_trainer_state.json")
    assert len(printed) == len(kept) > 0
    for one, other in zip(printed, kept, strict=True):
        assert one.step == other.step
        assert one.values.keys() == other.values.keys()
        assert one.values == pytest.approx(other.values, rel=1e-3, abs=1e-4, nan_ok=True)
    assert reader.facts.total_steps == state.facts.total_steps
    assert reader.facts.finished


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
@pytest.mark.parametrize("run", ["hf5_buffered", "hf5_buffered_resumed"])
def test_lines_that_a_buffer_held_back_stand_at_their_own_steps(run: str, size: int) -> None:
    """`python train.py > log 2>&1`: bars come at once, lines in groups and after a later bar."""
    whole = Run(Path("whole"))
    pieces = Run(Path("pieces"))
    kept = Run(Path("kept"))
    data = (FIXTURES / f"{run}_console.log").read_bytes()
    reader = HfConsoleReader(Path("console.log"))
    cut = [record for at in range(0, len(data), size) for record in reader.feed(data[at : at + size])]
    for into, records in (
        (whole, read(FIXTURES / f"{run}_console.log")[1]),
        (pieces, [*cut, *reader.finish()]),
        (kept, read(FIXTURES / f"{run}_trainer_state.json")[1]),
    ):
        for record in records:
            into.add(record)
    for metric in (TRAIN_LOSS, EVAL_LOSS):
        steps = list(kept.curve(metric).step)
        assert list(whole.curve(metric).step) == steps
        assert list(pieces.curve(metric).step) == steps


def test_a_resumed_run_goes_back() -> None:
    _, printed = read(FIXTURES / "hf5_resumed_console.log")
    steps = [step for step, _ in points(printed, TRAIN_LOSS)]
    back = next(i for i in range(1, len(steps)) if (steps[i] or 0) <= (steps[i - 1] or 0))
    _, kept = read(FIXTURES / "hf5_resumed_trainer_state.json")
    assert steps[back:] == [step for step, _ in points(kept, TRAIN_LOSS) if (step or 0) >= (steps[back] or 0)]


def test_the_mean_over_the_run_is_no_point() -> None:
    reader, printed = read(FIXTURES / "hf5_console.log")
    text = (FIXTURES / "hf5_console.log").read_text()
    mean = float(text.split("'train_loss': '")[1].split("'")[0])
    assert reader.facts.values[MEAN_TRAIN_LOSS] == mean
    assert mean not in [value for _, value in points(printed, TRAIN_LOSS)]


def test_the_banner_tells_rows_batch_and_steps() -> None:
    reader, printed = read(FIXTURES / "transformers5_banner.log")
    assert reader.facts.config["num_examples"] == 40  # not the 12 of the evaluation
    assert reader.facts.config["total_train_batch_size"] == 4
    assert reader.facts.total_epochs == 3
    assert reader.facts.total_steps == 30
    assert points(printed, "eval/g0/loss") == [(10, 1.52), (20, 1.635), (30, 1.672)]
    assert points(printed, "eval/g1/loss") == [(10, 1.341), (20, 1.425), (30, 1.468)]


def test_the_banner_of_unsloth() -> None:
    reader, _ = read(FIXTURES / "unsloth.log")
    told = {name: reader.facts.config[name] for name in ("num_examples", "num_train_epochs", "max_steps")}
    assert told == {"num_examples": 51_760, "num_train_epochs": 3, "max_steps": 48}
    assert reader.facts.config["per_device_train_batch_size"] == 2
    assert reader.facts.config["gradient_accumulation_steps"] == 2
    assert reader.facts.config["total_train_batch_size"] == 4
    assert reader.facts.config["trainable_parameters"] == 41_943_040


@pytest.mark.parametrize("version", [4, 5])
def test_without_bars_no_step_is_made_up(version: int) -> None:
    reader, printed = read(FIXTURES / f"transformers{version}_no_bar.log")
    assert [record.step for record in printed] == [None] * 9
    assert [record.epoch for record in printed] == [0.5, 1, 1, 1.5, 2, 2, 2.5, 3, 3]
    assert reader.facts.finished


def test_a_crash_leaves_the_lines_before_it() -> None:
    reader, printed = read(FIXTURES / "transformers5_crashed.log")
    assert points(printed, TRAIN_LOSS) == [(5, 1.585), (10, 1.338), (15, 1.23)]
    assert not reader.facts.finished


def test_a_line_is_told_before_the_next_bar_is_whole() -> None:
    text = (FIXTURES / "hf5_console.log").read_bytes()
    cut = text.index(b"| 4/48", text.index(b"'loss'")) + len(b"| 4/48 [")
    reader = HfConsoleReader(Path("log"))
    first = [record for at in range(0, cut, 7) for record in reader.feed(text[at : min(at + 7, cut)])]
    assert [record.step for record in first] == [4]


def test_where_returns_were_taken_out_a_later_bar_does_not_move_the_line() -> None:
    line = "{'loss': %s, 'epoch': %s}\n"
    bar = " 10%%|#   | %d/100 [00:01<00:09, 9.9it/s]\n"
    text = bar % 10 + line % (2.5, 0.1) + bar % 10 + bar % 19 + line % (2.4, 0.2) + bar % 23
    assert points(fed(HfConsoleReader, text.encode()), TRAIN_LOSS) == [(10, 2.5), (20, 2.4)]


def test_bars_and_lines_of_a_rank() -> None:
    text = (FIXTURES / "hf5_console.log").read_bytes().decode()
    for prefix in ("[rank0]:", "(RayTrainWorker pid=71, ip=10.0.0.7) ", "0: "):
        labelled = "\n".join(
            prefix + line.replace("\r", "\r" + prefix) if "[A" not in line else line
            for line in text.split("\n")
        )
        found = fed(HfConsoleReader, labelled.encode())
        assert shown(found) == shown(fed(HfConsoleReader, text.encode())), prefix


def test_bars_of_something_else_are_no_steps() -> None:
    text = "100%|####| 1000/1000 [00:01<00:00, 999it/s]\n" + "".join(
        f"{{'loss': {9 - i}.5, 'epoch': {i}.0}}\n" for i in range(5)
    )
    found = fed(HfConsoleReader, text.encode())
    assert points(found, TRAIN_LOSS) == [(None, 9.5 - i) for i in range(5)]


def test_a_second_training_in_the_same_console() -> None:
    first = (FIXTURES / "hf5_console.log").read_bytes()
    second = (FIXTURES / "transformers5_crashed.log").read_bytes()
    found = fed(HfConsoleReader, first, second)
    assert points(found, TRAIN_LOSS)[-3:] == [(5, 1.585), (10, 1.338), (15, 1.23)]


def test_values_that_are_no_numbers() -> None:
    text = b"{'loss': nan, 'grad_norm': inf, 'learning_rate': '1e-05', 'note': 'a, b', 'tags': [1, 2], 'epoch': 0.01}\n"
    (record,) = fed(HfConsoleReader, text)
    assert record.values.keys() == {TRAIN_LOSS, GRAD_NORM, LEARNING_RATE}
    assert record.values[TRAIN_LOSS] != record.values[TRAIN_LOSS]
    assert record.values[GRAD_NORM] == float("inf")


def test_prefixes_of_loggers_and_ranks() -> None:
    _, printed = read(FIXTURES / "prefixes.log")
    assert [record.epoch for record in printed] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    times = [record.time for record in printed if record.time is not None]
    assert [round(time - times[0], 3) for time in times[:3]] == [0.0, 0.488, 1.588]


def test_lines_that_stay_the_same_are_points_and_copies_are_none() -> None:
    line = "{'loss': 0.0, 'grad_norm': nan, 'learning_rate': 1e-05, 'epoch': 0.01}\n"
    bar = "\r 10%|#   | {}/100 [00:01<00:09, 9.9it/s]"
    drawn = "".join(bar.format(n) + "\r" + line + bar.format(n) for n in (1, 2, 3))
    assert points(fed(HfConsoleReader, drawn.encode()), TRAIN_LOSS) == [(1, 0.0), (2, 0.0), (3, 0.0)]
    assert len(fed(HfConsoleReader, line.encode() * 3)) == 3
    times = "".join(f"2026-11-21 14:03:0{n} - INFO - trainer - {line}" for n in range(3))
    assert len(fed(HfConsoleReader, times.encode())) == 3
    ranks = "".join(f"[rank{n}]: {line}" for n in range(3))
    assert len(fed(HfConsoleReader, ranks.encode())) == 1


@pytest.mark.parametrize(
    "line",
    [
        "Best so far: {'eval_loss': 0.5, 'epoch': 3.0}",
        "{'eval_loss': 0.5}",
        "{'loss': 1.2, 'gr{'loss': 1.3, 'epoch': 1.0}",
        "{'loss': 1.2, 'epoch': 1.0} {'loss': 1.2",
        "{'loss': 1.2 'epoch': 1.0}",
        "x = {'loss': 1.2, 'epoch': 1.0}",
        "{'loss': 1.2, 'epoch': 1.0",
        "{'loss': 1_000, 'epoch': 1.0}",
        '{"loss": 1.2, "epoch": 1.0}',
    ],
)
def test_what_is_no_line_of_a_trainer(line: str) -> None:
    assert fed(HfConsoleReader, line.encode() + b"\n") == []


def test_evaluation_costs_are_no_metrics() -> None:
    _, printed = read(FIXTURES / "hf4_console.log")
    assert {name for record in printed for name in record.values} == {
        TRAIN_LOSS,
        GRAD_NORM,
        LEARNING_RATE,
        EVAL_LOSS,
    }


def test_axolotl_between_its_own_lines() -> None:
    _, printed = read(FIXTURES / "axolotl.log")
    assert points(printed, TRAIN_LOSS)[:3] == points(read(FIXTURES / "hf5_console.log")[1], TRAIN_LOSS)[:3]


@pytest.mark.parametrize("odd", ["nan", "inf", "-1.0", "1e-320", "1e300"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_epochs_that_are_none_tell_nothing(odd: str, end: str) -> None:
    epochs = [odd, odd, "0.1", "0.2", odd, "0.3", odd, "0.4"]
    lines = [f"{{'loss': {9 - n}.5, 'epoch': {epoch}}}" for n, epoch in enumerate(epochs)]
    for n in (2, 4, 5):  # some lines without a bar between them, as from a buffer
        lines.insert(n, f"  3%|x  | {n}/30 [00:00<00:02, 13.53it/s]")
    found = fed(HfConsoleReader, (end.join(lines) + end).encode())
    assert [value for _, value in points(found, TRAIN_LOSS)] == [9.5 - n for n in range(8)]
    assert {record.epoch for record in found} == {None, 0.1, 0.2, 0.3, 0.4}


def test_a_line_of_a_megabyte_is_no_banner() -> None:
    line = b"A" * 990_000 + b" = 1\n"
    assert fed(HfConsoleReader, line * 20) == []


def test_bars_of_a_notebook_have_no_strokes() -> None:
    """Colab's shell cells draw `17% 34/204 [01:03<05:30, 1.94s/it]`, at the evaluations alone once they are saved."""
    text = (
        "Tokenizing: 100% 272/272 [00:00<00:00, 356.99 examples/s]\n"
        "{'loss': '19.85', 'learning_rate': '8.571e-05', 'epoch': '0.2941'}\n"
        " 17% 34/204 [01:03<05:30,  1.94s/it]\n  0% 0/9 [00:00<?, ?it/s]\n 89% 8/9 [00:03<00:00,  2.44it/s]\n"
        "{'eval_loss': '9.86', 'eval_runtime': '4.061', 'epoch': '1'}\n"
        " 17% 34/204 [01:07<05:30,  1.94s/it]\n100% 9/9 [00:03<00:00,  2.54it/s]\n"
        "{'loss': '19.79', 'learning_rate': '0.0001803', 'epoch': '1.176'}\n"
        "{'loss': '19.71', 'learning_rate': '0.0001694', 'epoch': '1.471'}\n"
        " 33% 68/204 [02:17<04:28,  1.97s/it]\n  0% 0/9 [00:00<?, ?it/s]\n"
        "{'eval_loss': '9.623', 'eval_runtime': '3.761', 'epoch': '2'}\n"
        " 33% 68/204 [02:21<04:28,  1.97s/it]\n"
    )
    records = fed(HfConsoleReader, text.encode())
    assert points(records, EVAL_LOSS) == [(34, 9.86), (68, 9.623)]
    assert [step for step, _ in points(records, TRAIN_LOSS)] == [None, 40, 50]


def test_no_two_epochs_stand_at_one_step_where_hardly_a_bar_was_kept() -> None:
    text = (
        "  5%|█▍   | 15/300 [01:39<30:06,  6.34s/it]{'loss': '0.6891', 'epoch': '0.5'}\n"
        "{'loss': '0.5729', 'epoch': '1'}\n{'eval_loss': '0.4949', 'epoch': '1'}\n"
        " 49%|████▍   | 148/300 [10:07<09:08,  3.61s/it]\n"
        "{'loss': '0.3834', 'epoch': '1.5'}\n{'loss': '0.3375', 'epoch': '2'}\n{'eval_loss': '0.4235', 'epoch': '2'}\n"
        "{'loss': '0.1745', 'epoch': '2.5'}\n{'loss': '0.1527', 'epoch': '3'}\n{'eval_loss': '0.7234', 'epoch': '3'}\n"
    )
    run = Run(Path("console.log"))
    for record in fed(HfConsoleReader, text.encode()):
        run.add(record)
    assert list(run.curve(EVAL_LOSS).value) == [0.4949, 0.4235, 0.7234]
    assert list(run.curve(TRAIN_LOSS).value) == [0.6891, 0.5729, 0.3834, 0.3375, 0.1745, 0.1527]
    assert max(run.curve(EVAL_LOSS).step) <= 300
