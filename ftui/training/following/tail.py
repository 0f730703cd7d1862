"""What is appended to a log file, byte for byte, however its writer truncates, rotates or replaces it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

MOST = 1 << 20
"""Bytes read a poll, a tenth of a second of parsing: a huge log never holds up the screen."""
_HEAD = 256
_BEFORE = 64
_SIBLINGS = 200
"""Files of a folder that are looked at for the copy of a truncated log."""
Restart = Literal["rotated", "rewritten", "again"]


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll of a log gave."""

    data: bytes = b""
    restarted: Restart | None = None
    """Before `data` a new file begins. `rotated`: it goes on from the old one, all of which was read. `rewritten`: it
    took the old one's place, and a last unfinished line is lost. `again`: it begins as the old one began."""
    gone: bool = False
    """There is no such file (yet, or any more)."""
    more: bool = False
    """Not everything was read: poll again at once."""
    trouble: str = ""
    """Why the file cannot be read."""


class Tail:
    """Follows one log file by polling; holds no lock, needs no watcher, and works over network file systems.

    The file is opened at every poll, which makes NFS look at it again. The descriptor of the last poll stays open
    until then: what was written into it after it was renamed is read before the new file is, and no other file can
    get its inode. The first 256 bytes and the 64 bytes before the place reached tell a file that was truncated and
    has grown past that place since.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written: float | None = None
        """When the file was last changed, in Unix seconds."""
        self._fd = -1
        self._later: list[int] = []
        """Files that took the name since: read when nothing more comes of the one before."""
        self._offset = self._size = 0
        self._head = b""
        self._before = b""
        self._restart: Restart | None = None

    @property
    def progress(self) -> tuple[int, int]:
        """Bytes of the present file that were read, and its size at the last poll."""
        return self._offset, max(self._size, self._offset)

    def poll(self) -> Polled:
        """The bytes that were added since the last poll, at most 1 MB. Never raises."""
        try:
            fresh = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            missing = isinstance(error, FileNotFoundError | NotADirectoryError)
            return self._without_file(missing, "" if missing else _reason(error))
        try:
            return self._poll(fresh)
        except OSError as error:  # of a network file system that went away
            if fresh not in (self._fd, *self._later):
                with suppress(OSError):
                    os.close(fresh)
            return Polled(trouble=_reason(error))

    def skip_to_last(self, size: int) -> None:
        """Go on this many bytes before the file's present end, where that is further on."""
        if self._fd >= 0 and (offset := os.fstat(self._fd).st_size - size) > self._offset:
            self._offset = offset
            self._before = os.pread(self._fd, _BEFORE, max(0, offset - _BEFORE))

    def rewind(self) -> None:
        """Read the present file again from its beginning."""
        self._begin()
        self._restart = None

    def close(self) -> None:
        """Let the file go."""
        self._take(-1)
        while self._later:
            os.close(self._later.pop())

    def _poll(self, fresh: int) -> Polled:
        now = os.fstat(fresh)
        self._size = now.st_size
        if not stat.S_ISREG(now.st_mode):
            os.close(fresh)
            return Polled(trouble="is no regular file")
        if self._fd < 0:
            self._take(fresh)
        elif self._later:
            if os.path.sameopenfile(self._later[-1], fresh):
                os.close(fresh)
            else:
                self._later.append(fresh)
            return self._replaced()
        elif os.path.sameopenfile(self._fd, fresh):
            self._take(fresh)
            if not self._is_as_it_was(fresh, now.st_size):
                return self._truncated()
        else:
            self._later.append(fresh)
            return self._replaced()
        self.written = now.st_mtime
        return self._read()

    def _replaced(self) -> Polled:
        """Another file has the name; what is left of the old one comes first."""
        left = self._rest()
        if left.data:
            return Polled(left.data, left.restarted, more=True)
        size = os.fstat(self._later[0]).st_size
        if size == 0 and len(self._later) == 1:  # its writer may still hold the old one
            return Polled()
        fresh = self._later.pop(0)
        if not self._is_as_it_was(fresh, size):  # else a longer copy took the old one's place, as rsync does
            self._restart = "rotated" if os.fstat(self._fd).st_nlink else self._how(fresh)
            self._begin()
        self._take(fresh)
        self.written = os.fstat(fresh).st_mtime
        return self._read()

    def _rest(self) -> Polled:
        """What is left of a file that lost its name; it may have been truncated before that."""
        if self._is_as_it_was(self._fd, os.fstat(self._fd).st_size):
            return self._read()
        return self._truncated()

    def _truncated(self) -> Polled:
        """The file lost its beginning; where a copy was made first, the copy holds what was not read yet."""
        copy = self._copy()
        self._restart = self._how(self._fd) if copy is None else "rotated"
        self._begin()
        if copy:
            return Polled(copy, more=True)
        return self._read()

    def _how(self, fd: int) -> Restart:
        begins = os.pread(fd, len(self._head), 0)
        return "again" if begins and begins == self._head[: len(begins)] else "rewritten"

    def _copy(self) -> bytes | None:
        """What a copy made before the file was truncated holds beyond the place reached; None without such a copy."""
        try:
            with os.scandir(self.path.parent) as entries:
                near = [
                    entry.path
                    for entry, _ in zip(entries, range(_SIBLINGS), strict=False)
                    if entry.name != self.path.name
                    and entry.name.startswith(self.path.stem)
                    and entry.is_file(follow_symlinks=False)
                ]
        except OSError:
            return None
        return next((rest for path in near if (rest := self._rest_of(path)) is not None), None)

    def _rest_of(self, path: str) -> bytes | None:
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            size = os.fstat(fd).st_size
            return os.pread(fd, MOST, self._offset) if self._is_as_it_was(fd, size) else None
        except OSError:
            return None
        finally:
            os.close(fd)

    def _is_as_it_was(self, fd: int, size: int) -> bool:
        return (
            size >= self._offset
            and os.pread(fd, len(self._head), 0) == self._head
            and os.pread(fd, len(self._before), self._offset - len(self._before)) == self._before
        )

    def _read(self) -> Polled:
        data = os.pread(self._fd, MOST, self._offset)
        if self._offset == len(self._head) < _HEAD:
            self._head = (self._head + data)[:_HEAD]
        self._offset += len(data)
        self._before = (self._before + data[-_BEFORE:])[-_BEFORE:]
        restarted, self._restart = self._restart, None
        return Polled(data, restarted, more=len(data) == MOST)

    def _without_file(self, missing: bool, trouble: str) -> Polled:
        """Renamed or removed: its writer may still be writing into it."""
        if self._fd < 0:
            return Polled(gone=missing, trouble=trouble)
        left = self._replaced() if self._later else self._rest()
        return Polled(left.data, left.restarted, missing, left.more, trouble)

    def _begin(self) -> None:
        self._offset, self._head, self._before = 0, b"", b""

    def _take(self, fd: int) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = fd


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
