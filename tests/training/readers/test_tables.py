"""CSV, TSV and JSON lines of known writers and of nobody in particular."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.metrics import TRAIN_LOSS
from ftui.training.readers.columns import Columns, absent_columns, guess
from ftui.training.readers.generic_csv import CsvReader
from ftui.training.readers.generic_jsonl import JsonlReader
from ftui.training.readers.keras_csv import KerasCsvReader
from ftui.training.readers.lightning_csv import LightningCsvReader
from ftui.training.readers.reader import LineReader
from ftui.training.readers.registry import reader_for, reader_of
from ftui.training.record import Record
from ftui.training.run import Run
from tests.examples import examples

FIXTURES = Path(__file__).parent / "fixtures"
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
READERS: list[type[LineReader]] = [CsvReader, JsonlReader, KerasCsvReader, LightningCsvReader]


def records(reader: LineReader, text: str) -> list[Record]:
    return reader.feed(text.encode()) + reader.finish()


def run_of(reader: LineReader, text: str) -> Run:
    run = Run(reader.path)
    for record in records(reader, text):
        run.add(record)
    return run


def points(run: Run, metric: str) -> list[tuple[float, float]]:
    return list(zip(run.series[metric].step, run.series[metric].value, strict=True))


def test_lightning() -> None:
    path = FIXTURES / "lightning" / "metrics.csv"
    assert reader_for(path) is LightningCsvReader
    run = run_of(LightningCsvReader(path), path.read_text())
    assert points(run, "train/loss")[:2] == [(3, 7.4726338386535645), (7, 1.4415204524993896)]
    assert [step for step, _ in points(run, "eval/loss")] == [15, 31, 47, 63]
    assert points(run, "learning_rate")[-1] == (63, 0.0125)
    assert run.count("train_loss_epoch") == 4
    assert not run.restarts


def test_a_real_lightning_log(shared_data: Path) -> None:
    (path,) = (shared_data / "logs").glob("pl_csv__*")
    assert reader_for(path) is LightningCsvReader
    run = run_of(LightningCsvReader(path), path.read_text())
    assert run.count("train/loss") == 50
    assert points(run, "train/loss")[0] == (49, 2.369102716445923)


def test_lightning_writes_its_file_anew_when_a_column_is_added() -> None:
    reader = LightningCsvReader(Path("metrics.csv"))
    run = run_of(reader, "epoch,step,train_loss\n0,9,1.5\n0,19,1.25\n")
    for record in records(
        LightningCsvReader(Path("metrics.csv")),
        "epoch,step,train_loss,val_loss\n0,9,1.5,\n0,19,1.25,\n0,19,,1.75\n",
    ):
        run.add(record)
    assert points(run, "train/loss") == [(9, 1.5), (19, 1.25)]
    assert points(run, "eval/loss") == [(19, 1.75)]
    assert not run.restarts


def test_a_header_in_the_middle_begins_other_columns() -> None:
    run = run_of(CsvReader(Path("x.csv")), "step,loss\n1,3\n2,2\nstep,val_loss,loss\n3,9,1\n")
    assert points(run, "train/loss") == [(1, 3), (2, 2), (3, 1)]
    assert points(run, "eval/loss") == [(3, 9)]


def test_keras() -> None:
    path = FIXTURES / "keras.csv"
    assert reader_for(path) is KerasCsvReader
    run = run_of(KerasCsvReader(path), path.read_text())
    assert points(run, "eval/loss")[:2] == [(0, 8.170642852783203), (1, 8.148598670959473)]
    assert list(run.series["train/loss"].epoch) == [0, 1, 2, 3, 4, 5]
    assert run.count("eval/mae") == 6


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["iter", "nll", "dev loss"], "iter,nll,dev loss\n1,2.5,2.75\n2,2.25,2.5\n"),
        (["Step", "Train Loss", "Val"], "Step\tTrain Loss\tVal\n1\t2.5\t2.75\n2\t2.25\t2.5\n"),
        (["it", "tr_loss", "valLoss"], "it;tr_loss;valLoss\n1;2,5;2,75\n2;2,25;2,5\n"),
        (
            ["Step", "a - train/loss", "a - eval/loss"],
            '"Step","a - train/loss","a - eval/loss"\n"1","2.5","2.75"\n2,2.25,2.5\n',
        ),
        (
            ["global_step", "loss", "test_loss"],
            "\ufeff# global_step, loss, test_loss\r\n1, 2.5, 2.75\r\n2, 2.25, 2.5\r\n",
        ),
    ],
)
def test_tables_of_anybody(header: list[str], rows: str) -> None:
    assert reader_of(rows.encode(), Path("run.csv")) is CsvReader
    reader = CsvReader(Path("run.csv"))
    if header[2] == "Val":
        reader.columns = {"eval_loss": "Val"}
    run = run_of(reader, rows)
    parts = dict(zip(("step", "train/loss", "eval/loss"), header, strict=True))
    plain = {"Step", "loss", "Val"}
    assert reader.facts.guessed == {part: name for part, name in parts.items() if name not in plain}
    assert points(run, "train/loss") == [(1, 2.5), (2, 2.25)]
    assert points(run, "eval/loss") == [(1, 2.75), (2, 2.5)]


def test_columns_are_as_the_project_says() -> None:
    reader = CsvReader(Path("x.csv"))
    reader.columns = {"step": "n", "train_loss": "objective", "lr": "eta"}
    run = run_of(reader, "n,step,objective,loss,eta\n5,1,2.5,7,0.1\n6,1,2.25,7,0.1\n")
    assert points(run, "train/loss") == [(5, 2.5), (6, 2.25)]
    assert points(run, "learning_rate") == [(5, 0.1), (6, 0.1)]
    assert points(run, "loss") == [(5, 7), (6, 7)]
    assert "train/loss" not in reader.facts.guessed


def test_a_chosen_column_that_is_not_there_leaves_its_part_to_the_guess() -> None:
    reader = CsvReader(Path("x.csv"))
    reader.columns = {"train_loss": "objektive", "val": "held out", "iteration": "n"}
    run = run_of(reader, "n;loss;held out\n5;2.5;1\n6;2.25;0.5\n")
    assert points(run, "train/loss") == [(5, 2.5), (6, 2.25)]
    assert points(run, "eval/loss") == [(5, 1), (6, 0.5)]
    assert reader.facts.absent == {"train_loss": "objektive"}
    assert absent_columns(reader.facts) == (
        "[training.columns] of ftui.toml names 'objektive' for train_loss; this file has n, loss, held out"
    )


def test_a_chosen_key_that_comes_late_takes_its_part_from_the_guess() -> None:
    reader = JsonlReader(Path("x.jsonl"))
    reader.columns = {"eval_loss": "holdout"}
    lines = [{"step": 1, "val_loss": 3.5}, {"step": 2, "holdout": 2.5}, {"step": 3, "val_loss": 4.5}]
    run = run_of(reader, "\n".join(map(json.dumps, lines)) + "\n")
    assert (2, 2.5) in points(run, "eval/loss")
    assert 4.5 not in [value for _, value in points(run, "eval/loss")]
    assert reader.facts.absent == {}


def test_no_two_columns_are_one_metric() -> None:
    columns = Columns()
    columns.add(["loss", "train_loss", "lr", "learning_rate", "loss", "train/loss"])
    parts = list(columns.parts.values())
    assert len(parts) == len(set(parts)) == 5
    assert columns.parts["train_loss"] == "train/loss"


def test_batches_counted_anew_in_every_epoch_are_steps_of_one_run() -> None:
    rows = [f"{epoch},{batch},{4 - epoch - batch / 10}" for epoch in range(3) for batch in range(4)]
    run = run_of(CsvReader(Path("x.csv")), "epoch,batch,loss\n" + "\n".join(rows) + "\n")
    assert [step for step, _ in points(run, "train/loss")] == list(range(12))
    assert not run.restarts


def test_a_resumed_run_is_no_counting_anew() -> None:
    steps = [*range(1, 30), *range(20, 40)]
    rows = [f"{step / 10},{step},{9 - at / 10}" for at, step in enumerate(steps)]
    run = run_of(CsvReader(Path("x.csv")), "epoch,step,loss\n" + "\n".join(rows) + "\n")
    assert [(restart.from_step, restart.to_step) for restart in run.restarts] == [(29, 20)]
    assert run.last_step == 39


def test_json_lines_of_anybody() -> None:
    lines = [
        {"time": "2024-05-01T10:00:00+00:00", "iter": 1, "metrics": {"loss": 2.5, "acc": 0.5}, "lr": "1e-4"},
        {"time": "2024-05-01T10:00:05+00:00", "iter": 2, "metrics": {"loss": float("nan")}},
        {"split": "val", "metrics": {"loss": 2.75, "acc": 0.25}},
        {"iter": 3, "metrics": {"loss": None}, "note": "saved"},
        {"iter": 4, "train": {"loss": 9}, "metrics": {"loss": "Infinity"}},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\nno json\n[1, 2]\n"
    assert reader_of(text.encode(), Path("x.jsonl")) is JsonlReader
    reader = JsonlReader(Path("x.jsonl"))
    run = run_of(reader, text)
    assert run.series["train/loss"].value[0] == 2.5
    assert math.isnan(run.series["train/loss"].value[1])
    assert points(run, "train/loss")[2] == (4, math.inf)
    assert points(run, "eval/loss") == [(2, 2.75)]
    assert points(run, "eval/acc") == [(2, 0.25)]
    assert points(run, "learning_rate") == [(1, 1e-4)]
    assert run.series["train/loss"].time[0] == 1714557600
    assert reader.facts.guessed["step"] == "iter"


def test_data_sets_are_no_logs() -> None:
    texts = [
        '{"messages": [{"role": "user", "content": "loss"}], "loss": 1.0, "step": 1}\n',
        '{"instruction": "a", "output": "b", "epoch": 1, "loss": 2}\n',
        '{"text": "hello", "label": 3}\n{"text": "there", "label": 4}\n',
        "text,label,loss\nHello there,3,high\nWhat is this,4,low\n",
        "question,answer\n1,2\n",
    ]
    assert [reader_of(text.encode(), Path("x.jsonl")) for text in texts] == [None] * 5


def test_samples_are_no_logs() -> None:
    samples = Path(__file__).parents[3] / "samples"
    assert [path.name for path in samples.glob("*.jsonl") if reader_for(path) is JsonlReader] == []


@examples(60)
@given(
    st.text(alphabet=st.sampled_from('step,loss{}":;\t\r\n 0123456789.eE+-naif_"'), max_size=200),
    st.integers(1, 30),
)
def test_any_bytes_in_any_pieces(text: str, piece: int) -> None:
    for kind in READERS:
        for head in ("step,loss,epoch\n", ""):
            data = (head + text).encode()
            whole = records(kind(Path("x")), head + text)
            reader = kind(Path("x"))
            found = [one for at in range(0, len(data), piece) for one in reader.feed(data[at : at + piece])]
            assert repr(found + reader.finish()) == repr(whole)
        kind.recognise(text.encode(), Path("metrics.csv"))


@examples(40)
@given(st.binary(max_size=200))
def test_garbage_never_raises(data: bytes) -> None:
    for kind in READERS:
        kind.recognise(data, Path("metrics.csv"))
        reader = kind(Path("x"))
        reader.feed(data)
        reader.finish()


@examples(40)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.floats(allow_nan=False)), min_size=1, max_size=20),
    st.integers(0, 40),
)
def test_every_value_stands_in_the_file(rows: list[tuple[int, float]], cut: int) -> None:
    text = "step,loss\n" + "".join(f"{step},{value!r}\n" for step, value in rows)
    written = {repr(value) for _, value in rows}
    cut_off = text[: len(text) - cut]
    whole_lines = cut_off[: cut_off.rfind("\n") + 1]
    found = CsvReader(Path("x")).feed(cut_off.encode())
    assert [repr(one.values["train/loss"]) in written for one in found] == [True] * (
        whole_lines.count("\n") - 1
    )


def test_a_cut_file_gives_fewer_points_and_no_other_ones() -> None:
    for name in ("keras.csv", "lightning/metrics.csv"):
        data = (FIXTURES / name).read_bytes()
        kind = reader_for(FIXTURES / name)
        assert kind is not None
        whole = {
            repr((one.step, metric, value))
            for one in kind(Path("x")).feed(data)
            for metric, value in one.values.items()
        }
        for end in range(len(data)):
            reader = kind(Path("x"))
            found = reader.feed(data[:end]) + reader.finish()
            assert {
                repr((one.step, metric, value)) for one in found for metric, value in one.values.items()
            } <= whole


def test_logs_that_are_joined_and_cut_give_values_that_stand_in_them() -> None:
    table = (FIXTURES / "lightning" / "metrics.csv").read_text()
    lines = "".join(f'{{"step": {step}, "loss": {3 - step / 7!r}, "lr": 1e-05}}\n' for step in range(20))
    pieces = [
        table,
        lines,
        (FIXTURES / "keras.csv").read_text(),
        (FIXTURES / "hf5_console.log").read_text()[:3000],
    ]
    for kind in READERS:
        for first in pieces:
            for cut in range(0, len(first), 97):
                for second in pieces:
                    joined = first[:cut] + second[cut // 2 :]
                    standing = {float(one) for one in NUMBER.findall(joined)}
                    found = records(kind(Path("x")), joined)
                    assert {value for one in found for value in one.values.values()} <= standing


@pytest.mark.parametrize("depth", [10_000, 200_000])
def test_deep_and_huge_values_are_passed_over(depth: int) -> None:
    lines = ["[" * depth, '{"loss": ' + "9" * depth + "}", '{"step": 1e400, "loss": NaN}', '{"a": ' * depth]
    assert records(JsonlReader(Path("x")), "\n".join(lines)) == []


def test_guesses() -> None:
    assert guess("trainer/global_step") == guess("trainer.global step")
    assert guess("learningRate") is not None
    assert guess("mse of the moon") is None


@pytest.mark.parametrize("reader", [CsvReader, KerasCsvReader, LightningCsvReader])
def test_a_quoted_cell_larger_than_any_number_is_passed_over(reader: type[CsvReader]) -> None:
    text = 'epoch,step,loss\n1,1,"' + "a" * 200_000 + '"\n2,2,1.5\n'
    assert [record.values for record in records(reader(Path("t.csv")), text)][-1:] == [{TRAIN_LOSS: 1.5}]
