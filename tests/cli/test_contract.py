"""What CI relies on, on hostile data: exit codes, formats that parse, safe text, the same bytes every time."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from ftui.cli import main
from ftui.cli.output import has_terminal
from tests.dataset.desk import open_session, shut
from tests.run_ftui import check, ftui

ROOT = Path(__file__).resolve().parents[2]
FORMATS = ("text", "json", "sarif", "junit", "markdown", "html")
HOSTILE = (
    "\x1b[31m\x1b]0;owned\x07 \u202eevil\u2066\u200b \r\n\x9b31m \x00\x85 \U000e0041"
    "</failure>]]> | <script> `x` **b**"
)
NAMES = (
    "with space.jsonl",
    "ünï·数据.jsonl",
    "line\nbreak \x1b[31m.jsonl",
    "[red]x[bold].jsonl",
    "--split=x.jsonl",
    os.fsdecode(b"bad\xff.jsonl"),
)
FAULTY = '{"instruction": "broken\n'
ROWS = [
    {"instruction": "What does it do?", "output": "It copies the folder."},
    {"instruction": "How do I list them?", "output": "Run the list command. "},
    {"instruction": "Where is the file?", "output": "Beside the program."},
    {"instruction": "Can two of them share it?", "output": ""},
]  # fmt: skip


def write(path: Path, rows: list[Any], more: str = "") -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows) + more)
    return path


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder of files whose names and contents are made to do harm."""
    folder = tmp_path / "data"
    folder.mkdir()
    alpaca: list[Any] = [
        {"instruction": HOSTILE, "output": " " + HOSTILE},
        {"instruction": HOSTILE, "output": "other"},
        {"instruction": "x", "output": 1, HOSTILE: HOSTILE},
        {"in\x1bstr\n\u202e": "x"},
    ]
    chat: list[Any] = [
        {"messages": [{"role": HOSTILE, "content": HOSTILE}, {"role": "assistant", "content": HOSTILE}]}
    ] * 2
    labels: list[Any] = [{"text": "hello", "label": HOSTILE}, {"text": "hello", "label": "\ud83d"}]
    for name, rows in zip(NAMES, (alpaca, chat, labels, alpaca, chat, labels), strict=True):
        path = folder / name
        path.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows) + b'{"\x1b[31m\xff\n')
    return folder


def harmful(text: str) -> set[str]:
    """Characters that a terminal would obey, hide or turn round."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c != "\n"}


# Formats


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_carries_what_a_terminal_would_obey(format_: str, hostile: Path) -> None:
    ran = ftui("check", hostile, "--format", format_)
    assert (ran.code, ran.err) == (1, "")
    assert harmful(ran.out) == set()
    written = hostile.parent / "report"
    assert ftui("check", hostile, "--format", format_, "--output", written).code == 1
    assert harmful(written.read_text()) == set()


def test_every_hostile_file_is_in_every_format(hostile: Path) -> None:
    report = check(hostile).report
    assert len(report["files"]) == len(NAMES)
    assert {f["path"] for f in report["findings"] if f["path"]} == {file["path"] for file in report["files"]}
    log = json.loads(ftui("check", hostile, "--format", "sarif").out)
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
    }
    named = {Path(unquote(uri, errors="surrogateescape")).name for uri in uris if uri != "."}
    assert named == set(NAMES)
    assert not any(re.search(r"[\s\[\]]", uri) for uri in uris)
    root = ET.fromstring(ftui("check", hostile, "--format", "junit").out)  # noqa: S314 - our own output
    assert len(root.findall(".//testsuite")) >= len(NAMES)
    assert int(root.get("failures", "0")) == len(root.findall(".//failure")) > 0
    page = ftui("check", hostile, "--format", "markdown").out
    tables = [line for line in page.splitlines() if line.startswith("|")]
    assert len({re.sub(r"\\.", "", line).count("|") for line in tables[: 2 + len(NAMES)]}) == 1
    assert not re.search(r"(?<!\\)<script", page)


def test_hostile_files_are_fixed_or_refused_clearly(hostile: Path) -> None:
    refused = ftui("fix", hostile)
    assert refused.refused
    assert "not UTF-8" in refused.err
    (hostile / NAMES[-1]).unlink()
    ran = ftui("fix", hostile)
    assert (ran.code, harmful(ran.out)) == (0, set())
    assert harmful(ftui("fix", hostile, "--unsafe", "--diff").out) == set()


class Terminal(io.StringIO):
    """A stdout that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_screen_needs_both_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn on that for errors: with `2>FILE` the terminal stayed blank."""
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert has_terminal()
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not has_terminal()


@pytest.mark.parametrize(
    ("words", "environment", "coloured"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        (["--no-color"], {}, False),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colours_only_where_a_terminal_wants_them(
    words: list[str],
    environment: dict[str, str],
    coloured: bool,
    hostile: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in ({"TERM": "xterm-256color"} | environment).items():
        monkeypatch.setenv(name, value)
    with redirect_stdout(Terminal()) as out:
        assert main(["check", str(hostile), "--select", "FMT", *words]) == 1
    assert ("\x1b[" in out.getvalue()) == coloured
    assert harmful(re.sub(r"\x1b\[\d*m", "", out.getvalue())) == set()


# The same bytes


@pytest.mark.parametrize("format_", FORMATS)
def test_two_runs_give_the_same_bytes(format_: str, hostile: Path) -> None:
    one, two = (ftui("check", hostile, "--format", format_).out for _ in range(2))
    assert timeless(one) == timeless(two)


def timeless(text: str) -> str:
    return re.sub(r'"timing": \{[^}]*\}|<h2>Time</h2>.*?</details>', "", text, flags=re.DOTALL)


def test_the_number_of_workers_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ftui.rules import engine, reading

    rows = [
        {"instruction": f"Question {i % 700}, what of it?", "output": f"It is {i % 900}. "}
        for i in range(1500)
    ]
    path = write(tmp_path / "train.jsonl", rows, FAULTY)
    alone = ftui("check", path, "--format", "json", "--jobs", "1").out
    monkeypatch.setattr(engine, "INLINE_ROWS", 10)
    monkeypatch.setattr(reading, "CHUNK_ROWS", 400)
    assert timeless(ftui("check", path, "--format", "json", "--jobs", "2").out) == timeless(alone)


# Exit codes


def test_the_gravest_exit_code_wins(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", ROWS[:3])
    empty = write(tmp_path / "empty.jsonl", [])
    baseline = tmp_path / "baseline.json"
    assert ftui("check", path, "--write-baseline", baseline).code == 0
    against = ("check", path, "--baseline", baseline)
    assert ftui(*against).code == 0
    write(path, ROWS, FAULTY)
    assert ftui("check", path).code == 1
    worse = ftui(*against)
    assert worse.code == 3
    assert "FMT001" in worse.err
    assert "FMT005" in worse.err
    assert ftui(*against, empty).code == 2
    assert ftui(*against, "--fail-on", "never").code == 0
    assert ftui(*against, empty, "--fail-on", "never").code == 2
    assert ftui(*against, "--write-baseline", baseline).code == 3, (
        "the old one is compared before it is replaced"
    )
    assert ftui(*against).code == 1


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"instruction": "q", "output": ""}, {"error": 1, "warning": 1, "info": 1, "never": 0}),
        ({"instruction": "q", "output": "a "}, {"error": 0, "warning": 1, "info": 1, "never": 0}),
        ({"instruction": "q", "output": "a\u2028b"}, {"error": 0, "warning": 0, "info": 1, "never": 0}),
        ({"instruction": "q", "output": "a"}, {"error": 0, "warning": 0, "info": 0, "never": 0}),
    ],
)
def test_fail_on_counts_what_is_as_grave_or_graver(tmp_path: Path, row: Any, codes: dict[str, int]) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n")
    for threshold, code in codes.items():
        assert ftui("check", path, "--fail-on", threshold, "--ignore", "LEK007").code == code, threshold


def test_counts_and_codes_stay_true_however_few_are_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", ROWS[:1], FAULTY * 30)
    every = check(path).report
    for listed in (1, 7):
        ran = ftui("check", path, "--format", "json", "--max-per-rule", str(listed))
        assert ran.code == 1
        assert ran.report["summary"]["by_rule"] == every["summary"]["by_rule"]
        assert ran.report["summary"]["not_listed"] == {"FMT001": 30 - listed}
        assert ran.report["findings"] == [
            f for f in every["findings"] if f["row"] is None or f["row"] <= listed
        ]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[rules.DUP002]\nthreshold = 'high'", "is not a number from 0.5 to 1"),
        ("[rules.DUP002]\nthreshold = 7", "is not a number from 0.5 to 1"),
        ("[rules.DUP002]\nthresold = 0.9", "did you mean 'threshold'?"),
        ("[rules.STP001]\nthreshold = 0.9", "no option"),
        ("[rules.XYZ001]\nthreshold = 0.9", "no rule"),
    ],
)
def test_a_setting_that_nothing_reads_is_refused(tmp_path: Path, settings: str, said: str) -> None:
    path = write(tmp_path / "train.jsonl", ROWS)
    (tmp_path / "ftui.toml").write_text(settings)
    for command in ("check", "fix"):
        ran = ftui(command, path)
        assert ran.refused
        assert said in ran.err
    (tmp_path / "ftui.toml").write_text("[rules.DUP002]\nthreshold = 0.9")
    assert ftui("check", path).code == 1


def test_splits_named_on_the_command_line_are_compared(tmp_path: Path) -> None:
    one, two = write(tmp_path / "a.jsonl", ROWS[:2]), write(tmp_path / "b.jsonl", ROWS[:2])
    ran = check("--split", f"train={one}", "--split", f"test={two}", "--select", "LEK")
    assert [(f["code"], f["split"], f["row"]) for f in ran.report["findings"]] == [
        ("LEK001", "test", 0),
        ("LEK001", "test", 1),
    ]
    swapped = check("--split", f"test={one}", "--split", f"train={two}", "--select", "LEK")
    assert {f["path"] for f in swapped.report["findings"]} == {
        next(f["path"] for f in swapped.report["files"] if f["split"] == "test")
    }
    assert ftui("check", "--split", f"train={tmp_path / 'missing.jsonl'}").refused


def test_a_reader_that_goes_away_ends_a_long_report_quietly(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", ROWS, FAULTY * 3000)
    command = f"{sys.executable} -m ftui check {path} --format json | head -c 100"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert len(done.stdout) == 100
    assert done.stderr == b""
    assert done.returncode == 141


# Acceptances


def test_an_acceptance_survives_reordering_and_ends_with_the_row(tmp_path: Path) -> None:
    path = write(tmp_path / "train.jsonl", ROWS, FAULTY)
    found = [f for f in check(path).report["findings"] if f["code"] in ("FMT001", "FMT005", "FMT011")]
    assert len(found) == 3
    session = open_session(path)
    session.accept([(f["key"], f["code"]) for f in found], "known,\n\x1b[31mreally")
    shut(session)
    for order in (ROWS, ROWS[::-1]):
        write(path, order)
        path.write_text(FAULTY + path.read_text())
        ran = check(path)
        assert ran.code == 0
        accepted = [f for f in ran.report["findings"] if "accepted" in f]
        assert {f["code"] for f in accepted} == {"FMT001", "FMT005", "FMT011"}
        assert {f["accepted"] for f in accepted} == {"known,\n\x1b[31mreally"}
        assert ran.report["summary"]["accepted"] == {"FMT001": 1, "FMT005": 1, "FMT011": 1}
        for format_ in FORMATS:
            assert harmful(ftui("check", path, "--format", format_).out) == set()
    write(path, [*ROWS[:3], {"instruction": "Can three of them share it?", "output": ""}])
    assert ftui("check", path).code == 1


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", ROWS, FAULTY)
    before = sorted(tmp_path.rglob("*"))
    for format_ in FORMATS:
        ftui("check", tmp_path, "--format", format_)
    ftui("fix", tmp_path, "--diff")
    assert sorted(tmp_path.rglob("*")) == before
    assert shutil.which("ftui") is None or ftui("rules").code == 0
