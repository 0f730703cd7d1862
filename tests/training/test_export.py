"""Every point a row, once: resumed, read again, cut off, on a disk that is full."""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.project.errors import FtuiError
from ftui.training.export import Export
from ftui.training.metrics import TRAIN_LOSS
from ftui.training.record import Record
from ftui.training.run import Run

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("jsonl", "csv", "parquet")
Point = tuple[int, float]


def told_off(message: str) -> None:
    raise AssertionError(message)


def feed(export: Export, points: list[Point], name: str = "a.log") -> Run:
    """A run that is read from its beginning."""
    run = Run(Path(name), listener=export)
    for step, loss in points:
        run.add(Record({TRAIN_LOSS: loss}, step, step / 10, 1000.0 + step))
    return run


def export(path: Path, points: list[Point], name: str = "a.log") -> None:
    made = Export(path, told_off)
    feed(made, points, name)
    made.close()


def rows(path: Path) -> list[tuple[str, str, float, float | None, float | None, float | None]]:
    """Rows as whoever takes them up reads them."""
    if path.suffix == ".parquet":
        table = pl.read_parquet(path)
    elif path.suffix == ".csv":
        table = pl.read_csv(path, infer_schema_length=None)
    else:
        table = pl.DataFrame([json.loads(line) for line in path.read_text().splitlines()])
    assert table.columns == ["run", "metric", "step", "epoch", "time", "value"]
    return table.rows()


def steps(path: Path) -> list[float]:
    return [row[2] for row in rows(path)]


@pytest.fixture(params=KINDS)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / f"metrics.{request.param}"
    yield path
    assert {each.name for each in tmp_path.iterdir()} <= {path.name}


def test_a_point_is_a_row(file: Path) -> None:
    export(file, [(1, 2.5), (2, math.nan), (3, math.inf)])
    first, second, third = rows(file)
    assert first == ("a.log", TRAIN_LOSS, 1, 0.1, 1001, 2.5)
    for row, odd in ((second, math.nan), (third, math.inf)):
        assert row[5] is None if file.suffix == ".jsonl" else repr(row[5]) == repr(odd)


def test_what_is_not_told_is_empty(file: Path) -> None:
    made = Export(file, told_off)
    Run(Path("a.log"), listener=made).add(Record({TRAIN_LOSS: 1.0}, 1))
    made.close()
    assert rows(file) == [("a.log", TRAIN_LOSS, 1, None, None, 1.0)]


def test_names_that_are_no_unicode(file: Path) -> None:
    made = Export(file, told_off)
    run = Run(Path("\udcff.log"), listener=made)
    run.add(Record({"\ud800 x\ny": 1.0}, 1))
    made.close()
    assert rows(file)[0][:2] == ("\ufffd.log", "\ufffd x y")


def test_it_goes_on_where_it_ended(file: Path) -> None:
    points = [(step, 1 / step) for step in range(1, 21)]
    for end in (5, 5, 12, 20):
        export(file, points[:end])
    assert steps(file) == list(range(1, 21))


def test_a_log_that_is_read_again_gives_no_row_twice(file: Path) -> None:
    made = Export(file, told_off)
    points = [(step, 1 / step) for step in range(1, 21)]
    feed(made, points[:10])
    made.flush()
    feed(made, points)
    made.close()
    assert steps(file) == list(range(1, 21))


def test_what_a_resumed_run_writes_anew_follows(file: Path) -> None:
    points = [*((s, 1.0) for s in range(1, 11)), *((s, 2.0) for s in range(6, 16))]
    for end in (8, 10, 12, 20):  # cut before, at, and after the place where it goes back
        export(file, points[:end])
    assert steps(file) == [*range(1, 11), *range(6, 16)]
    export(file, points)
    assert len(rows(file)) == 20


@given(ends=st.lists(st.integers(0, 40), max_size=6))
def test_however_often_it_is_broken_off(tmp_path_factory: pytest.TempPathFactory, ends: list[int]) -> None:
    file = tmp_path_factory.mktemp("export") / "metrics.jsonl"
    points = [
        *((s, 1.0) for s in range(1, 16)),
        *((s, 2.0) for s in range(6, 21)),
        *((s, 3.0) for s in range(11, 21)),
    ]
    for end in (*sorted(ends), len(points)):
        export(file, points[:end])
    assert [(row[2], row[5]) for row in rows(file)] == points


def test_several_runs_share_a_file(file: Path) -> None:
    export(file, [(1, 1.0), (2, 1.0)], "a.log")
    export(file, [(1, 3.0)], 'b, "of" 数据\n.log')
    export(file, [(1, 1.0), (2, 1.0), (3, 1.0)], "a.log")
    assert [row[0] for row in rows(file)] == ["a.log", "a.log", 'b, "of" 数据 .log', "a.log"]


def test_a_last_line_that_was_cut_off_is_written_again(tmp_path: Path) -> None:
    for name in ("m.jsonl", "m.csv"):
        file = tmp_path / name
        export(file, [(1, 1.0), (2, 0.5)])
        with file.open("r+b") as cut:
            cut.truncate(file.stat().st_size - 7)
        export(file, [(1, 1.0), (2, 0.5), (3, 0.25)])
        assert steps(file) == [1, 2, 3]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "content",
    [
        b'{"prompt": "x"}\n{"promp',
        b'{"run": {}, "metric": [], "step": 1}\n',
        b"[" * 100_000 + b"\n",
        b"a,b\n1,2\n",
        b"\x00\xff" * 40,
        b"no line end",
    ],
)
def test_another_file_is_left_as_it_is(tmp_path: Path, kind: str, content: bytes) -> None:
    file = tmp_path / f"data.{kind}"
    file.write_bytes(content)
    with pytest.raises(FtuiError, match="is no export of ftui"):
        Export(file, told_off)
    assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_two_do_not_write_one_file(file: Path) -> None:
    first = Export(file, told_off)
    with pytest.raises(FtuiError, match="another ftui exports"):
        Export(file, told_off)
    feed(first, [(1, 1.0)])
    first.close()
    first.close()
    assert steps(file) == [1]


@pytest.mark.parametrize("name", ["metrics.xlsx", "metrics", "nowhere/metrics.csv"])
def test_a_file_that_cannot_be_is_refused_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(FtuiError, match="export"):
        Export(tmp_path / name, told_off)


def test_lines_are_there_after_each_flush(tmp_path: Path) -> None:
    file = tmp_path / "m.jsonl"
    made = Export(file, told_off)
    run = feed(made, [(1, 1.0)])
    made.flush()
    assert steps(file) == [1]
    run.add(Record({TRAIN_LOSS: 0.5}, 2))
    made.flush()
    assert steps(file) == [1, 2]
    made.close()


def test_parquet_is_written_now_and_then(tmp_path: Path) -> None:
    file, now = tmp_path / "m.parquet", [0.0]
    made = Export(file, told_off, lambda: now[0])
    run = feed(made, [(1, 1.0)])
    made.flush()
    run.add(Record({TRAIN_LOSS: 0.5}, 2))
    made.flush()
    assert steps(file) == [1]
    now[0] = 1000.0
    made.flush()
    assert steps(file) == [1, 2]
    made.close()


def test_a_write_that_fails_is_told_once_and_made_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, now, told = tmp_path / "m.csv", [0.0], list[str]()
    made = Export(file, told.append, lambda: now[0])
    run = feed(made, [(1, 1.0)])
    made.flush()
    write = os.write

    def half(fd: int, data: bytes) -> int:
        if len(data) < 5:
            raise OSError(28, "No space left on device")
        return write(fd, data[: len(data) // 2])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", half)
        for step in (2, 3, 4):
            run.add(Record({TRAIN_LOSS: 1.0}, step))
            now[0] += 10
            made.flush()
        assert steps(file) == [1]
    now[0] += 10
    made.flush()
    assert steps(file) == [1, 2, 3, 4]
    assert told == [f"export to {file}: no space left on device; it is tried again"]
    made.close()


FULL = """
import resource, sys
from pathlib import Path
from ftui.training.export import Export
from ftui.training.record import Record
from ftui.training.run import Run
told = []
path = Path(sys.argv[1])
made = Export(path, told.append, lambda: 0.0)
run = Run(Path("a.log"), listener=made)
run.add(Record({"train/loss": 0.5}, 1))
made.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50,) * 2)
for step in range(2, 2000):
    run.add(Record({"train/loss": 1 / step}, step))
made.flush(last=True)
print(told)
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limits here")
def test_a_full_disk_leaves_a_whole_file(file: Path) -> None:
    words = [sys.executable, "-c", FULL, str(file)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "it is tried again" in done.stdout
    assert done.stdout.count("export to") == 1
    assert steps(file) == [1]
    lock = file.with_name(f".{file.name}.lock")
    assert lock.exists()  # its process ended without closing: the lock went with it, the file did not
    export(file, [(1, 0.5), (2, 0.5)])
    assert steps(file) == [1, 2]


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_a_file_that_is_removed_meanwhile_is_begun_anew(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"m.{kind}"
    made = Export(file, told_off)
    run = feed(made, [(1, 2.0), (2, 1.0)])
    made.flush()
    file.unlink()
    run.add(Record({TRAIN_LOSS: 0.5}, 3))
    made.flush()
    assert steps(file) == [3]
    made.close()
