"""Saving a file of which every record ends with a line break: JSON Lines, CSV, TSV."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Protocol

from ftui.dataset.formats.base import Added, Cancelled, Kept, Piece, Progress, Replaced
from ftui.dataset.formats.json_value import BOM
from ftui.dataset.formats.sink import Sink
from ftui.dataset.formats.source import Source


class LineFile(Protocol):
    """What the writer asks of a format."""

    source: Source
    end: int
    """Size of the content."""

    def __len__(self) -> int: ...

    def span(self, row: int) -> tuple[int, int]:
        """Offsets of a record and of the next one: record, line ending, blank lines that follow."""

    def ending(self, row: int) -> bytes:
        """What stands between a record and the next one."""

    def common_ending(self) -> bytes | None:
        """The ending that all records have, bar blank lines and the last one; None where they differ."""

    def newline(self) -> bytes:
        """The line ending that most lines have."""

    def fit(self, raw: bytes) -> bytes:
        """Bytes as they can stand in the file as one record."""

    def has_blank_after(self, row: int) -> bool:
        """Whether blank lines follow a record."""

    def has_blanks(self) -> bool:
        """Whether there are blank lines anywhere."""

    def unterminated(self) -> bool:
        """Whether the last line has no line ending."""


def write_lines(
    file: LineFile, out: BinaryIO, pieces: Iterable[Piece], progress: Progress, cancelled: Cancelled
) -> None:
    """Write the file anew from pieces.

    Blank lines and a byte-order mark stay, also where their record went; a last line without an ending stays without.
    """
    sink = Sink(out, file.source, file.end, progress, cancelled)
    writer = _LineWriter(file, sink)
    for piece in pieces:
        match piece:
            case Kept(start, stop):
                writer.keep(start, stop)
            case Replaced(row, raw):
                writer.replace(row, raw)
            case Added(raw):
                writer.add(raw)
    writer.finish()
    sink.finish()


class _LineWriter:
    def __init__(self, file: LineFile, sink: Sink) -> None:
        self._file = file
        self._sink = sink
        self._count = len(file)
        self._at = 0
        """The next base record to account for."""
        self._newline = file.newline()
        self._common = file.common_ending()
        self._blanks = file.has_blanks()
        self._final = self._count - 1
        first = file.span(0)[0] if self._count else file.end
        self._marked = first == 0 and self._count > 0 and file.source.read(0, len(BOM)) == BOM
        """Whether row 0 begins with a byte-order mark."""
        self._mark = self._marked
        """Whether that mark is still to be written."""
        sink.copy(0, first)
        self._open = bool(sink.last) and not sink.last.endswith(b"\n")  # a header that is all there is
        """Whether the line written last still lacks its ending."""

    def keep(self, start: int, stop: int) -> None:
        if start >= stop:
            return
        self._pass_to(start)
        begin, end = self._file.span(start)[0], self._file.span(stop - 1)[1]
        if start == 0 and self._marked and not self._mark:
            begin = len(BOM)  # the mark is already at the top of the file
        self._mark = False
        self._sink.copy(begin, end)
        self._at = stop
        self._open = stop == self._count and self._file.unterminated()

    def replace(self, row: int, raw: bytes) -> None:
        self._pass_to(row)
        if row == 0 and self._marked and not self._mark:
            raw = raw.removeprefix(BOM)
        self._mark = False
        if self._common is None or row == self._final or (self._blanks and self._file.has_blank_after(row)):
            ending = self._file.ending(row)
            self._open = not ending.endswith(b"\n")
        else:
            ending = self._common
        self._sink.write(self._file.fit(raw) + ending)
        self._at = row + 1

    def add(self, raw: bytes) -> None:
        self._top()
        self._close_line()
        self._sink.write(self._file.fit(raw.removeprefix(BOM)))
        self._open = True

    def finish(self) -> None:
        """The base records that no piece named are gone; the file ends as it did."""
        self._pass_to(self._count)
        if self._open and not self._file.unterminated():
            self._close_line()

    def _pass_to(self, row: int) -> None:
        """Leave out the records before `row`, but not the blank lines after them."""
        if row == self._at and not self._open:
            return
        if row < self._at or row > self._count:
            raise ValueError(f"pieces out of order: record {row} after {self._at}")
        if self._at < row:
            self._top()
        for gone in range(self._at, row if self._blanks else 0):
            if self._file.has_blank_after(gone):
                self._close_line()
                self._sink.write(self._file.ending(gone).split(b"\n", 1)[1])
        if row < self._count:
            self._close_line()
        self._at = row

    def _top(self) -> None:
        """The byte-order mark belongs to the file: it stays at its top when row 0 is not there any more."""
        if self._mark:
            self._sink.write(BOM)
            self._mark = False

    def _close_line(self) -> None:
        if self._open:
            self._sink.write(self._newline)
            self._open = False
