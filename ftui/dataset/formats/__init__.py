"""File formats: records as byte ranges, read a page or a run at a time, edited in place, saved without loss."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ftui.dataset.formats.base import Records
from ftui.dataset.formats.sniff import SUFFIXES, guess_format
from ftui.dataset.formats.source import FileSource, Source
from ftui.project.errors import FtuiError

DATA_SUFFIXES: tuple[str, ...] = tuple(SUFFIXES)
"""Suffixes of files that hold rows, without those of compression."""
COMPRESSION_SUFFIXES: tuple[str, ...] = (".gz", ".zst")


def open_records(path: Path) -> Records:
    """Open a data file; its content decides the format, its suffix where the content leaves a doubt.

    Raises FtuiError when nothing can be read: missing, empty, a directory, no permission, not data.
    """
    source = _source(path, _open(path))
    try:
        return _records(source)
    except BaseException:
        source.close()
        raise


def _source(path: Path, fd: int) -> Source:
    magic = os.pread(fd, 4, 0)
    if magic.startswith(b"\x1f\x8b") or magic == b"\x28\xb5\x2f\xfd":
        from ftui.dataset.formats.compressed import CompressedSource

        return CompressedSource(path, fd)
    return FileSource(path, fd)


def _records(source: Source) -> Records:
    kind = guess_format(source)
    if kind in ("csv", "tsv"):
        from ftui.dataset.formats.delimited import Delimited

        return Delimited(source, kind)
    if kind == "parquet":
        from ftui.dataset.formats.parquet import ParquetRecords

        return ParquetRecords(source)
    if kind == "json":
        from ftui.dataset.formats.json_array import JsonArrays

        return JsonArrays(source)
    from ftui.dataset.formats.jsonl import JsonLines

    return JsonLines(source)


def _open(path: Path) -> int:
    """A descriptor of a regular file. Opened without blocking, so that a FIFO cannot hang the program."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise FtuiError(f"{path}: there is no such file", "check the path") from None
    except PermissionError:
        raise FtuiError(
            f"{path}: no permission to read it", f"chmod u+r {path}, or run as its owner"
        ) from None
    except OSError as error:
        raise FtuiError(f"{path}: cannot be opened: {error.strerror}", "check the path") from None
    mode = os.fstat(fd).st_mode
    if stat.S_ISREG(mode):
        return fd
    os.close(fd)
    if stat.S_ISDIR(mode):
        raise FtuiError(f"{path}: is a folder, not a file", "name one of the files in it")
    raise FtuiError(f"{path}: is not a regular file", "save its content to a file first")
