"""`ftui check --changed`: only what is new since the last check, sets included."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.rules.checked_files import ask
from tests.run_ftui import Ran, ftui

LONG = "A marker ends the text, and a model learns from {} of them where to stop, and so where to go on."
ROWS = [
    *(ask(f"Tell me of marker number {n}, and of its {n * 3} uses", LONG.format(n)) for n in range(20)),
    ask("  Who is there?", "Nobody is."),
    ask("And who is not?", ""),
]


def changed(folder: Path, rows: list[Any] | None = None, *words: str) -> Ran:
    path = folder / "train.jsonl"
    if rows is not None:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        stat = path.stat()
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    return ftui("check", path, "--changed", "--select", "FMT,DUP001", "--format", "json", *words)


def told(ran: Ran) -> list[tuple[str, int]]:
    return [(each["code"], each["row"]) for each in ran.report["findings"]]


def test_the_first_run_tells_everything_and_the_second_nothing(tmp_path: Path) -> None:
    first = changed(tmp_path, ROWS)
    assert (told(first), first.code) == ([("FMT011", 20), ("FMT005", 21)], 1)
    second = changed(tmp_path)
    assert (told(second), second.code) == ([], 0)
    assert "nothing changed" in second.err
    read = ftui("check", tmp_path / "train.jsonl", "--changed", "--select", "FMT,DUP001")
    assert "✔ nothing new in 22 rows" in read.out  # not: nothing found
    assert second.report["files"] == first.report["files"]
    assert second.report["skipped"] == first.report["skipped"]


def test_only_changed_rows_are_told_and_their_sets(tmp_path: Path) -> None:
    changed(tmp_path, ROWS)
    rows = [*ROWS]
    rows[3] = rows[1]
    rows[5] = ask(" Is it?", "It is.")
    ran = changed(tmp_path, rows)
    assert told(ran) == [("DUP001", 3), ("FMT011", 5)]
    assert ran.report["summary"]["by_rule"] == {"DUP001": 1, "FMT011": 1}
    assert ran.report["summary"]["rows"] == 22
    assert "2 rows changed" in ran.err


def test_an_old_row_is_told_when_a_new_one_makes_it_a_copy(tmp_path: Path) -> None:
    changed(tmp_path, ROWS)
    ran = changed(tmp_path, [ROWS[7], *ROWS])
    assert told(ran) == [("DUP001", 8)]


def test_a_third_copy_is_new_although_the_second_was_known(tmp_path: Path) -> None:
    changed(tmp_path, [*ROWS, ROWS[2]])
    assert told(changed(tmp_path, [*ROWS, ROWS[2], ROWS[2]])) == [("DUP001", 23)]


def test_rows_that_moved_are_not_new(tmp_path: Path) -> None:
    changed(tmp_path, ROWS)
    ran = changed(tmp_path, ROWS[::-1])
    assert (told(ran), ran.code) == ([], 0)
    assert "0 rows changed" in ran.err


def test_other_options_are_another_check(tmp_path: Path) -> None:
    changed(tmp_path, ROWS)
    assert told(
        ftui("check", tmp_path / "train.jsonl", "--changed", "--select", "FMT005", "--format", "json")
    )


def test_a_check_without_it_keeps_nothing_unless_one_was_kept(tmp_path: Path) -> None:
    changed(tmp_path, ROWS)
    shutil.rmtree(tmp_path / ".ftui")
    path, words = tmp_path / "train.jsonl", ("--select", "FMT,DUP001")
    ftui("check", path, *words)
    assert not (tmp_path / ".ftui").exists()
    changed(tmp_path)
    changed_rows = [*ROWS, ask("And this one?", "")]
    path.write_text("".join(json.dumps(row) + "\n" for row in changed_rows))
    assert ftui("check", path, *words).code == 1
    assert told(changed(tmp_path)) == []


def test_settings_that_changed_tell_what_is_said_of_the_project_again(tmp_path: Path) -> None:
    settings = tmp_path / "ftui.toml"
    settings.write_text('[splits]\ntrain = "train.jsonl"\n')
    changed(tmp_path, ROWS)
    settings.write_text('[splits]\ntrain = "train.jsonl"\n[rules.severity]\nFMT005 = "info"\n')
    ran = changed(tmp_path)
    assert (told(ran), ran.code) == ([], 0)
    assert "0 rows changed" in ran.err


@pytest.mark.parametrize("option", ["--baseline", "--write-baseline"])
def test_a_baseline_needs_the_whole(tmp_path: Path, option: str) -> None:
    changed(tmp_path, ROWS)
    ran = changed(tmp_path, None, option, str(tmp_path / "b.json"))
    assert ran.code == 2
    assert "--changed" in ran.err


def test_a_broken_state_is_as_none(tmp_path: Path) -> None:
    changed(tmp_path, ROWS)
    (state,) = (tmp_path / ".ftui" / "checks").iterdir()
    state.write_bytes(state.read_bytes()[:400])
    assert told(changed(tmp_path)) == [("FMT011", 20), ("FMT005", 21)]
