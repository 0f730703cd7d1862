"""The bytes of a file as it was opened, read at any offset from any thread."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from ftui.dataset.record import Problem
from ftui.project.errors import FtuiError


class Source(Protocol):
    """Bytes that a format reads: a plain file, or the decompressed content of one."""

    path: Path
    compression: Literal["gzip", "zstd"] | None
    damage: Problem | None
    """Why the content ends before its end (a truncated stream); known once the end was reached."""

    def read(self, offset: int, count: int) -> bytes:
        """Up to `count` bytes from `offset`; fewer only at the end."""

    def at_end(self, offset: int) -> bool:
        """Whether the content is known to end at or before `offset`."""

    def progress(self, offset: int) -> tuple[int, int]:
        """How far reading up to `offset` is: (bytes done, total) of the file on disk."""

    def descriptor(self) -> int:
        """A file descriptor that holds the content, for copies inside the kernel."""

    def writer(self, out: BinaryIO) -> BinaryIO:
        """Where to write content so that `out` gets it compressed as the file is; close it, not `out`."""

    def close(self) -> None: ...


class FileSource:
    """A plain file: the descriptor opened first is kept, the size is that at opening."""

    compression: Literal["gzip", "zstd"] | None = None
    damage: Problem | None = None

    def __init__(self, path: Path, fd: int) -> None:
        self._fd = fd
        self.path = path
        self.size = os.fstat(fd).st_size

    def read(self, offset: int, count: int) -> bytes:
        count = min(count, self.size - offset)
        if count <= 0:
            return b""
        data = os.pread(self._fd, count, offset)
        while len(data) < count:  # Linux reads at most 2 GiB at once
            more = os.pread(self._fd, count - len(data), offset + len(data))
            if not more:
                raise FtuiError(
                    f"{self.path}: another program cut this file short while it was open",
                    "save under another name to keep what can still be read",
                )
            data += more
        return data

    def at_end(self, offset: int) -> bool:
        return offset >= self.size

    def progress(self, offset: int) -> tuple[int, int]:
        return min(offset, self.size), self.size

    def descriptor(self) -> int:
        return self._fd

    def writer(self, out: BinaryIO) -> BinaryIO:
        return out

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __del__(self) -> None:
        """Nobody holds it: a descriptor that is not closed here stays open as long as the process."""
        self.close()
