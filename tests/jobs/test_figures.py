"""What is counted of rows: exactly, or of an even sample that says so; stopped at once when cancelled."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import never, no_progress
from ftui.jobs import figures
from ftui.jobs.training_view import setup
from ftui.model.tokenizer import ESTIMATE
from ftui.project.settings import Project
from ftui.rules.rule import Context, Stopped


def dataset(folder: Path, **files: list[object]) -> Dataset:
    paths = []
    for name, rows in files.items():
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        paths.append(path)
    opened = Dataset.open(paths, Project(folder))
    for document in opened.documents:
        document.build_index(no_progress, never)
    return opened


def context(data: Dataset) -> Context:
    return Context(data.project, (), shared={"token setup": setup(data.project)})


def asked(count: int, answer: str = "A short answer to it.\n### End") -> list[object]:
    return [{"instruction": f"Question {n}?", "input": "", "output": answer} for n in range(count)]


def count(data: Dataset, parts: list[figures.Part] | None = None) -> figures.Figures:
    return figures.count(data, parts or figures.parts_of(data), context(data), no_progress, never)


def test_everything_of_a_small_set(tmp_path: Path) -> None:
    data = dataset(tmp_path, train=[*asked(40), *asked(10, "yes\n### End"), "no row"], test=asked(5))
    found = count(data)
    assert (found.rows, found.looked, found.splits) == (56, 56, {"train": 51, "test": 5})
    assert found.answers["short"] == 45
    assert found.answers["yes or no"] == 10  # the end marker is taken off
    told = {chart["title"]: chart for chart in figures.charts(found, None, ESTIMATE)}
    assert list(told) == [
        "splits",
        "types of answers",
        "prompt, characters",
        "answer, characters",
        "tokens (estimate)",
    ]
    assert told["splits"]["whole"] == [51, 5]
    assert sum(told["tokens (estimate)"]["whole"]) == 55
    assert all(chart["shown"] is None for chart in told.values())


def test_some_rows_beside_all(tmp_path: Path) -> None:
    rows = [{"text": f"Number {n} of the list", "label": f"class {min(n % 40, 20)}"} for n in range(400)]
    data = dataset(tmp_path, train=rows)
    some = [figures.Part(0, "train", np.array([0, 1, 41, 20], np.int64))]
    told = {chart["title"]: chart for chart in figures.charts(count(data), count(data, some), ESTIMATE)}
    classes = told["classes, 21"]
    assert classes["names"][0] == "class 20"
    assert classes["names"][-1] == "others"
    assert sum(classes["whole"]) == 400
    assert sum(classes["shown"]) == 4
    nothing = count(data, [])
    assert nothing.rows == 0 or nothing.looked


def test_very_many_rows_are_sampled_evenly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "EXACT_ROWS", 1_000)
    monkeypatch.setattr(figures, "SAMPLE_ROWS", 500)
    data = dataset(tmp_path, train=asked(3_000), test=asked(1_000, "yes"))
    found = count(data)
    assert (found.rows, found.looked) == (4_000, 500)
    assert found.splits == {"train": 3_000, "test": 1_000}
    assert 100 <= found.answers["yes or no"] <= 150


def test_a_cancel_is_felt(tmp_path: Path) -> None:
    data = dataset(tmp_path, train=asked(30))
    with pytest.raises(Stopped):
        figures.count(data, figures.parts_of(data), context(data), no_progress, lambda: True)
