"""Distributions of any rows at once, for charts of a set and of a filter."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.rules.balance.row_figures import RowFigures
from tests.rules.checked_files import ask, check, sort


@pytest.fixture
def figures(tmp_path: Path) -> RowFigures:
    splits = {
        "test": [sort("x" * 30, "b"), sort("y" * 60, "a"), sort("z", "b")],
        "train": [sort(f"text {n}", "ab"[n % 2]) for n in range(40)],
    }
    found: RowFigures = check(tmp_path, splits, "BAL001").state("BAL").figures
    return found


def test_classes_of_everything_of_a_file_and_of_some_rows(figures: RowFigures) -> None:
    assert figures.classes().as_dict() == {"b": 22, "a": 21}
    assert figures.classes(0).as_dict() == {"b": 2, "a": 1}
    assert figures.classes(0, [1, 2]).as_dict() == {"a": 1, "b": 1}
    assert figures.classes(1, []).as_dict() == {}
    assert figures.classes(9).as_dict() == {}


def test_lengths_are_ranges_of_characters(figures: RowFigures) -> None:
    assert figures.lengths("prompt", 0).as_dict() == {"1–19": 1, "20–49": 1, "50–99": 1}
    assert figures.lengths("prompt", 0, [0]).as_dict() == {"20–49": 1}
    assert figures.lengths("answer").as_dict() == {}


def test_a_filter_can_be_drawn_beside_the_whole(tmp_path: Path) -> None:
    rows = [ask("q" * 10, "a" * (5 if n % 2 else 400)) for n in range(20)]
    figures: RowFigures = check(tmp_path, {"train": rows}, "BAL006").state("BAL").figures
    whole = figures.length_counts("answer", 0)
    some = figures.length_counts("answer", 0, range(1, 20, 2))
    assert (whole.sum(), some.sum()) == (20, 10)
    assert (some <= whole).all()
