"""`ftui split`, `ftui balance` and `ftui drift` as a person and a script call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.run_ftui import ftui
from tests.selection.made_rows import labelled, lines, row, write


def test_split_reports_in_words_and_as_json(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", [row(n) for n in range(100)] + [row(0)])
    ran = ftui(
        "split", file, "--output", tmp_path / "a", "--ratio", "70/30", "--rejects", tmp_path / "left.jsonl"
    )
    assert ran.code == 0
    assert "101 rows read; left out: 1 that an earlier row repeats" in ran.out
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["test.jsonl", "train.jsonl"]
    assert json.loads(lines(tmp_path / "left.jsonl")[0])["row"] == 100
    report = ftui(
        "split", file, "--output", tmp_path / "b", "--train", "0.5", "--test", "0.5", "--format", "json"
    ).report
    assert report["overlap"] == 0
    assert report["duplicates"] == 1
    assert sum(part["rows"] for part in report["splits"]) == 100


def test_split_writes_over_nothing_and_refuses_nonsense(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", [row(n) for n in range(40)])
    assert ftui("split", file, "--output", tmp_path / "a").code == 0
    before = (tmp_path / "a" / "train.jsonl").read_bytes()
    assert ftui("split", file, "--output", tmp_path / "a").refused
    assert (tmp_path / "a" / "train.jsonl").read_bytes() == before
    for ratio in ("80", "a/b", "0/50/50", "100/0/0", "-10/60/50", "80/nan/20", "inf/1"):
        assert ftui("split", file, "--output", tmp_path / "b", f"--ratio={ratio}").refused
    assert not (tmp_path / "b").exists()
    assert ftui(
        "split", file, "--output", tmp_path / "c", "--rejects", tmp_path / "c" / "train.jsonl"
    ).refused
    assert lines(tmp_path / "c" / "train.jsonl") != []


def test_balance_prints_weights_and_writes_copies(tmp_path: Path) -> None:
    file = write(tmp_path / "rows.jsonl", [labelled(n, "ab"[n < 10]) for n in range(40)])
    ran = ftui("balance", file)
    assert ran.code == 0
    assert "scikit-learn" in ran.out
    assert "PyTorch" in ran.out
    report = ftui(
        "balance", file, "--method", "over", "--output", tmp_path / "even.jsonl", "--format", "json"
    ).report
    assert report["after"] == {"a": 30, "b": 30}
    assert len(lines(tmp_path / "even.jsonl")) == 60
    assert ftui("balance", file, "--method", "under").refused
    assert ftui("balance", file, "--to", "a=nan").refused


def test_labels_that_a_terminal_would_obey_are_escaped(tmp_path: Path) -> None:
    signs = "\x1b]0;x\x07", "\u202e", "\x9b2J", "\ud800"
    file = write(tmp_path / "rows.jsonl", [labelled(n, f"{signs[n % 4]}{n % 4}") for n in range(80)])
    for words in (
        ["balance", file],
        ["balance", file, "--format", "json"],
        ["split", file, "--output", tmp_path / "a"],
        ["split", file, "--output", tmp_path / "b", "--format", "json"],
        ["guide", file, "--output", tmp_path / "guide.md"],
    ):
        ran = ftui(*words)
        assert ran.code == 0
        assert not any(sign in ran.out for sign in "\x1b\x07\u202e\x9b\ud800")
        if "json" in words:
            assert list(ran.report)[:2] == ["ftui", "schema"]
    assert not any(sign in (tmp_path / "guide.md").read_text() for sign in "\x1b\x07\u202e\x9b\ud800")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    training = write(tmp_path / "train.jsonl", [row(n) for n in range(80)])
    asked = [{"prompt": row(f"p{n}")["instruction"]} for n in range(30)]
    asked += [{"prompt": "unheard wording entirely number" + " zebra" * n} for n in range(10)]
    return training, write(tmp_path / "production.jsonl", asked)


def test_drift_compares_and_takes_candidates_in_the_layout_of_training(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    training, production = files
    ran = ftui("drift", training, "--production", production)
    assert ran.code == 0
    assert "length" in ran.out
    assert "unlike anything in training" in ran.out
    out = tmp_path / "candidates.jsonl"
    report = ftui(
        "drift", training, "--production", production, "--sample", "5", "--output", out, "--format", "json"
    ).report
    assert report["sample"]["rows"] == 5
    assert report["sample"]["answers_missing"]
    taken = [json.loads(line) for line in lines(out)]
    assert all(set(each) == {"instruction", "input", "output"} and not each["output"] for each in taken)
    assert ftui("drift", training, "--production", production, "--sample", "5", "--output", out).refused
    again = ftui("drift", training, "--production", production, "--sample", "3", "--output", out, "--force")
    assert again.code == 0
    assert len(lines(out)) == 3


def test_production_rows_of_the_same_layout_are_taken_byte_for_byte(tmp_path: Path) -> None:
    training = write(tmp_path / "train.jsonl", [row(n) for n in range(60)])
    production = write(tmp_path / "live.jsonl", [row(f"p{n}", id=n) for n in range(40)] + [row("p1", id=1)])
    out = tmp_path / "candidates.jsonl"
    ran = ftui("drift", training, "--production", production, "--sample", "40", "--output", out)
    assert ran.code == 0
    assert len(lines(out)) == 40
    assert set(lines(out)) <= set(lines(production))


def test_drift_needs_production_rows(tmp_path: Path, files: tuple[Path, Path]) -> None:
    assert ftui("drift", files[0]).refused
    assert ftui("drift", files[0], "--production", tmp_path / "none.jsonl").refused
    assert ftui("drift", files[0], "--production", files[1], "--sample", "3").refused


def test_check_draws_the_figures_of_an_imbalance(tmp_path: Path) -> None:
    rows = [labelled(n, "common" if n % 20 else "seldom") for n in range(400)]
    ran = ftui("check", write(tmp_path / "train.jsonl", rows), "--select", "BAL001")
    drawn = [line for line in ran.out.splitlines() if "█" in line or "▏" in line]
    assert [line.split()[0] for line in drawn] == ["common", "seldom"]
    assert drawn[0].count("█") > 10 * drawn[1].count("█")
