"""What all formats share whose records are byte ranges found by reading the file from its beginning."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from ftui.dataset.formats.base import Cancelled, Progress, Section
from ftui.dataset.formats.line_numbers import LineNumbers
from ftui.dataset.formats.source import Source
from ftui.dataset.record import Parsed, Problem
from ftui.project.errors import FtuiError

PAGE = 64 << 10
CHUNK = 1 << 20
"""Bytes an index step reads: 1 MB chunks measured faster than 16 MB ones (they stay in the cache)."""


class ScannedRecords(ABC):
    """Records found step by step: a page at first, the rest in the background.

    Every step holds the lock, so that the screen may ask for a page while a worker thread builds the index; readers
    take no lock, for the arrays only grow.
    """

    def __init__(self, source: Source) -> None:
        self.path: Path = source.path
        self.compression: Literal["gzip", "zstd"] | None = source.compression
        self.source = source
        self.starts = array("q")
        self.lines = LineNumbers()
        self.end = 0
        """Offset up to which the file is indexed."""
        self._complete = False
        self._lock = threading.RLock()
        self._last: bytes | None = None

    @abstractmethod
    def _step(self, size: int) -> None:
        """Index about `size` more bytes; set _complete at the end of the file."""

    @abstractmethod
    def raw(self, row: int) -> bytes:
        """The exact bytes of a record."""

    @property
    def complete(self) -> bool:
        return self._complete

    @property
    def sections(self) -> Sequence[Section]:
        return (Section("", 0, len(self.starts)),)

    def __len__(self) -> int:
        return len(self.starts)

    def first(self, count: int) -> None:
        with self._lock:
            while len(self) < count and not self._complete:
                self._step(PAGE)
            if self._complete and not len(self):
                self._nothing_found()

    def _nothing_found(self) -> None:
        raise FtuiError(f"{self.path}: there are no rows in it", "choose a file with data")

    def index(self, progress: Progress, cancelled: Cancelled) -> None:
        while not self._complete and not cancelled():
            with self._lock:
                if not self._complete:
                    self._step(CHUNK)
            progress(*self.source.progress(self.end))

    def notes(self) -> Sequence[Problem]:
        return ()

    def line(self, row: int) -> int | None:
        return self.lines.line(row)

    def row_at_line(self, line: int) -> int:
        return self.lines.row_at(line, len(self))

    def _with_damage(self, parsed: Parsed, raw: bytes) -> Parsed:
        """The same, and that the stream was cut off, if these are the bytes of the last record of such a file."""
        damage = self.source.damage
        if damage is None:
            return parsed
        if self._last is None and self._complete and len(self):
            self._last = self.raw(len(self) - 1)
        if raw != self._last:
            return parsed
        return Parsed(parsed.value, (*parsed.problems, damage._replace(fatal=parsed.value is None)))

    def close(self) -> None:
        self.source.close()
