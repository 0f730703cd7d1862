"""Compressed files: unpacked piece by piece into a scratch file without a name, which a format then reads."""

from __future__ import annotations

import errno
import gzip
import os
import tempfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol, cast

from ftui.dataset.record import Problem
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    import zstandard

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
_INPUT = 64 << 10
_OUTPUT = 4 << 20
"""Bytes of gzip unpacked at once at most, so that a file that unpacks to a thousand times its size cannot fill the
memory."""
_ZSTD_INPUT = 1 << 10
"""Bytes of zstd unpacked at once: they may become 32 MB (a block of 128 KB from 4 bytes), and there is no limit to ask
for. It is no slower than 64 KB."""
_LEVEL = 6
_LONG_WINDOW = 1 << 31


class _Unpacker(Protocol):
    """One stream (gzip: member, zstd: frame) after the other."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What packed bytes unpack to; raises _Damaged where they are no stream."""

    def between_streams(self) -> bool:
        """Whether all streams begun so far have ended."""


class _Damaged(Exception):  # noqa: N818 - says what the data is
    """The packed bytes cannot be read from here on."""


class CompressedSource:
    """The unpacked content of a .gz or .zst file, unpacked as far as somebody has read.

    The content of a stream that is cut off or damaged ends where it can be read; `damage` says so. It is written back
    with gzip level 6 or zstd level 3, for a file does not tell its own level.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self._packed = fd
        self._packed_size = os.fstat(fd).st_size
        self._packed_at = 0
        magic = os.pread(fd, 4, 0)
        self.compression: Literal["gzip", "zstd"] | None = "gzip" if magic.startswith(GZIP) else "zstd"
        self._unpacker: _Unpacker = _GzipUnpacker() if self.compression == "gzip" else _ZstdUnpacker()
        self._scratch = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the source
        self._fd = self._scratch.fileno()
        self._size = 0
        self._pieces = self._unpacked()
        self._done = False
        self._failure: FtuiError | None = None
        self._lock = threading.Lock()
        self.damage: Problem | None = None

    def read(self, offset: int, count: int) -> bytes:
        self._unpack(offset + count)
        return os.pread(self._fd, min(count, max(0, self._size - offset)), offset)

    def at_end(self, offset: int) -> bool:
        self._unpack(offset + 1)
        return offset >= self._size

    def progress(self, offset: int) -> tuple[int, int]:  # noqa: ARG002 - the packed bytes are what can be counted
        return self._packed_at, self._packed_size

    def descriptor(self) -> int:
        return self._fd

    def _unpack(self, wanted: int) -> None:
        """Unpack until `wanted` bytes are there or the file ends. Raises FtuiError, and again whenever it is asked."""
        if self._size >= wanted or self._done:
            return
        with self._lock:
            while self._size < wanted and not self._done:
                if self._failure is not None:
                    raise self._failure
                try:
                    piece = next(self._pieces, None)
                    if piece is None:
                        self._done = True
                    else:
                        self._keep(piece)
                except OSError as error:
                    # For good: a piece that is missing in the middle would shift all that follows.
                    self._failure = self._failed(error)

    def _unpacked(self) -> Iterator[bytes]:
        """The content piece by piece; `damage` says why it ends before its end."""
        try:
            while data := os.pread(self._packed, _INPUT, self._packed_at):
                self._packed_at += len(data)
                yield from self._unpacker.feed(data)
        except _Damaged as reason:
            self._damaged(f"the compressed data is damaged ({reason}): nothing after this can be read")
        else:
            if not self._unpacker.between_streams():
                self._damaged("the compressed file is cut off here: the rest of it is missing")

    def _damaged(self, message: str) -> None:
        self.damage = Problem("truncated-stream", message, False)

    def _keep(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            at += os.pwrite(self._fd, data[at:] if at else data, self._size + at)
        self._size += len(data)

    def _failed(self, error: OSError) -> FtuiError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            message = f"{self.path}: no space to unpack it in {tempfile.gettempdir()}"
            return FtuiError(message, "set TMPDIR to a folder with space")
        return FtuiError(f"{self.path}: cannot be unpacked: {error.strerror}", "is its disk still there?")

    def writer(self, out: BinaryIO) -> BinaryIO:
        if self.compression == "zstd":
            return _zstd_writer(out, os.pread(self._packed, 32, 0))
        name, mtime = _gzip_header(os.pread(self._packed, 4096, 0))
        return cast(BinaryIO, gzip.GzipFile(name, "wb", _LEVEL, out, mtime))

    def close(self) -> None:
        self._scratch.close()
        if self._packed >= 0:
            os.close(self._packed)
            self._packed = -1

    def __del__(self) -> None:
        """Nobody holds it: see FileSource."""
        if hasattr(self, "_scratch"):
            self.close()


class _GzipUnpacker:
    def __init__(self) -> None:
        self._stream = zlib.decompressobj(31)
        self._inside = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if not self._inside:
                data = data.lstrip(b"\0")  # members may be padded with zeros
                if not data:
                    return
                self._inside = True
            before = self._stream.copy()
            try:
                piece = self._stream.decompress(data, _OUTPUT)
            except zlib.error as error:
                yield from _salvage(before, data)
                raise _Damaged(str(error).rpartition(": ")[2]) from None
            yield piece
            data = self._stream.unconsumed_tail
            if self._stream.eof:
                data = self._stream.unused_data
                self._stream = zlib.decompressobj(31)
                self._inside = False

    def between_streams(self) -> bool:
        return not self._inside


def _salvage(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What can be read before the damage: zlib throws away the output of a call that fails."""
    try:
        for i in range(len(data)):
            yield stream.decompress(data[i : i + 1])
    except zlib.error:
        return


class _ZstdUnpacker:
    def __init__(self) -> None:
        self._stream: zstandard.ZstdDecompressionObj | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        import zstandard

        while data:
            if self._stream is None:
                self._stream = zstandard.ZstdDecompressor(max_window_size=_LONG_WINDOW).decompressobj()
            now, data = data[:_ZSTD_INPUT], data[_ZSTD_INPUT:]
            try:
                yield self._stream.decompress(now)
            except zstandard.ZstdError as error:
                raise _Damaged(str(error).rpartition(": ")[2]) from None
            if self._stream.eof:
                data = self._stream.unused_data + data
                self._stream = None

    def between_streams(self) -> bool:
        return self._stream is None


def _gzip_header(head: bytes) -> tuple[str, int]:
    """(file name, time) that a gzip header keeps; ("", 0) where it keeps none."""
    mtime = int.from_bytes(head[4:8], "little")
    if not head[3] & 8:
        return "", mtime
    at = 10
    if head[3] & 4:
        at += 2 + int.from_bytes(head[10:12], "little")
    return head[at : head.find(b"\0", at)].decode("latin-1"), mtime


def _zstd_writer(out: BinaryIO, head: bytes) -> BinaryIO:
    import zstandard

    try:
        checksum = zstandard.get_frame_parameters(head).has_checksum
    except zstandard.ZstdError:
        checksum = True
    compressor = zstandard.ZstdCompressor(level=3, write_checksum=checksum)
    return cast(BinaryIO, compressor.stream_writer(out, closefd=False))
