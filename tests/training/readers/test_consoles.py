"""Text logs of other writers, by their fixtures."""

from __future__ import annotations

import math

import pytest

from ftui.training.metrics import (
    EVAL_LOSS,
    GRAD_NORM,
    LEARNING_RATE,
    STEPS_PER_SECOND,
    TOKENS_PER_SECOND,
    TRAIN_LOSS,
    TRAIN_LOSS_ESTIMATE,
)
from ftui.training.readers.keras_console import KerasConsoleReader
from ftui.training.readers.llama_cpp import SO_FAR, LlamaCppReader
from ftui.training.readers.llama_factory import LlamaFactoryReader
from ftui.training.readers.llm_c import LlmCReader
from ftui.training.readers.mmengine import MmengineReader
from ftui.training.readers.nanogpt import NanoGptReader
from ftui.training.readers.reader import Reader
from ftui.training.readers.torchtune import TorchtuneReader
from tests.training.readers.reading import FIXTURES, fed, points, read


def test_torchtune() -> None:
    _, records = read(FIXTURES / "torchtune.txt")
    assert [record.step for record in records] == list(range(1, 31))
    assert points(records, TRAIN_LOSS)[0] == (1, 2.8454791907823633)
    assert points(records, LEARNING_RATE)[4] == (5, 2e-05)
    assert {GRAD_NORM, TOKENS_PER_SECOND, "peak_memory_active"} < records[0].values.keys()


def test_the_bar_of_torchtune() -> None:
    line = "1|7|Loss: 1.6054:  12%|#2        | 7/60 [00:21<02:35,  2.94s/it]\r"
    (record,) = fed(TorchtuneReader, line.encode())
    assert (record.step, record.values) == (7, {TRAIN_LOSS: 1.6054})


def test_composers_file() -> None:
    reader, records = read(FIXTURES / "composer.txt")
    assert len(points(records, TRAIN_LOSS)) == 30
    assert points(records, EVAL_LOSS)[-1] == (30, 1.8108)
    assert {LEARNING_RATE, GRAD_NORM, TOKENS_PER_SECOND} <= {name for r in records for name in r.values}
    assert not any(name.startswith("time/") for record in records for name in record.values)
    assert reader.facts.config["precision"] == "amp_bf16"


def test_composers_console_counts_steps_over_epochs() -> None:
    _, records = read(FIXTURES / "composer_console.log")
    assert [step for step, _ in points(records, TRAIN_LOSS)] == [5, 10, 15, 20]
    assert [step for step, _ in points(records, EVAL_LOSS)] == [10, 20]


@pytest.mark.parametrize("name", ["mlx_table.txt", "mlx_lines.log"])
def test_mlx(name: str) -> None:
    reader, records = read(FIXTURES / name)
    last = 60 if name == "mlx_table.txt" else 40
    assert [step for step, _ in points(records, EVAL_LOSS)] == [1, *range(20, last + 1, 20)]
    assert points(records, EVAL_LOSS)[0] == (1, 3.038)
    assert points(records, TRAIN_LOSS)[-1][0] == reader.facts.total_steps == last
    assert points(records, TOKENS_PER_SECOND)[0][1] == (1457 if last == 60 else 456.7)
    assert points(records, STEPS_PER_SECOND) == [] if last == 60 else [(n, 1.234) for n in (10, 20, 30, 40)]


def test_mmengine_by_epoch() -> None:
    _, records = read(FIXTURES / "mmengine_epoch.log")
    assert [step for step, _ in points(records, TRAIN_LOSS)] == list(range(5, 46, 5))
    assert points(records, TRAIN_LOSS)[0] == (5, 1.3251)
    assert points(records, "eval/accuracy") == [(15, 30.0), (30, 30.0), (45, 30.0)]
    assert points(records, EVAL_LOSS) == []
    assert all(record.time is not None for record in records)


def test_mmengine_by_iteration() -> None:
    reader, records = read(FIXTURES / "mmengine_iter.log")
    assert [step for step, _ in points(records, TRAIN_LOSS)] == list(range(5, 41, 5))
    assert [step for step, _ in points(records, "eval/accuracy")] == [20, 40]
    assert reader.facts.total_steps == 40


def test_the_older_mmcv() -> None:
    line = (
        "2021-04-01 10:00:00,123 - mmdet - INFO - Epoch [2][50/7330]\tlr: 2.000e-02, eta: 1 day, 2:03:04, "
        "time: 0.3, data_time: 0.05, memory: 4000, loss_cls: 0.5, loss: 1.2500\n"
    )
    reader = MmengineReader(FIXTURES / "log")
    (record,) = reader.feed(line.encode())
    assert record.step == 7380
    assert record.values == {LEARNING_RATE: 0.02, "loss_cls": 0.5, TRAIN_LOSS: 1.25}
    assert reader.facts.remaining_s == 86_400 + 2 * 3600 + 3 * 60 + 4


def test_nanogpt_keeps_estimate_and_running_loss_apart() -> None:
    _, records = read(FIXTURES / "nanogpt.log")
    assert [step for step, _ in points(records, TRAIN_LOSS)] == list(range(0, 61, 5))
    assert [step for step, _ in points(records, TRAIN_LOSS_ESTIMATE)] == [0, 20, 40, 60]
    assert points(records, EVAL_LOSS)[0] == (0, 3.1)


def test_nanogpt_without_iterations() -> None:
    _, records = read(FIXTURES / "nanogpt_steps_only.log")
    assert [step for step, _ in points(records, TRAIN_LOSS)] == [0, 20, 40, 60, 80]
    assert points(records, TRAIN_LOSS_ESTIMATE) == []
    (first, second) = fed(NanoGptReader, b"step 0: train loss 4.2221, val loss 4.2306\n")
    assert (first.values, second.values) == ({EVAL_LOSS: 4.2306}, {TRAIN_LOSS: 4.2221})


def test_nanogpt_in_bits() -> None:
    text = b"step 250: train loss 2.8548 BPC, val loss 2.9973 BPC\niter 250: loss 2.9519 BPC, time 7.1ms, mfu 6.35%\n"
    found = fed(NanoGptReader, text)
    assert points(found, TRAIN_LOSS) == [(250, 2.9519)]
    assert points(found, EVAL_LOSS) == [(250, 2.9973)]


def test_llm_c() -> None:
    _, records = read(FIXTURES / "llm_c.log")
    assert [step for step, _ in points(records, TRAIN_LOSS)] == list(range(30))
    assert [step for step, _ in points(records, EVAL_LOSS)] == [0, 10, 20, 30]
    assert points(records, "hellaswag") == [(30, 0.2871)]
    assert {LEARNING_RATE, GRAD_NORM} < records[1].values.keys()
    (record,) = fed(LlmCReader, b"s:3 trl:-nan lr:0.000600 norm:nan\n")
    assert math.isnan(record.values[TRAIN_LOSS])
    assert math.isnan(record.values[GRAD_NORM])


def test_llama_cpp_takes_the_last_bar_of_an_epoch() -> None:
    reader, records = read(FIXTURES / "llama_cpp.txt")
    assert points(records, TRAIN_LOSS) == [(192, 0.98103), (384, 0.96787), (576, 0.95661)]
    assert points(records, EVAL_LOSS) == [(192, 0.97737), (384, 0.96437), (576, 0.95191)]
    assert len(points(records, SO_FAR)) == 69
    assert (reader.facts.total_steps, reader.facts.total_epochs, reader.facts.finished) == (576, 3.0, True)


def test_llama_cpp_in_its_first_epoch() -> None:
    text = (FIXTURES / "llama_cpp.txt").read_bytes()
    records = fed(LlamaCppReader, text[:600])
    assert points(records, TRAIN_LOSS) == []
    assert points(records, SO_FAR)[0] == (8, 1.09793)


def test_keras_takes_the_last_bar_of_an_epoch() -> None:
    reader, records = read(FIXTURES / "keras.log")
    assert {step for step, _ in points(records, TRAIN_LOSS)} == {6, 12, 18}
    assert [step for step, _ in points(records, EVAL_LOSS)] == [6, 12, 18]
    assert reader.facts.total_epochs == 3


def test_llama_factory_with_bare_nan_and_the_time_that_is_left() -> None:
    reader = LlamaFactoryReader(FIXTURES / "trainer_log.jsonl")
    line = (
        '{"current_steps": 5, "total_steps": 20, "loss": NaN, "lr": 1e-05, "epoch": 0.5, "percentage": 25.0, '
    )
    (record,) = reader.feed(
        (line + '"elapsed_time": "0:00:10", "remaining_time": "9 days, 0:00:30"}\n').encode()
    )
    assert record.step == 5
    assert math.isnan(record.values[TRAIN_LOSS])
    assert record.values[LEARNING_RATE] == 1e-05
    assert reader.facts.remaining_s == 9 * 86_400 + 30
    assert not reader.facts.finished
    (record,) = reader.feed(b'{"current_steps": 20, "total_steps": 20, "eval_loss": 1.5, "epoch": 2.0}\n')
    assert record.values == {EVAL_LOSS: 1.5}
    assert reader.facts.finished


@pytest.mark.parametrize(
    ("reader", "line"),
    [
        (MmengineReader, "2026/11/22 20:44:11 - mmengine - INFO - Epoch(train) [1][ 5/15]  lr: 1.0000e-02"),
        (KerasConsoleReader, "Epoch 1/2\n4/4 ━━━━━━━━━━━━━━━━━━━━ 0s 2ms/step - loss: 1.2345e-04"),
    ],
)
def test_a_number_that_is_cut_before_its_exponent_is_none(reader: type[Reader], line: str) -> None:
    assert fed(reader, line[:-4].encode()) == []
    assert len(fed(reader, line.encode() + b"\n")) == 1
