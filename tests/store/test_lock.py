"""Locks keep two processes apart and end with their process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.store.lock import HeldElsewhereError, Lock, data_lock, session_lock

HOLDER = """
import sys, time
from pathlib import Path
from ftui.store.lock import Lock
lock = Lock.acquire(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_taker_learns_who_holds_it(tmp_path: Path) -> None:
    lock = Lock.acquire(tmp_path / "a.lock")
    with pytest.raises(HeldElsewhereError) as caught:
        Lock.acquire(tmp_path / "a.lock")
    assert caught.value.pid == os.getpid()
    lock.release()
    lock.release()
    Lock.acquire(tmp_path / "a.lock").release()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    child = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE)
    assert child.stdout
    with child.stdout:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(HeldElsewhereError) as caught:
            Lock.acquire(path)
        assert caught.value.pid == child.pid
        child.send_signal(signal.SIGKILL)
        child.wait()
    Lock.acquire(path).release()


def test_a_symlink_leads_to_the_same_lock(tmp_path: Path) -> None:
    (tmp_path / "data.jsonl").write_text("{}\n")
    (tmp_path / "link.jsonl").symlink_to("data.jsonl")
    assert data_lock(tmp_path, tmp_path / "link.jsonl") == data_lock(tmp_path, tmp_path / "data.jsonl")
    assert data_lock(tmp_path, tmp_path / "other.jsonl") != data_lock(tmp_path, tmp_path / "data.jsonl")


def test_a_symlink_is_not_written_through(tmp_path: Path) -> None:
    other = tmp_path / "precious"
    other.write_text("do not touch")
    (tmp_path / "session-1.lock").symlink_to(other)
    with pytest.raises(FtuiError, match="cannot be locked"):
        Lock.acquire(session_lock(tmp_path, 1))
    assert other.read_text() == "do not touch"
