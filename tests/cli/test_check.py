"""`ftui check`: exit codes, what goes to which stream, the JSON, and text that cannot drive a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.run_ftui import ROOT
from tests.run_ftui import finished as ftui

END = "\n### End"
ROWS = [
    ("What does `hay gather` do?", "It copies the folder into the rick."),
    ("How do I list the bales?", "Run `hay list`; the newest bale comes first."),
    ("Where is the configuration file?", "In `hay.toml` beside the rick, or where HAY_CONFIG points."),
    ("Can two machines share a rick?", "Yes, if both have the key and their clocks agree."),
    ("What happens when the disk is full?", "The run stops, and the bale that was begun is left out."),
    ("How do I restore one file?", "Name it: `hay restore latest docs/plan.md`."),
]


def write_rows(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = (
        json.dumps({"instruction": prompt, "output": answer}, ensure_ascii=False) for prompt, answer in rows
    )
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "train.jsonl", [(prompt, answer + END) for prompt, answer in ROWS])


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    rows = [(prompt, answer + END) for prompt, answer in ROWS]
    rows[2] = ROWS[2]
    path = write_rows(tmp_path / "train.jsonl", rows)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"instruction": "broken\x1b[31m\n')
    return path


def check_json(*words: str | Path, cwd: Path | None = None) -> dict[str, Any]:
    done = ftui("check", "--format", "json", "--fail-on", "never", *map(str, words), cwd=cwd)
    assert done.stderr == ""
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def test_clean_data_is_clean(clean: Path) -> None:
    done = ftui("check", "--ignore", "LEK007", str(clean))
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing found" in done.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--select", "FMT001"], 1),
        (["--select", "FMT001", "--fail-on", "never"], 0),
        (["--select", "FMT002"], 0),
        (["--select", "NOPE01"], 2),
        (["--format", "pdf"], 2),
        (["--layout", "nonsense"], 2),
        (["--split", "train"], 2),
        (["--config", "missing.toml"], 2),
        (["--max-per-rule", "-1"], 2),
        (["--max-per-rule", "many"], 2),
    ],
)
def test_exit_codes(faulty: Path, words: list[str], code: int) -> None:
    done = ftui("check", str(faulty), *words)
    assert done.returncode == code, done.stderr
    assert bool(done.stdout) == (code != 2)
    assert "Traceback" not in done.stderr
    if code == 2:
        assert done.stderr.startswith("error: ")


@pytest.mark.parametrize("content", [None, b"", b"\x00\x01\x02\xff" * 50])
def test_a_file_of_which_nothing_can_be_read_is_a_clear_line_and_2(
    tmp_path: Path, clean: Path, content: bytes | None
) -> None:
    bad = tmp_path / "bad.jsonl"
    if content is not None:
        bad.write_bytes(content)
    done = ftui("check", "--fail-on", "never", str(clean), str(bad))
    assert done.returncode == 2
    assert "bad.jsonl" in done.stderr
    assert "train.jsonl" in done.stdout, "the file that can be read is still checked"


def test_a_file_that_can_be_read_in_part_gives_findings(faulty: Path) -> None:
    report = check_json("--select", "FMT001", faulty)
    assert report["files"][0]["unreadable"] == 1
    (found,) = report["findings"]
    assert (found["code"], found["row"], found["line"], found["severity"]) == ("FMT001", 6, 7, "error")


def test_json_has_the_shape_of_the_interface(faulty: Path) -> None:
    report = check_json(faulty)
    assert set(report) == {"ftui", "schema", "files", "findings", "summary", "skipped", "timing"}
    assert report["schema"] == 1
    for file in report["files"]:
        assert set(file) == {"path", "split", "format", "layout", "rows", "unreadable", "sha256"}
        assert len(file["sha256"]) == 64
    types: dict[str, Any] = {
        "id": str, "key": str, "code": str, "name": str, "severity": str, "path": str, "split": str,
        "row": int | None, "line": int | None, "field": str, "start": int | None, "end": int | None,
        "message": str, "evidence": dict, "related": list, "fix": dict | None,
    }  # fmt: skip
    assert report["findings"]
    for finding in report["findings"]:
        assert types.keys() <= finding.keys() <= types.keys() | {"accepted"}
        for name, kind in types.items():
            assert isinstance(finding[name], kind), name
        assert finding["severity"] in ("error", "warning", "info")
        for other in finding["related"]:
            assert set(other) == {"path", "split", "row", "line"}
        if finding["fix"]:
            assert set(finding["fix"]) == {"title", "safety", "kind"}
    ids = [finding["id"] for finding in report["findings"]]
    assert len(set(ids)) == len(ids)
    summary = report["summary"]
    assert set(summary) == {
        "rows", "by_rule", "by_severity", "rows_with_findings", "not_listed", "accepted", "ignored_in",
    }  # fmt: skip
    assert sum(summary["by_rule"].values()) == sum(summary["by_severity"].values()) == len(ids)
    for skip in report["skipped"]:
        assert set(skip) == {"code", "reason"}


def test_every_rule_runs_or_is_named_with_a_reason(faulty: Path) -> None:
    known = {rule["code"] for rule in json.loads(ftui("rules", "--format", "json").stdout)}
    report = check_json("--select", "STP", faulty)
    skipped = {skip["code"] for skip in report["skipped"]}
    assert known - skipped <= {code for code in known if code.startswith("STP")}
    assert all(skip["reason"] for skip in report["skipped"])


def test_counts_stay_true_where_few_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text("{broken\n" * 30 + '{"instruction": "a question", "output": "an answer"}\n')
    report = check_json("--select", "FMT001", "--max-per-rule", "4", path)
    assert len(report["findings"]) == 4
    assert report["summary"]["by_rule"] == {"FMT001": 30}
    assert report["summary"]["not_listed"] == {"FMT001": 26}


def test_paths_are_shown_as_seen_from_here(faulty: Path) -> None:
    report = check_json("--select", "FMT001", faulty.name, cwd=faulty.parent)
    assert report["findings"][0]["path"] == faulty.name
    report = check_json("--select", "FMT001", f"{faulty.parent.name}/{faulty.name}", cwd=faulty.parent.parent)
    assert report["findings"][0]["path"] == f"{faulty.parent.name}/{faulty.name}"


def test_a_folder_with_settings_is_a_project(faulty: Path) -> None:
    faulty.with_name("ftui.toml").write_text('[splits]\nfirst = "train.jsonl"\n')
    (faulty.parent / "other.jsonl").write_text('{"instruction": "a", "output": "b"}\n')
    for words, cwd in (([], faulty.parent), ([faulty.parent], ROOT)):
        report = check_json("--select", "FMT001", *words, cwd=cwd)
        assert [file["split"] for file in report["files"]] == ["first"]


def test_splits_can_be_named_on_the_command_line(clean: Path, faulty: Path) -> None:
    other = write_rows(faulty.parent / "b.jsonl", ROWS)
    report = check_json("--select", "FMT001", "--split", f"train={faulty}", "--split", f"held-out={other}")
    assert {file["split"] for file in report["files"]} == {"train", "held-out"}


def test_text_from_data_cannot_drive_the_terminal(faulty: Path) -> None:
    for format_ in ("text", "markdown", "junit", "sarif"):
        done = ftui("check", "--format", format_, "--fail-on", "never", str(faulty))
        assert "\x1b" not in done.stdout
        assert done.stdout


def test_report_goes_to_a_file(faulty: Path) -> None:
    target = faulty.parent / "report.json"
    done = ftui("check", "--format", "json", "--output", str(target), "--select", "FMT001", str(faulty))
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads(target.read_text())["summary"]["by_rule"] == {"FMT001": 1}
    done = ftui("check", "--output", "/nowhere/at/all.txt", str(faulty))
    assert done.returncode == 2


def test_text_fits_80_columns_and_says_how_to_go_on(faulty: Path) -> None:
    done = ftui("check", faulty.name, cwd=faulty.parent)
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "ftui train.jsonl:" in done.stdout
    assert "ftui explain " in done.stdout


def test_the_same_data_gives_the_same_report(faulty: Path) -> None:
    first, second = check_json(faulty), check_json(faulty)
    assert first["findings"] == second["findings"]


def test_check_never_imports_textual(faulty: Path) -> None:
    code = (
        "import sys; from ftui.cli import main\n"
        f"main(['check', {str(faulty)!r}, '--output', {str(faulty.parent / 'report')!r}])\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('textual', 'tree_sitter')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_place_to_look_at_opens_from_where_the_person_is(faulty: Path) -> None:
    (faulty.parent / "ftui.toml").write_text('[splits]\ntrain = "train.jsonl"\n')
    elsewhere = faulty.parent / "elsewhere"
    elsewhere.mkdir()
    done = ftui("check", str(faulty.parent), cwd=elsewhere)
    assert f"ftui {faulty}:7" in done.stdout
    assert "ftui train.jsonl:7" in ftui("check", cwd=faulty.parent).stdout


def test_a_baseline_tells_old_findings_from_worse_ones(faulty: Path) -> None:
    baseline = faulty.parent / "baseline.json"
    words = ["check", str(faulty), "--select", "FMT001", "--baseline", str(baseline)]
    missing = ftui(*words)
    assert (missing.returncode, missing.stdout) == (2, "")
    written = ftui("check", str(faulty), "--select", "FMT001", "--write-baseline", str(baseline))
    assert (written.returncode, baseline.exists()) == (1, True)
    assert ftui(*words).returncode == 1, "findings, but no more than before"
    with faulty.open("a") as file:
        file.write("{another\n")
    worse = ftui(*words)
    assert worse.returncode == 3
    assert "FMT001" in worse.stderr
    assert ftui(*words, "--fail-on", "never").returncode == 0
    (faulty.parent / "unreadable.jsonl").write_bytes(b"")
    assert ftui(*words, str(faulty.parent / "unreadable.jsonl")).returncode == 2, "2 wins over 3"
    baseline.write_text("[]")
    assert ftui(*words).returncode == 2
