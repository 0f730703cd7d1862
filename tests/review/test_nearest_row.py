"""The training row nearest to an output, in words for a person."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.nearest_row import NearestRow

WORDS = (
    "meter", "valve", "pipe", "street", "tap", "boiler", "leak", "cellar", "closes", "opens", "drips", "runs", "slowly",
)  # fmt: skip


def nearest(folder: Path) -> tuple[Corrections, NearestRow]:
    path = folder / "train.jsonl"
    answers = [" ".join(WORDS[(n * k) % len(WORDS)] for k in range(1, 9)) for n in range(1, 13)]
    rows = [{"prompt": f"Question {n}?", "completion": answer} for n, answer in enumerate(answers)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    made = Project(root=folder, splits={"train": (path,)}, config=folder / "ftui.toml")
    corrections = Corrections(made)
    return corrections, NearestRow(made, corrections.dataset)


def test_the_row_with_the_same_words_is_named_with_its_texts(tmp_path: Path) -> None:
    corrections, near = nearest(tmp_path)
    wanted = corrections.dataset().documents[0].example(4)
    assert wanted is not None
    found = near(wanted.answer + " really", "")
    assert found["name"] == "train.jsonl row 4 (train)"
    assert (found["prompt"], found["answer"]) == (wanted.prompt, wanted.answer)
    assert int(found["how near"].split("%")[0]) > 80
    corrections.close()


def test_an_output_of_other_words_is_near_to_nothing(tmp_path: Path) -> None:
    corrections, near = nearest(tmp_path)
    assert list(near("Quite another thing altogether.", "")) == ["none"]
    corrections.close()


def test_without_data_it_says_what_to_do(tmp_path: Path) -> None:
    made = Project(root=tmp_path)
    with pytest.raises(FtuiError, match="no training file"):
        NearestRow(made, Corrections(made).dataset)("text", "")
