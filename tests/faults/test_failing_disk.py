"""A disk that is full or fails: the old file stays whole, every kept edit stays, and the next attempt works."""

from __future__ import annotations

import errno
import io
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ftui.dataset import new_file, save
from ftui.dataset.session import Session
from ftui.project.errors import FtuiError
from tests.dataset.desk import crash, line, make_file, open_session, raws, shut

ROWS = 3000
NO_SPACE = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
BROKEN = OSError(errno.EIO, os.strerror(errno.EIO))
Break = Callable[[pytest.MonkeyPatch, OSError], None]


class Failing(io.RawIOBase):
    """A file that takes some bytes, then half of a write, then fails."""

    def __init__(self, descriptor: int, error: OSError, room: int) -> None:
        super().__init__()
        self._file = io.FileIO(descriptor, "wb")
        self._error, self._room = error, room

    def write(self, data: Any) -> int:
        if len(data) > self._room:
            self._file.write(bytes(data)[: self._room])
            self._room = 0
            raise self._error
        self._room -= len(data)
        return self._file.write(data)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()
        super().close()


def raising(error: OSError) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


def break_write(room: int) -> Break:
    def apply(patch: pytest.MonkeyPatch, error: OSError) -> None:
        def open_failing(descriptor: int, mode: str) -> Failing:
            return Failing(descriptor, error, room)

        patch.setattr(new_file, "open", open_failing, raising=False)

    return apply


def break_kernel_copy(patch: pytest.MonkeyPatch, error: OSError) -> None:
    patch.setattr(os, "copy_file_range", raising(error))


def break_sync(patch: pytest.MonkeyPatch, error: OSError) -> None:
    patch.setattr(os, "fsync", raising(error))


def break_rename(patch: pytest.MonkeyPatch, error: OSError) -> None:
    patch.setattr(os, "replace", raising(error))


def break_backup(patch: pytest.MonkeyPatch, error: OSError) -> None:
    patch.setattr(os, "link", raising(error))
    patch.setattr("shutil.copy2", raising(error))


def break_mode(patch: pytest.MonkeyPatch, error: OSError) -> None:
    patch.setattr(os, "fchmod", raising(error))


FAULTS: dict[str, Break] = {
    "write-at-once": break_write(0),
    "write-in-the-middle": break_write(50_000),
    "kernel-copy": break_kernel_copy,
    "fsync": break_sync,
    "rename": break_rename,
    "backup": break_backup,
    "mode": break_mode,
}


@pytest.mark.parametrize("error", [NO_SPACE, BROKEN], ids=["no-space", "io-error"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_save_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, error: OSError
) -> None:
    path = tmp_path / "train.jsonl"
    # Long enough that untouched runs are copied inside the kernel.
    path.write_bytes(b"".join(line(number, "x" * 300) + b"\n" for number in range(ROWS)))
    before = path.read_bytes()
    session = open_session(path)
    session.set_text(0, 1, "output", "kept")
    session.delete(0, [2900])
    expected = raws(session)
    with monkeypatch.context() as patch:
        FAULTS[fault](patch, error)
        with pytest.raises(FtuiError) as caught:
            session.save()
    assert os.strerror(error.errno or 0) in caught.value.message
    assert path.read_bytes() == before
    assert [other.name for other in tmp_path.iterdir() if other.name != ".ftui"] == [path.name]
    assert raws(session) == expected
    assert session.unsaved == 2

    crash(session)
    again = open_session(path)
    assert again.resume is not None
    again.resume_accept()
    assert raws(again) == expected
    again.save()
    assert path.read_bytes().splitlines() == expected
    shut(again)


def test_a_folder_that_cannot_be_flushed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "kept")
    with monkeypatch.context() as patch:
        patch.setattr(save, "sync_folder", raising(BROKEN))
        (saved,) = session.save()
    assert "could not be flushed" in saved.warnings[0]
    assert path.read_bytes().splitlines()[1] == line(1, "kept")
    assert not session.dirty
    shut(session)


def test_a_save_that_the_journal_cannot_note_is_understood_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(tmp_path)
    session = open_session(path)
    session.set_text(0, 1, "output", "first")
    with monkeypatch.context() as patch:
        patch.setattr("ftui.store.journal.Journal.end_save", raising_error)
        (saved,) = session.save()
    assert "could not note" in saved.warnings[0]
    assert not session.dirty
    session.set_text(0, 2, "output", "second")
    expected = raws(session)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", raising(NO_SPACE))
        with pytest.raises(FtuiError):
            session.save()
    crash(session)
    again = open_session(path)
    assert again.resume is not None
    assert (again.resume.count, again.resume.reason) == (1, "")
    again.resume_accept()
    assert raws(again) == expected
    shut(again, discard=True)


def raising_error(*_: object, **__: object) -> None:
    raise FtuiError("the edit could not be kept: disk I/O error")


# A really full disk

LIMITED = """
import resource, sys
from pathlib import Path
from ftui.dataset.dataset import Dataset
from ftui.dataset.session import Session
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
path = Path(sys.argv[1])
session = Session.open(Dataset.open([path], Project(root=path.parent)))
session.set_text(0, 0, "output", "kept before the disk was full")
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    session.save()
except FtuiError as error:
    print("save:", error.message)
kept, number = 1, 0
try:
    for number in range(1, 2000):
        session.set_text(0, number % 2000, "output", str(number) * 200)
        kept += 1
except FtuiError as error:
    print("edit:", error.message)
assert session.cursor == kept, (session.cursor, kept)
raw = session.dataset.documents[0].raw(number)
assert session.dataset.documents[0].edited(number) is False
print("kept", kept)
sys.stdout.flush()
import os
os._exit(0)
"""


def test_files_that_cannot_grow(tmp_path: Path) -> None:
    """The limit of the kernel on file sizes stands for a full disk: writes fail in the middle, in SQLite too."""
    path = make_file(tmp_path, ROWS)
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path), "100000"],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=ignore_file_size_signal,
    )
    assert "save:" in done.stdout
    assert "edit:" in done.stdout
    kept = int(done.stdout.rsplit("kept ", 1)[1])
    assert path.read_bytes() == before
    again = open_session(path)
    assert again.resume is not None
    assert again.resume_accept().entries == kept
    assert raws(again)[0] == line(0, "kept before the disk was full")
    assert raws(again)[kept - 1] == line(kept - 1, str(kept - 1) * 200)
    again.save()
    assert path.read_bytes().splitlines() == raws(again)
    shut(again)


def ignore_file_size_signal() -> None:
    """Python does so itself at start; said here because the test depends on it."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root only")
    try:
        yield disk
    finally:
        # Lazily: a test that failed may have files open there.
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(ballast: Path) -> None:
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(descriptor, b"x" * 4096):
            pass
    except OSError:
        return
    finally:
        os.close(descriptor)


def edit_until_it_fails(session: Session) -> None:
    for number in range(2000):
        session.set_text(0, 2, "output", str(number) * 500)


def test_a_full_disk(small_disk: Path) -> None:
    path = make_file(small_disk, 8000)  # 0.5 MB: one copy fits, with the journal, but not beside the ballast
    before = path.read_bytes()
    session = open_session(path)
    session.set_text(0, 1, "output", "kept")
    ballast = small_disk / "ballast"
    fill(ballast)
    with pytest.raises(FtuiError, match="No space left"):
        session.save()
    with pytest.raises(FtuiError, match="could not be kept"):
        edit_until_it_fails(session)
    expected = raws(session)
    assert path.read_bytes() == before
    crash(session)

    again = open_session(path)
    assert again.resume is not None
    again.resume_accept()
    assert raws(again) == expected
    ballast.unlink()
    again.set_text(0, 3, "output", "there is room again")
    again.save()
    assert path.read_bytes().splitlines() == raws(again)
    shut(again)
