"""Writes a new file from pieces: small ones gathered, large runs copied inside the kernel."""

from __future__ import annotations

import errno
import io
import os
from typing import BinaryIO

from ftui.dataset.formats.base import Cancelled, Progress, WriteCancelled
from ftui.dataset.formats.source import Source

_GATHER = 1 << 20
_DIRECT = 256 << 10
"""Runs from here on are copied by the kernel; below, one read and a gathered write cost less than the system calls."""
_STRIDE = 64 << 20
_NO_KERNEL_COPY = {
    errno.EXDEV,
    errno.ENOSYS,
    errno.EINVAL,
    errno.EOPNOTSUPP,
    errno.EBADF,
    errno.EPERM,
    errno.ETXTBSY,
}


class Sink:
    """Output of one save, about `total` bytes; `finish()` hands over what is still gathered.

    Raises OSError as the file system does, WriteCancelled when `cancelled` says so.
    """

    def __init__(
        self, out: BinaryIO, source: Source, total: int, progress: Progress, cancelled: Cancelled
    ) -> None:
        self._out = source.writer(out)
        self._wrapped = self._out is not out
        self._source = source
        self._progress = progress
        self._cancelled = cancelled
        self._gathered: list[bytes] = []
        self._size = 0
        self._written = 0
        self._total = total
        self._target = _real_file(self._out)
        self.last = b""
        """The last bytes written, enough to see whether they end a line."""

    def write(self, data: bytes) -> None:
        """Append bytes."""
        if not data:
            return
        self._gathered.append(data)
        self._size += len(data)
        self.last = data
        if self._size >= _GATHER:
            self._flush()

    def copy(self, start: int, stop: int) -> None:
        """Append the source's bytes start..stop."""
        at = start
        if stop - start >= _DIRECT and self._target is not None:
            self._flush()
            at = self._kernel_copy(start, stop)
        while at < stop:
            data = self._source.read(at, min(_GATHER, stop - at))
            self.write(data)
            at += len(data)
        if stop > start:
            self.last = self._source.read(max(start, stop - 2), min(2, stop - start))

    def finish(self) -> None:
        """Write what is gathered and, when compressing, the end of the stream."""
        self._flush()
        if self._wrapped:
            self._out.close()
        self._progress(self._total, self._total)

    def _flush(self) -> None:
        self._report(self._size)
        rest = memoryview(b"".join(self._gathered))
        self._gathered.clear()
        self._size = 0
        while rest:
            # an unbuffered file may take only a part
            written = self._out.write(rest)
            rest = rest[written if written is not None else len(rest) :]

    def _kernel_copy(self, start: int, stop: int) -> int:
        """Copy as far as the kernel can; returns the offset reached."""
        assert self._target is not None
        self._out.flush()
        at = start
        while at < stop:
            try:
                moved = os.copy_file_range(
                    self._source.descriptor(), self._target, min(_STRIDE, stop - at), at
                )
            except OSError as error:
                if error.errno not in _NO_KERNEL_COPY:
                    raise
                moved = 0
            if moved == 0:
                self._target = None
                break
            at += moved
            self._report(moved)
        return at

    def _report(self, count: int) -> None:
        self._written += count
        self._progress(min(self._written, self._total), self._total)
        if self._cancelled():
            raise WriteCancelled


def _real_file(out: BinaryIO) -> int | None:
    """The descriptor behind a plain file object; None for wrappers, whose own write must see every byte."""
    if not hasattr(os, "copy_file_range") or not isinstance(
        out, io.BufferedWriter | io.BufferedRandom | io.FileIO
    ):
        return None
    return out.fileno()
