"""`[rules.ignore_in]`: what is not looked for in some files neither counts nor shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftui.dataset.dataset import Dataset
from ftui.project.errors import FtuiError
from ftui.project.globs import matches
from ftui.project.settings import Project, RuleSettings
from ftui.rules import engine
from ftui.rules.check import Check
from tests.rules.checked_files import ask, assert_explained, rows_of, sort

STRAY = [ask("What is a lamp made of?", "  Glass and metal, mostly. "), ask("Who was it then?", "")]
LABELS = [sort("where is my card", "lost"), sort("where is my card", "atm"), sort(" an ape ", "x")]


def checked(folder: Path, ignore_in: dict[str, tuple[str, ...]], *select: str) -> Check:
    (folder / "old").mkdir()
    for name, rows in (
        ("old/train.jsonl", [*STRAY, *STRAY]),
        ("train.jsonl", STRAY),
        ("old/b.jsonl", LABELS),
    ):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = Project(folder, rules=RuleSettings(ignore_in=ignore_in))
    paths = [folder / "old/train.jsonl", folder / "train.jsonl", folder / "old/b.jsonl"]
    done = engine.check(Dataset.open(paths, project), project, select=select, jobs=1, debug=True)
    assert_explained(done)
    return done


def test_a_rule_is_left_out_of_the_files_that_a_pattern_means(tmp_path: Path) -> None:
    done = checked(tmp_path, {"old/**": ("FMT011",)}, "FMT")
    assert (rows_of(done, "FMT011"), rows_of(done, "FMT011", 1)) == ([], [0])
    assert rows_of(done, "FMT005") == [1, 3]
    assert done.summary()["ignored_in"] == {"old/train.jsonl": ["FMT011"], "old/b.jsonl": ["FMT011"]}
    assert done.counts["FMT011"] == len([each for each in done.listing() if each.code == "FMT011"])


def test_severities_of_a_rule_with_several_stay_true(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "none").mkdir()
    assert checked(tmp_path / "all", {}, "LBL001").severities["error"] == 2
    assert checked(tmp_path / "none", {"old/b.jsonl": ("LBL",)}, "LBL001").counts == {}


def test_what_is_ignored_in_every_file_is_skipped(tmp_path: Path) -> None:
    done = checked(tmp_path, {"*.jsonl": ("FMT011",)}, "FMT")
    assert done.skipped["FMT011"] == "ignored in every file: rules.ignore_in"
    assert "FMT011" not in done.counts


def test_an_unknown_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="QQQ"):
        checked(tmp_path, {"old/**": ("QQQ",)})


def test_a_threshold_that_no_rule_reads_is_refused_wherever_rules_run(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text("{}\n")
    project = Project(tmp_path, rules=RuleSettings(options={"DUP002": {"treshold": 0.9}}))
    with pytest.raises(FtuiError, match="threshold"):
        engine.check(Dataset.open([path], project), project)


@pytest.mark.parametrize(
    ("pattern", "place", "wanted"),
    [
        ("old/**", "old/a/b.jsonl", True),
        ("old", "old/b.jsonl", True),
        ("old/", "data/old/b.jsonl", True),
        ("data/old", "old/b.jsonl", False),
        ("*.csv", "data/b.csv", True),
        ("data/*.csv", "data/a/b.csv", False),
        ("**/b.csv", "b.csv", True),
        ("b.?sv", "a/b.tsv", True),
        ("b.csv", "a/bb.csv", False),
    ],
)
def test_patterns(pattern: str, place: str, wanted: bool) -> None:
    assert matches(Path("/p") / place, pattern, Path("/p")) is wanted
