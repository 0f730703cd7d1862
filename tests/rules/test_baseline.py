"""Baselines: what counts as worse."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.rules import baseline
from ftui.rules.check import Check
from tests.rules.checked_files import ask, check


def checked(folder: Path, missing: int, total: int) -> Check:
    rows = [
        ask(f"What is {i}?", f"It is number {i}. It is on the list." + ("" if i < missing else "\n### End"))
        for i in range(total)
    ]
    folder.mkdir()
    return check(folder, {"train": rows}, "STP")


@pytest.fixture
def before(tmp_path: Path) -> baseline.Baseline:
    path = tmp_path / "baseline.json"
    path.write_text(baseline.write(checked(tmp_path / "before", 5, 50)))
    return baseline.read(path)


def test_a_baseline_comes_back_as_it_was_written(before: baseline.Baseline) -> None:
    assert (before.rows, before.by_rule) == (50, {"STP001": 5})
    assert "STP004" in before.judged
    assert "DUP001" not in before.judged


@pytest.mark.parametrize(
    ("missing", "total", "worse"), [(5, 50, 0), (6, 50, 1), (10, 100, 0), (11, 100, 1), (4, 50, 0)]
)
def test_findings_per_row_are_compared(
    tmp_path: Path, before: baseline.Baseline, missing: int, total: int, worse: int
) -> None:
    found = baseline.compare(checked(tmp_path / "now", missing, total), before, "error")
    assert len(found) == worse
    assert all("STP001" in each for each in found)


def test_only_rules_at_or_above_the_threshold_count(tmp_path: Path, before: baseline.Baseline) -> None:
    now = checked(tmp_path / "now", 9, 50)
    now.context.project.rules.severity["STP001"] = "warning"  # type: ignore[index]
    assert baseline.compare(now, before, "error") == []
    assert len(baseline.compare(now, before, "warning")) == 1
    assert baseline.compare(now, before, "never") == []


def test_a_rule_that_did_not_run_then_is_not_compared(tmp_path: Path) -> None:
    nothing = baseline.Baseline(50, {}, frozenset())
    assert baseline.compare(checked(tmp_path / "now", 9, 50), nothing, "info") == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 9}', '{"schema": 1, "rows": "x", "by_rule": {}, "judged": []}']
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.json"
    path.write_text(text)
    with pytest.raises(FtuiError):
        baseline.read(path)
    with pytest.raises(FtuiError):
        baseline.read(tmp_path / "missing.json")
