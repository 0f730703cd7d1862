"""Where reviews lie, and which one is the newest."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.review.location import new_folder, newest
from ftui.review.store import ReviewStore
from tests.review.reviewed import prompt, sample

NOON = datetime(2026, 3, 1, 12, 0, 0)


def test_a_review_is_named_by_the_moment_and_its_models(tmp_path: Path) -> None:
    folder = new_folder(tmp_path, ["base", "tuned"], NOON)
    assert folder == tmp_path / ".ftui" / "reviews" / "20260301-120000-base-tuned"
    assert not folder.exists()
    folder.mkdir(parents=True)
    assert new_folder(tmp_path, ["base", "tuned"], NOON).name == "20260301-120000-base-tuned-2"


@pytest.mark.parametrize("name", ["../../x", "a b\n", "x" * 300, "::", "模型", ".hidden"])
def test_any_model_name_makes_one_plain_folder(tmp_path: Path, name: str) -> None:
    folder = new_folder(tmp_path, [name], NOON)
    assert folder.parent == tmp_path / ".ftui" / "reviews"
    assert folder.name.startswith("20260301-120000")
    ReviewStore.create(folder).close()


def test_the_newest_is_the_one_begun_last(tmp_path: Path) -> None:
    made = [new_folder(tmp_path, ["m"], datetime(2026, 3, day, 12)) for day in (1, 3, 2)]
    for folder in made:
        ReviewStore.create(folder).close()
    os.utime(made[0])  # judged last, begun first
    assert newest(tmp_path) == made[1]
    (made[1].parent / "99990101-000000-empty").mkdir()
    assert newest(tmp_path) == made[1]


def test_a_review_in_which_every_request_failed_is_not_the_newest(tmp_path: Path) -> None:
    made = [new_folder(tmp_path, ["m"], datetime(2026, 3, day, 12)) for day in (1, 2)]
    for folder, reason in zip(made, ("end-token", "error"), strict=True):
        store = ReviewStore.create(folder)
        one = sample(prompt(1), "m", "text")
        store.add_samples([replace(one, completion=replace(one.completion, stop_reason=reason))])
        store.close()
    assert newest(tmp_path) == made[0]


def test_a_project_without_a_review_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FtuiError) as caught:
        newest(tmp_path)
    assert "ftui sample" in caught.value.hint
