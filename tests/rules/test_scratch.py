"""Scratch folders of checks: removed with them or after them, and never under them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ftui.rules import scratch
from ftui.rules.scratch import Scratch
from ftui.store.lock import HeldElsewhereError, Lock


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_gone_when_it_is_removed_and_stays_while_it_is_held(folder: Path) -> None:
    first, second = Scratch(), Scratch()
    assert sorted(folder.iterdir()) == sorted([Path(first.path), Path(second.path)])
    second.remove()
    second.remove()
    assert list(folder.iterdir()) == [Path(first.path)]
    first.remove()
    assert not list(folder.iterdir())


def test_the_next_one_removes_what_a_killed_process_left(folder: Path) -> None:
    code = "import os; from ftui.rules.scratch import Scratch; s = Scratch(); print(s.path, flush=True); os._exit(9)"
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path)), "TMPDIR": str(folder)}
    left = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert Path(left.stdout.strip()).is_dir(), left.stderr
    mine = Scratch()
    assert list(folder.iterdir()) == [Path(mine.path)]
    mine.remove()


@pytest.mark.parametrize(("late", "anew"), [(False, False), (True, False), (True, True)])
def test_a_folder_that_another_check_removed_too_early_is_not_used(
    monkeypatch: pytest.MonkeyPatch, late: bool, anew: bool
) -> None:
    """It may come between the file and the lock: still holding it, or when it is through; a third may come then."""
    calls = []

    class Meddled(Lock):
        @classmethod
        def acquire(cls, path: Path) -> Lock:
            calls.append(path)
            if len(calls) > 1:
                return Lock.acquire(path)
            lock = Lock.acquire(path)
            shutil.rmtree(path.parent)
            if anew:
                path.parent.mkdir()
                path.touch()
            if late:
                return lock
            lock.release()
            raise HeldElsewhereError(0)

    monkeypatch.setattr(scratch, "Lock", Meddled)
    mine = Scratch()
    assert len(calls) == 2
    assert Path(mine.path).is_dir()
    mine.remove()
