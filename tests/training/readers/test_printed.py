"""Lines that a training loop of one's own prints."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.metrics import EVAL_LOSS, LEARNING_RATE, TRAIN_LOSS
from ftui.training.readers.printed import PrintedReader
from ftui.training.readers.registry import reader_for, reader_of
from ftui.training.record import Record

LOG = Path("run.log")


def read(text: str) -> list[Record]:
    return PrintedReader(LOG).feed(text.encode())


@pytest.mark.parametrize(
    ("line", "step", "epoch", "values"),
    [
        ("step 5 loss 0.3", 5, None, {TRAIN_LOSS: 0.3}),
        ("[step 5] loss: 0.3", 5, None, {TRAIN_LOSS: 0.3}),
        ("step 5, loss nan", 5, None, {TRAIN_LOSS: float("nan")}),
        ("Epoch [3/10], Step [100/500], Loss: 0.2345", 100, 3, {TRAIN_LOSS: 0.2345}),
        ("Epoch 3 | train loss 0.3 | val loss 0.4", None, 3, {TRAIN_LOSS: 0.3, EVAL_LOSS: 0.4}),
        ("Epoch: 3, Train Loss: 0.5 | Val. Loss: 0.6", None, 3, {TRAIN_LOSS: 0.5, EVAL_LOSS: 0.6}),
        ("EPOCH 1: LOSS train 0.5 valid 0.6", None, 1, {TRAIN_LOSS: 0.5, EVAL_LOSS: 0.6}),
        ("step 9 - train: loss 0.3 - val: loss 0.4", 9, None, {TRAIN_LOSS: 0.3, EVAL_LOSS: 0.4}),
        ("validation at step 10: loss 1.4 acc 0.3", 10, None, {EVAL_LOSS: 1.4, "eval/acc": 0.3}),
        ("Training loss at step 10: 0.31", 10, None, {TRAIN_LOSS: 0.31}),
        ("Train Epoch: 1 [30/60 (50%)]\tLoss: 2.3", None, 1.5, {TRAIN_LOSS: 2.3}),
        ("Test set: Average loss: 0.05, Accuracy: 90/100 (90%)", None, None, {EVAL_LOSS: 0.05}),
        ("[1,  2000] loss: 2.173", 2000, 1, {TRAIN_LOSS: 2.173}),
        ("step 50 | loss: 2.1 | lr: 3e-04 | 12.3 ms | 99 tok/s", 50, None, {LEARNING_RATE: 3e-4}),
        ("2026-11-22 12:00:01,512 - INFO - train - step 5 loss 0.3", 5, None, {TRAIN_LOSS: 0.3}),
        ("\x1b[32mstep\x1b[0m 5 loss 0.3", 5, None, {TRAIN_LOSS: 0.3}),
    ],
)
def test_lines(line: str, step: int | None, epoch: float | None, values: dict[str, float]) -> None:
    (record,) = read(line + "\n")
    assert (record.step, record.epoch) == (step, epoch)
    told = {name: record.values.get(name) for name in values}
    assert told == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize(
    "line",
    [
        "best val loss 0.3 at step 7",
        "saved at step 5",
        "epoch 1 done in 3.2 s",
        "It is 5 o'clock and the loss was 3 dollars",
        "Epoch 1 began in 1/2 [sic] of the cases: loss: 3",
        "Epoch 2, global step 500: 'val_loss' was not in top 3",
        "{'loss': 0.5, 'epoch': 1.0}",
        "step 5 loss 0.3 " + "and on " * 100,
    ],
)
def test_lines_that_tell_no_loss_of_a_step(line: str) -> None:
    values = [record.values for record in read(line + "\n")]
    assert not any(TRAIN_LOSS in each or EVAL_LOSS in each for each in values)


def test_a_name_with_another_word_is_another_metric() -> None:
    (record,) = read("step 5 loss 0.3 best val loss 0.2\n")
    assert record.values == {TRAIN_LOSS: 0.3, "best val loss": 0.2}


def test_batches_of_each_epoch_are_counted_on() -> None:
    lines = [f"epoch {epoch} step {step}/20 loss 1.0\n" for epoch in (1, 2, 3) for step in (10, 20)]
    assert [each.step for each in read("".join(lines))] == [10, 20, 30, 40, 50, 60]


def test_how_long_it_will_be() -> None:
    reader = PrintedReader(LOG)
    reader.feed(b"step 5/200 loss 0.3\n")
    assert reader.facts.total_steps == 200
    reader = PrintedReader(LOG)
    reader.feed(b"epoch 1/3 step 5/200 loss 0.3\n")
    assert (reader.facts.total_steps, reader.facts.total_epochs) == (None, 3)
    reader.feed(b"epoch 2/3 step 5/200 loss 0.3\n")
    assert reader.facts.total_steps is None
    reader = PrintedReader(LOG)
    reader.feed(b"epoch 1 step 5/200 loss 0.3\nepoch 2 step 10/200 loss 0.3\n")
    assert reader.facts.total_steps == 200


def test_a_cut_last_line_does_not_count() -> None:
    reader = PrintedReader(LOG)
    assert len(reader.feed(b"step 1 loss 0.25\nstep 2 loss 0.2")) == 1
    assert reader.finish() == []


def test_recognition_takes_three_lines_where_nobody_named_the_file(tmp_path: Path) -> None:
    line = "loading the model\nstep 1 loss 2.5\n"
    assert PrintedReader.recognise(line.encode(), LOG) < 0.3
    assert PrintedReader.recognise((line * 3).encode(), LOG) >= 0.3
    assert PrintedReader.recognise(b"saved at step 5\n" * 9, LOG) == 0
    assert reader_of(b"iter 0: loss 4.2, time 80ms, mfu -100.00%\n" * 4, LOG) is not PrintedReader
    script = tmp_path / "train.py"
    script.write_text("step 1 loss 2.5\n" * 9)
    assert reader_for(script) is None


@given(st.text(alphabet="step los epch123.:/[]()|-= \n\r\t", max_size=300))
def test_any_text_is_read(text: str) -> None:
    reader = PrintedReader(LOG)
    PrintedReader.recognise(text.encode(), LOG)
    for record in (*reader.feed(text.encode()), *reader.finish()):
        assert all(str(value) for value in record.values.values())


@given(st.integers(0, 10**6), st.floats(1e-6, 1e4), st.integers(0, 40))
def test_a_line_torn_by_another_gives_no_other_number(step: int, loss: float, cut: int) -> None:
    whole = f"step {step} loss {loss:.4f}"
    records = read(f"{whole[:cut]}\n{whole}\n")
    assert records[-1].values == {TRAIN_LOSS: float(f"{loss:.4f}")}
