"""`ftui fix`: what it shows, what it writes, and that nothing else changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_check import END, ROWS, check_json, clean, write_rows  # noqa: F401 - a fixture
from tests.run_ftui import finished as ftui


@pytest.fixture
def unmarked(tmp_path: Path) -> Path:
    """Two of the rows lack the end marker, one is there twice; odd spacing that must stay."""
    rows = [(prompt, answer + END) for prompt, answer in ROWS * 3]
    rows = [(f"{prompt} ({number})", answer) for number, (prompt, answer) in enumerate(rows)]
    rows[4] = (rows[4][0], "It depends on the wind.")
    rows[7] = (rows[7][0], "Ask the farmer next door.")
    path = write_rows(tmp_path / "train.jsonl", [*rows, rows[0]])
    text = path.read_text(encoding="utf-8").replace(
        '{"instruction": "Can', '{ "odd" : 1.10,\t"instruction": "Can'
    )
    path.write_text(text, encoding="utf-8")
    return path


SAFE = ("--select", "STP001,DUP001")


def test_diff_shows_and_changes_nothing(unmarked: Path) -> None:
    before = unmarked.read_bytes()
    done = ftui("fix", str(unmarked), "--diff", *SAFE)
    assert done.returncode == 1
    assert "[+### End+]" in done.stdout
    assert "train.jsonl:5" in done.stdout
    assert "- the row  DUP001" in done.stdout
    assert unmarked.read_bytes() == before
    assert [path.name for path in unmarked.parent.iterdir()] == ["train.jsonl"]


def test_in_place_changes_the_rows_in_question_only_and_keeps_a_backup(unmarked: Path) -> None:
    before = unmarked.read_bytes()
    lines = before.splitlines(keepends=True)
    done = ftui("fix", str(unmarked), *SAFE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 findings fixed: 2 rows edited, 1 removed" in done.stdout
    after = unmarked.read_bytes().splitlines(keepends=True)
    assert len(after) == len(lines) - 1
    assert [number for number, line in enumerate(after) if line != lines[number]] == [4, 7]
    assert after[4] == lines[4].replace(b'wind."', b'wind.\\n### End"')
    backups = [path for path in (unmarked.parent / ".ftui" / "backups").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in backups] == [before]


def test_a_second_run_has_nothing_to_do(unmarked: Path) -> None:
    ftui("fix", str(unmarked), *SAFE)
    once = unmarked.read_bytes()
    done = ftui("fix", str(unmarked), *SAFE)
    assert done.returncode == 0
    assert "nothing to fix" in done.stdout
    assert unmarked.read_bytes() == once
    assert check_json("--select", "STP001,DUP001", unmarked)["findings"] == []


def test_output_leaves_the_file_alone(unmarked: Path) -> None:
    before, target = unmarked.read_bytes(), unmarked.parent / "fixed.jsonl"
    assert ftui("fix", str(unmarked), *SAFE, "--output", str(target)).returncode == 0
    assert unmarked.read_bytes() == before
    assert not (unmarked.parent / ".ftui").exists()
    fixed = target.read_bytes()
    again = ftui("fix", str(unmarked), *SAFE, "--output", str(target))
    assert again.returncode == 2
    assert target.read_bytes() == fixed
    assert ftui("fix", str(unmarked), *SAFE).returncode == 0
    assert unmarked.read_bytes() == fixed


def test_removed_rows_go_to_the_rejects_with_their_reason(unmarked: Path) -> None:
    rejects = unmarked.parent / "rejects.jsonl"
    last = json.loads(unmarked.read_text(encoding="utf-8").splitlines()[-1])
    assert ftui("fix", str(unmarked), *SAFE, "--rejects", str(rejects)).returncode == 0
    (line,) = rejects.read_text(encoding="utf-8").splitlines()
    reject = json.loads(line)
    assert set(reject) == {"reason", "code", "path", "row", "line", "record"}
    assert (reject["code"], reject["row"], reject["line"], reject["record"]) == ("DUP001", 18, 19, last)
    assert "row" in reject["reason"]


def test_rejects_are_never_written_over(unmarked: Path) -> None:
    rejects = unmarked.parent / "rejects.jsonl"
    rejects.write_text("precious")
    before = unmarked.read_bytes()
    assert ftui("fix", str(unmarked), *SAFE, "--rejects", str(rejects)).returncode == 2
    assert rejects.read_text() == "precious"
    assert unmarked.read_bytes() == before


def test_unsafe_fixes_wait_to_be_asked_for(unmarked: Path) -> None:
    with unmarked.open("a") as file:
        file.write("{broken\n")
    before = unmarked.read_bytes()
    done = ftui("fix", str(unmarked), "--select", "FMT001")
    assert "nothing to fix" in done.stdout
    assert "--unsafe" in done.stdout
    assert unmarked.read_bytes() == before
    assert ftui("fix", str(unmarked), "--select", "FMT001", "--unsafe").returncode == 0
    assert unmarked.read_bytes() == before.replace(b"{broken\n", b"")


@pytest.mark.parametrize(
    "words",
    [["--diff", "--output", "x"], ["--diff", "--rejects", "x"], ["--select", "NOPE"], ["no-such.jsonl"]],
)
def test_bad_usage_is_2_and_changes_nothing(unmarked: Path, words: list[str]) -> None:
    before = unmarked.read_bytes()
    done = ftui(
        "fix", *(words if words == ["no-such.jsonl"] else [str(unmarked), *words]), cwd=unmarked.parent
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: ")
    assert unmarked.read_bytes() == before


def test_unsaved_edits_of_the_app_are_not_fixed_over(unmarked: Path) -> None:
    from ftui.dataset.dataset import Dataset
    from ftui.dataset.session import Session
    from ftui.project.load import load_project

    dataset = Dataset.open([unmarked], load_project(unmarked))
    session = Session.open(dataset)
    session.set_text(0, 0, "output", "an edit in the app")
    session.close()
    dataset.close()
    before = unmarked.read_bytes()
    done = ftui("fix", str(unmarked), *SAFE)
    assert done.returncode == 2
    assert "not saved" in done.stderr
    assert unmarked.read_bytes() == before
    noted = ftui("check", "--select", "FMT001", str(unmarked))
    assert (noted.returncode, "1 edit in the app" in noted.stderr) == (0, True)


def test_what_was_accepted_is_left_alone_and_listed(unmarked: Path) -> None:
    from ftui.dataset.dataset import Dataset
    from ftui.dataset.session import Session
    from ftui.project.load import load_project

    found = check_json("--select", "STP001", unmarked)["findings"]
    dataset = Dataset.open([unmarked], load_project(unmarked))
    session = Session.open(dataset)
    session.accept([(found[0]["key"], "STP001")], "a poem may end so")
    session.close()
    dataset.close()
    report = check_json("--select", "STP001", unmarked)
    assert report["summary"]["by_rule"] == {"STP001": 1}
    assert report["summary"]["accepted"] == {"STP001": 1}
    assert [finding.get("accepted") for finding in report["findings"]] == ["a poem may end so", None]
    assert "a poem may end so" in ftui("check", "--select", "STP001", str(unmarked)).stdout
    line = unmarked.read_bytes().splitlines()[found[0]["row"]]
    assert "1 finding fixed" in ftui("fix", "--select", "STP001", str(unmarked)).stdout
    assert line in unmarked.read_bytes().splitlines()


def test_samples_are_fixed_in_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    assert ftui("demo", "--dir", str(folder)).returncode == 0
    before = check_json(folder)
    assert ftui("fix", str(folder)).returncode == 0
    assert "nothing to fix" in ftui("fix", str(folder)).stdout
    after = check_json(folder)
    assert sum(after["summary"]["by_rule"].values()) < sum(before["summary"]["by_rule"].values())
    assert not [f for f in after["findings"] if f["fix"] and f["fix"]["safety"] == "safe"]


def test_the_diff_shows_a_field_that_marks_a_row(tmp_path: Path) -> None:
    rows = [
        {"prompt": f"What is kept in the old shed number {n}?", "completion": "Tools."} for n in range(120)
    ]
    rows.append(
        {"prompt": "Hoe bewaar ik het brood het beste?", "completion": "In een papieren zak in de kast."}
    )
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    before = path.read_bytes()
    done = ftui("fix", str(path), "--select", "LNG003", "--unsafe", "--diff")
    assert done.returncode == 1
    assert [line.strip() for line in done.stdout.splitlines()[1:4]] == ["language", "-", "+ [+nl+]"]
    assert path.read_bytes() == before
    ftui("fix", str(path), "--select", "LNG003", "--unsafe")
    assert path.read_bytes() == before[:-2] + b', "language": "nl"}\n'
    assert "nothing to fix" in ftui("fix", str(path), "--select", "LNG003", "--unsafe").stdout
