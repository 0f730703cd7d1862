"""Where .ftui/ is made, and what is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.store.location import locate, prepare, state_folder


def test_it_stands_beside_the_data_and_git_ignores_it(tmp_path: Path) -> None:
    location = prepare(tmp_path)
    assert location.folder == tmp_path / ".ftui"
    assert (location.folder / ".gitignore").read_text() == "*\n"
    assert location.backups.is_dir()
    assert location.locks.is_dir()
    assert locate(tmp_path) == location


def test_looking_for_it_creates_nothing(tmp_path: Path) -> None:
    locate(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_has_one_in_the_state_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    data = tmp_path / "data"
    data.mkdir()
    _forbid(monkeypatch, data)
    location = prepare(data)
    assert location.folder == state_folder(data)
    assert location.folder.is_relative_to(tmp_path / "state" / "ftui")
    assert locate(data) == location


def test_nowhere_to_write_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    _forbid(monkeypatch, tmp_path)
    with pytest.raises(FtuiError, match="no place to keep edits"):
        prepare(tmp_path / "data")


def _forbid(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Refuse new folders below one, whoever runs the tests (root may write everywhere)."""
    real = os.mkdir

    def mkdir(path: str, mode: int = 0o777, **more: object) -> None:
        if Path(path).is_relative_to(folder):
            raise PermissionError(13, "Permission denied", str(path))
        real(path, mode)

    monkeypatch.setattr(os, "mkdir", mkdir)


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    """The journal holds texts of files that may be private."""
    assert prepare(tmp_path).folder.stat().st_mode & 0o007 == 0
