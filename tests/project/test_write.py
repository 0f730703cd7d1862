"""A written ftui.toml says the same when read, and never takes the place of another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.project.load import load_project
from ftui.project.split_names import split_rank, usual_split
from ftui.project.write import render_project, write_project

TABLE = {
    "project": {"name": 'a "quoted" name'},
    "splits": {"train": "train.jsonl", "validation": ["a.jsonl", "b.jsonl"]},
    "data": {"layout": "columns", "columns": {"prompt": "the ask"}},
    "stop": {"end_marker": "\n### End\t"},
}


def test_written_and_read(tmp_path: Path) -> None:
    text = render_project(TABLE, {"stop": "found in 98 % of 400 answers"})
    write_project(tmp_path / "ftui.toml", text)
    project = load_project(tmp_path)
    assert "# found in 98 % of 400 answers\n[stop]" in text
    assert (project.name, project.stop.end_marker) == ('a "quoted" name', "\n### End\t")
    assert project.splits["validation"] == (tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert project.columns == {"prompt": "the ask"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "ftui.toml"
    file.write_text("mine")
    with pytest.raises(FtuiError, match="already there"):
        write_project(file, "new")
    assert file.read_text() == "mine"
    write_project(file, "new", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["ftui.toml"]
    with pytest.raises(FtuiError, match="cannot write"):
        write_project(tmp_path / "none" / "ftui.toml", "new")


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train", "train"),
        ("my_train-v2", "train"),
        ("TRAINING set", "train"),
        ("HumanEval", None),
        ("VAL", "validation"),
        ("dev.clean", "validation"),
        ("test_01", "test"),
        ("latest", None),
        ("constrained", None),
        ("data", None),
    ],
)
def test_split_names(name: str, split: str | None) -> None:
    assert usual_split(name) == split


def test_order_of_splits() -> None:
    assert sorted(["zoo", "test", "dev", "train"], key=split_rank) == ["train", "dev", "test", "zoo"]
