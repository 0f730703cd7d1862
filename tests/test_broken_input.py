"""Broken input never stops the rest: each kind is a numbered finding, and edits beside it leave it as it is.

What the formats make of each fault is tested in tests/dataset/test_formats_*.py; here they go the way of a person.

What other tools were seen to do, and where it is tested that we do not:
- saved while still loading, rows lost: dataset/test_save.py, test_saved_at_once_after_the_first_page_all_rows_are_there
- one letter edited, a list of messages corrupted: dataset/test_session.py,
  test_one_letter_of_a_messages_cell_keeps_the_list
- fields first seen after row 100 lost at a save: dataset/test_save.py, test_fields_first_seen_late_are_kept
- kill -9 in a save left half a file: faults/test_kill.py
- a broken line overwritten with an error text: test_the_app_shows_every_row_and_edits_beside_it, below
- one bad line or a byte-order mark ended the program: test_each_is_a_numbered_finding, below
"""

from __future__ import annotations

import errno
import gzip
import os
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ftui.project.errors import FtuiError
from tests.dataset.desk import open_session, shut
from tests.run_ftui import check, ftui

FIRST = b'{"instruction": "Say hello to Anna.", "input": "", "output": "Hello Anna, nice to meet you."}'
LAST = b'{"instruction": "Say bye to Ben.", "input": "", "output": "Good bye, Ben. See you tomorrow."}'


def lines(*between: bytes, end: bytes = b"\n") -> bytes:
    return b"".join(line + end for line in (FIRST, *between, LAST))


def saying(text: bytes) -> bytes:
    return b'{"instruction": "Say something else.", "input": "", "output": "' + text + b'"}'


@dataclass(frozen=True)
class Case:
    """A broken file, and what is to be said about it."""

    name: str
    data: bytes
    found: dict[int | None, tuple[str, str]]
    """Row (None: the whole file) to the severity of the finding and words of its message."""
    rows: int = 3
    unreadable: int = 0
    file: str = "train.jsonl"
    output: dict[int, str] = field(default_factory=dict)
    """Row to its answer as the app shows it."""
    edit: tuple[int, str] = (0, "output")
    """The row and field that a person edits meanwhile."""


CASES = (
    Case(
        "bad JSON",
        lines(b'{"instruction": "cut'),
        {1: ("error", "not JSON: unterminated string")},
        unreadable=1,
    ),
    Case(
        "NaN",
        lines(saying(b"z")[:-1] + b', "score": NaN}'),
        {1: ("warning", "NaN is not JSON")},
        output={1: "z"},
    ),
    Case(
        "lone surrogate",
        lines(saying(b"a \\ud83d b")),
        {1: ("warning", "half of a surrogate")},
        output={1: "a \ud83d b"},
    ),
    Case("BOM", b"\xef\xbb\xbf" + lines(), {0: ("info", "byte-order mark")}, rows=2, edit=(1, "output")),
    Case("CRLF", lines(end=b"\r\n"), {None: ("info", "every line ends with CR LF")}, rows=2),
    Case(
        "mixed endings",
        lines(end=b"\r\n") + FIRST.replace(b"Anna", b"Eve") + b"\n",
        {None: ("info", "2 of 3 lines")},
    ),
    Case("U+2028", lines(saying("a\u2028b".encode())), {1: ("info", "U+2028")}, output={1: "a\u2028b"}),
    Case(
        "blank lines",
        b"\n" + lines(b"", b"  \t") + b"\n",
        {None: ("info", "4 blank lines, the first is line 1")},
        rows=2,
    ),
    Case(
        "invalid UTF-8",
        lines(saying(b"a \xff\xc3 b")),
        {1: ("warning", "not UTF-8 at byte")},
        output={1: "a \ufffd\ufffd b"},
    ),
    Case("2 MB line", lines(saying(b"word " * 400_000 + b"end.")), {1: ("info", "a line of 2.0 MB")}),
    Case("array on a line", lines(b'["a", "b"]'), {1: ("error", "an array, not an object")}),
    Case("number on a line", lines(b"17"), {1: ("error", "a number, not an object")}, unreadable=1),
    Case("two objects on a line", lines(FIRST + LAST), {1: ("error", "extra data")}, unreadable=1),
    Case(
        "duplicate keys",
        lines(saying(b"x")[:-1] + b', "output": "y"}'),
        {1: ("warning", 'key "output" stands 2 times')},
        output={1: "y"},
    ),
    Case(
        "big integer",
        lines(saying(b"x")[:-1] + b', "n": 123456789012345678901234567890}'),
        {1: ("warning", "more than 64 bits")},
    ),
    Case(
        "deep nesting", lines(b'{"a":' * 400 + b"1" + b"}" * 400), {1: ("error", "levels deep")}, unreadable=1
    ),
    Case(
        "ragged CSV",
        b"text,label\nhello there,a\nhi,b,c\nonly\nbye now,b\n",
        {1: ("warning", "3 cells where the header has 2"), 2: ("warning", "1 cell where the header has 2")},
        rows=4,
        file="train.csv",
        edit=(0, "text"),
    ),
    Case(
        "unclosed quote",
        b'text,label\nhello there,a\n"never closed,b\nbye now,b\n',
        {1: ("error", "a quote that is not closed")},
        unreadable=1,
        file="train.csv",
        edit=(0, "text"),
    ),
    Case(
        "broken element",
        b"[" + FIRST + b",\n" + FIRST[:40] + b",\n" + LAST + b"]",
        {1: ("error", "not JSON")},
        unreadable=1,
        file="train.json",
    ),
    Case(
        "array cut off",
        b"[\n" + FIRST + b",\n" + LAST,
        {1: ("warning", "without the closing bracket")},
        rows=2,
        file="train.json",
    ),
)
# All rules need 10 s for it.
LARGEST = Case(
    "10 MB line", lines(saying(b"word " * 2_000_000 + b"end.")), {1: ("info", "a line of 10.0 MB")}
)


@pytest.mark.parametrize(
    "case", [*CASES, pytest.param(LARGEST, marks=pytest.mark.slow)], ids=lambda case: case.name
)
def test_each_is_a_numbered_finding(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.data)
    ran = check(path)
    assert ran.err == ""
    assert ran.code == (1 if any(severity == "error" for severity, _ in case.found.values()) else 0) or (
        case.name == "ragged CSV"  # the missing label is an error of its own
    )
    found = {f["row"]: f for f in ran.report["findings"] if f["code"] == "FMT001"}
    assert {row: f["severity"] for row, f in found.items()} == {row: s for row, (s, _) in case.found.items()}
    for row, (_, words) in case.found.items():
        assert words in found[row]["message"]
        assert found[row]["path"].endswith(case.file)
    (file,) = ran.report["files"]
    assert (file["rows"], file["unreadable"]) == (case.rows, case.unreadable)
    for row, finding in found.items():
        if row is not None:
            line = case.data.split(b"\n")[finding["line"] - 1]
            assert ran.report["summary"]["rows_with_findings"] >= 1
            assert line


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_app_shows_every_row_and_edits_beside_it(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.file
    path.write_bytes(case.data)
    session = open_session(path)
    document = session.dataset.documents[0]
    document.build_index(lambda _done, _total: None, lambda: False)
    assert len(document.order()) == case.rows
    assert sum(document.parsed(row).value is None for row in range(case.rows)) == case.unreadable
    for row, said in case.output.items():
        example = document.example(row)
        assert example is not None
        assert example.text("output") == said
    row, name = case.edit
    before = document.raw(row)
    session.set_text(0, row, name, "Something new.")
    after = document.raw(row)
    assert b"Something new." in after
    session.save(lambda _done, _total: None, lambda: False)
    shut(session)
    assert path.read_bytes() == case.data.replace(before, after, 1)


def test_a_truncated_gzip_gives_the_rows_before_the_cut(tmp_path: Path) -> None:
    dice = random.Random(1)
    rows = [saying(b"%d is a number." % dice.getrandbits(90)) for _ in range(500)]
    path = tmp_path / "train.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join(rows))[:-3000])
    ran = check(path, "--select", "FMT")
    (file,) = ran.report["files"]
    assert 300 < file["rows"] < 500
    last = file["rows"] - 1
    assert {f["row"] for f in ran.report["findings"]} == {last}
    assert any("cut off" in f["message"] for f in ran.report["findings"])
    assert (ran.code, ran.err) == (1, "")


def test_all_kinds_in_one_file_are_told_apart(tmp_path: Path) -> None:
    cases = [case for case in CASES if case.file == "train.jsonl" and 1 in case.found]
    middle = [case.data.split(b"\n")[1] for case in cases]
    path = tmp_path / "train.jsonl"
    path.write_bytes(lines(*middle))
    ran = check(path, "--select", "FMT001")
    assert ran.report["summary"]["rows"] == len(middle) + 2
    assert [f["row"] for f in ran.report["findings"]] == list(range(1, len(middle) + 1))
    for case, finding in zip(cases, ran.report["findings"], strict=True):
        severity, words = case.found[1]
        assert (finding["severity"], words in finding["message"]) == (severity, True)


# Files of which nothing can be read

NOTHING: dict[str, tuple[str, bytes]] = {
    "empty": ("train.jsonl", b""),
    "empty inside": ("train.jsonl.gz", gzip.compress(b"")),
    "blank lines only": ("train.jsonl", b"\n \n\n"),
    "no elements": ("train.json", b"[]"),
    "a picture": ("train.jsonl", b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(3000)),
    "a program": ("train.csv", b"\x7fELF\x02\x01\x01" + bytes(3000)),
    "random bytes": ("train.jsonl", random.Random(3).randbytes(5000)),
    "an archive": ("train.csv", b"PK\x03\x04" + random.Random(4).randbytes(3000)),
    "not Parquet": ("train.parquet", b"PAR1" + random.Random(5).randbytes(300) + b"PAR1"),
    "a gzip cut in its header": ("train.jsonl.gz", gzip.compress(FIRST)[:10]),
}


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("command", ["check", "fix"])
def test_nothing_to_read_is_one_clear_line(name: str, command: str, tmp_path: Path) -> None:
    file, data = NOTHING[name]
    path = tmp_path / file
    path.write_bytes(data)
    ran = ftui(command, path)
    assert ran.refused, ran.err
    assert str(path) in ran.err
    assert path.read_bytes() == data
    with pytest.raises(FtuiError, match="train"):
        open_session(path)


def test_what_is_no_file_is_one_clear_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "picture.png").write_bytes(b"\x89PNG")
    for name in ("pipe.jsonl", "folder", "missing.jsonl"):
        ran = ftui("check", tmp_path / name)
        assert ran.refused, ran.err
        assert name in ran.err
    assert ftui("check", Path(os.devnull)).refused


def test_no_permission_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(lines())
    path.chmod(0)
    if os.geteuid() == 0:  # root reads everything: let the system say what it says to others
        real = os.open

        def refusing(name: Any, *rest: Any, **more: Any) -> int:
            if str(name) == str(path):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(name))
            return real(name, *rest, **more)

        monkeypatch.setattr(os, "open", refusing)
    ran = ftui("check", path)
    assert ran.refused, ran.err
    assert "no permission" in ran.err


def test_not_a_single_row_is_exit_2_with_a_line_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"this is prose\nand no data\n")
    ran = check(path)
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert "no row could be read" in ran.err
    assert ran.report["files"][0]["unreadable"] == 2


@pytest.mark.parametrize("name", ["empty", "a picture", "a program"])
def test_the_app_says_it_in_one_line_too(name: str, tmp_path: Path) -> None:
    """Without a terminal to draw on the app ends before it looks; with one it must not draw and then fail."""
    file, data = NOTHING[name]
    path = tmp_path / file
    path.write_bytes(data)
    code = (
        "import os, sys; os.environ['NO_COLOR'] = '1'\n"
        "sys.stdout.isatty = sys.stderr.isatty = sys.stdin.isatty = lambda: True\n"
        f"from ftui.cli import main; sys.exit(main([{str(path)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert "\x1b[?1049h" not in done.stdout
