"""Every reader over garbage, cut and mixed files: fewer points, never a crash or a value that was not written.

Values of TensorBoard and wandb files stand under checksums, those of a text in it; a damaged database has neither.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.training.diagnosis.diagnose import diagnose
from ftui.training.finding.find_runs import find_runs
from ftui.training.following.follow import Follower
from ftui.training.readers.mlflow import MlflowReader
from ftui.training.readers.registry import readers
from ftui.training.readers.values import number
from ftui.training.run import Run
from tests.examples import examples
from tests.training.log_samples import Sample, samples
from tests.training.readers.reading import FIXTURES

FORMATS = sorted(reader.format for reader in readers() if reader is not MlflowReader)
CHECKSUMS = ("tensorboard", "wandb")
NUMBER = re.compile(r"[-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
ODD = {"nan", "inf", "-inf"}
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
GARBAGE = [
    b"",
    b"\n",
    b"\r",
    b"\x1b[A",
    b"\0\xff\xe2",
    b"{'",
    b'{"',
    b"[" * 40,
    b"1",
    b"nan",
    b",",
    b"\t",
    b"\xff\xfe",
]
pieces = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 20_000), st.sampled_from(GARBAGE)), min_size=1, max_size=5
)


def read(name: str, data: bytes, format: str | None) -> Run:  # noqa: A002
    """The run that is read from such a file, which is judged and searched for too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        find_runs([Path(folder)])
        return _followed(path, format)


def _followed(path: Path, format: str | None) -> Run:  # noqa: A002
    follower = Follower(path, format)
    follower.poll()
    while follower.more:
        follower.poll()
    follower.finish()
    follower.close()
    diagnose(follower.run)
    return follower.run


def values(run: Run) -> set[str]:
    return {repr(value) for series in run.series.values() for value in series.value}


def numbers_of(run: Run) -> set[str]:
    """Values and epochs: where two files tell the epoch by two names, the second is a metric."""
    return values(run) | {repr(epoch) for series in run.series.values() for epoch in series.epoch}


def numbers_in(data: bytes) -> set[str]:
    """Every number that a text holds, with commas between thousands or as what parts two numbers."""
    text = COLOURS.sub("", data.decode("utf-8", "replace"))
    spelled = {form for one in NUMBER.findall(text) for form in (one.replace(",", ""), *one.split(","))}
    return {repr(value) for form in spelled if (value := number(form.rstrip("."))) is not None} | ODD


def broken(sample: Sample, others: list[Sample], plan: list[tuple[int, int, bytes]]) -> bytes:
    """Pieces of the sample, and of others, with garbage between them."""
    made = [sample.data[: plan[0][1]]]
    for which, begin, garbage in plan:
        other = others[which % len(others)].data
        made += [garbage, other[begin % (len(other) + 1) :][:3000]]
    return b"".join(made)


def test_there_is_a_sample_of_every_format() -> None:
    assert sorted(samples()) == FORMATS


@pytest.mark.parametrize("format", FORMATS)
@examples(4)
@given(st.binary(max_size=2000) | st.text(max_size=1000).map(str.encode), st.booleans())
def test_garbage_does_not_break_a_reader(format: str, garbage: bytes, begins_well: bool) -> None:  # noqa: A002
    sample = samples()[format][0]
    read(sample.name, (sample.data[:100] if begins_well else b"") + garbage, format)


@pytest.mark.parametrize("format", FORMATS)
@examples(4)
@given(st.integers(0, 10), st.integers(0, 20_000))
def test_a_cut_file_gives_fewer_points_and_no_others(format: str, which: int, cut: int) -> None:  # noqa: A002
    several = samples()[format]
    sample = several[which % len(several)]
    cut_off = sample.data[: cut % (len(sample.data) + 1)]
    assert values(read(sample.name, cut_off, format)) <= values(read(sample.name, sample.data, format))


@pytest.mark.parametrize("format", FORMATS)
@examples(5)
@given(st.integers(0, 10), pieces)
def test_mixed_files_give_no_other_values(
    format: str,  # noqa: A002
    which: int,
    plan: list[tuple[int, int, bytes]],
) -> None:
    several = samples()[format]
    sample = several[which % len(several)]
    others = [each for every in samples().values() for each in every if each.text == sample.text]
    data = broken(sample, others, plan)
    found = values(read(sample.name, data, format))
    if sample.text:
        assert found <= numbers_in(data)
    elif format in CHECKSUMS:
        whole = [numbers_of(read(each.name, each.data, format)) for each in several]
        assert found <= set().union(*whole)


@examples(10)
@given(
    pieces,
    st.sampled_from([sample.name for sample in samples()["csv"]] + ["train.log", "metrics.csv", "x.jsonl"]),
)
def test_mixed_files_that_nobody_named_the_format_of(plan: list[tuple[int, int, bytes]], name: str) -> None:
    others = [each for every in samples().values() for each in every]
    data = broken(others[plan[0][0] % len(others)], others, plan)
    assert values(read(name, data, None)) <= numbers_in(data) or b"\0" in data


@examples(10)
@given(pieces, st.sampled_from(["metrics/loss", "metrics/eval_loss", "meta.yaml", "params/max_steps"]))
def test_the_folder_of_mlflow(plan: list[tuple[int, int, bytes]], which: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        run = Path(shutil.copytree(FIXTURES / "mlflow_run", Path(folder, "run")))
        whole = values(_followed(run, "mlflow"))
        sample = Sample(which, (run / which).read_bytes(), text=True)
        (run / which).write_bytes(broken(sample, [sample], plan))
        found = values(_followed(run, "mlflow"))
        assert found <= whole | numbers_in((run / which).read_bytes())
