"""What JSON Lines, CSV and TSV share: every record ends with a line break, blank lines are no records."""

from __future__ import annotations

from abc import abstractmethod
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from ftui.dataset.formats.base import Cancelled, FormatName, Piece, Progress, WriteCancelled
from ftui.dataset.formats.line_writer import write_lines
from ftui.dataset.formats.scanned import ScannedRecords
from ftui.dataset.formats.source import Source
from ftui.dataset.record import Problem

BLANK = b" \t\r\v\f"


class LineRecords(ScannedRecords):
    """Records that each end with a line break."""

    format: FormatName

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._blanks = array("q")  # rows before which a blank line stands, ascending, each once
        self._crlf = 0  # of the line endings between records, those with a carriage return
        self._endings = 0
        self._unterminated = False
        self._blank_lines = 0
        self._first_blank = 0

    @abstractmethod
    def ending(self, row: int) -> bytes:
        """What stands between a record and the next one: its line ending and the blank lines that follow."""

    @abstractmethod
    def fit(self, raw: bytes) -> bytes:
        """Bytes as they can stand in the file as one record."""

    def span(self, row: int) -> tuple[int, int]:
        """Offsets of a record and of the next one: record, line ending, blank lines that follow."""
        if not 0 <= row < len(self.starts):
            raise IndexError(row)
        after = row + 1
        return self.starts[row], self.starts[after] if after < len(self.starts) else self.end

    def _note_blank(self, row: int) -> None:
        """A blank line stands before `row`, the next record."""
        self._first_blank = self._first_blank or self.lines.line(row)
        self._blank_lines += 1
        if not self._blanks or self._blanks[-1] != row:
            self._blanks.append(row)
        self.lines.shift(row, 1)

    def write(self, out: BinaryIO, pieces: Iterable[Piece], progress: Progress, cancelled: Cancelled) -> None:
        self.index(progress, cancelled)
        if not self._complete:
            raise WriteCancelled
        write_lines(self, out, pieces, progress, cancelled)

    def notes(self) -> Sequence[Problem]:
        found = []
        if count := self._blank_lines:
            lines = f"{count:,} blank lines, the first is" if count > 1 else "a blank line is"
            message = f"{lines} line {self._first_blank}: strict readers fail there"
            found.append(Problem("blank-lines", message, False))
        if self._crlf and (self._crlf < self._endings or self.format == "jsonl"):
            every = self._crlf == self._endings
            share = "every line ends" if every else f"{self._crlf:,} of {self._endings:,} lines end"
            message = f"{share} with CR LF{', as on Windows' if every else ', the others with LF'}"
            found.append(Problem("line-endings", message, False))
        return found

    def common_ending(self) -> bytes | None:
        """The ending that all records have, bar blank lines and the last one; None where they differ."""
        return b"\n" if not self._crlf else b"\r\n" if self._crlf == self._endings else None

    def newline(self) -> bytes:
        """The line ending that most lines have."""
        return b"\r\n" if 2 * self._crlf > self._endings else b"\n"

    def unterminated(self) -> bool:
        """Whether the last line has no line ending."""
        return self._unterminated

    def has_blanks(self) -> bool:
        """Whether there are blank lines anywhere."""
        return bool(self._blanks)

    def has_blank_after(self, row: int) -> bool:
        """Whether blank lines follow a record."""
        at = bisect_left(self._blanks, row + 1)
        return at < len(self._blanks) and self._blanks[at] == row + 1
