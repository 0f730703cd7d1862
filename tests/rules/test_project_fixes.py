"""Edits of project files: put together, shown, written in one step, refused where a file says something else."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.rules.project_fixes import merged, unified, write
from ftui.rules.rule import FileEdit

TEXT = "FROM x\nPARAMETER a 1\nSYSTEM y\n"


def with_line(line: str, at: int = 2) -> str:
    lines = TEXT.splitlines(keepends=True)
    return "".join([*lines[:at], line, *lines[at:]])


def test_lines_added_at_one_place_follow_each_other() -> None:
    assert merged(TEXT, with_line("b\n"), with_line("c\n")) == with_line("b\nc\n")
    assert merged(TEXT, with_line("b\n"), with_line("c\n", 0)) == "c\n" + with_line("b\n")
    assert merged(TEXT, with_line("b\n"), with_line("b\n")) == with_line("b\n")
    assert merged(TEXT, TEXT.replace("1", "2"), with_line("c\n")) == with_line("c\n").replace("1", "2")


def test_two_edits_of_one_line_are_not_put_together() -> None:
    assert merged(TEXT, TEXT.replace("1", "2"), TEXT.replace("1", "3")) is None
    assert merged("FROM x", "FROM x\na\n", "FROM x\nb\n") is None


def test_the_diff_is_one_that_patch_takes() -> None:
    shown = unified(FileEdit("/p/Modelfile", "FROM x", "FROM x\nb\n"), "Modelfile")
    assert shown.splitlines() == [
        "--- a/Modelfile", "+++ b/Modelfile", "@@ -1 +1,2 @@", "-FROM x", "\\ No newline at end of file",
        "+FROM x", "+b",
    ]  # fmt: skip


def test_written_in_one_step_with_mode_and_backup(tmp_path: Path) -> None:
    path = tmp_path / "Modelfile"
    path.write_bytes(b"FROM x\r\nSYSTEM \xc3\xa9\r\n")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    before = path.read_bytes().decode()
    (done,) = write([FileEdit(str(link), before, before + "b\r\n")], tmp_path)
    assert path.read_bytes() == b"FROM x\r\nSYSTEM \xc3\xa9\r\nb\r\n"
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert done.backup is not None
    assert done.backup.read_bytes().decode() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [".ftui", "Modelfile", "link"]


def test_a_new_file_has_no_backup(tmp_path: Path) -> None:
    (done,) = write([FileEdit(str(tmp_path / "new"), None, "x\n")], tmp_path)
    assert (done.backup, (tmp_path / "new").read_text()) == (None, "x\n")


@pytest.mark.parametrize("now", [b"other\n", b"FROM \xff\n", None])
def test_a_file_that_says_something_else_is_left_alone(tmp_path: Path, now: bytes | None) -> None:
    path = tmp_path / "Modelfile"
    if now is not None:
        path.write_bytes(now)
    with pytest.raises(FtuiError):
        write([FileEdit(str(path), "FROM x\n", "FROM y\n")], tmp_path)
    assert (path.read_bytes() if path.exists() else None) == now


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    path = tmp_path / "Modelfile"
    path.write_text("a\n")
    (tmp_path / ".ftui").mkdir()
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(FtuiError):
            write([FileEdit(str(path), "a\n", "b\n")], tmp_path)
    finally:
        tmp_path.chmod(0o755)
    assert path.read_text() == "a\n"
