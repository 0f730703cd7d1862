"""JSON Lines: a record a line."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from ftui.dataset import json_spans, json_update
from ftui.dataset.formats.base import Cancelled, FormatName, Piece, Progress, Section, WriteCancelled
from ftui.dataset.formats.json_value import BOM, parse_json
from ftui.dataset.formats.line_numbers import LineNumbers
from ftui.dataset.formats.line_writer import write_lines
from ftui.dataset.formats.source import Source
from ftui.dataset.json_style import Style, dump
from ftui.dataset.record import FieldEdit, Parsed, Problem
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    import numpy as np

_PAGE = 64 << 10
_CHUNK = 1 << 20
"""Bytes an index step reads: 1 MB chunks measured faster than 16 MB ones (they stay in the cache)."""
_BLANK = b" \t\r\v\f"


class JsonLines:
    """Records of a JSON Lines file: 8 bytes of index a row.

    Only a line feed ends a line; blank lines count as lines but are no records. A byte-order mark is part of row 0.
    """

    format: FormatName = "jsonl"

    def __init__(self, source: Source) -> None:
        self.path: Path = source.path
        self.compression: Literal["gzip", "zstd"] | None = source.compression
        self.source = source
        self.starts = array("q")
        self.lines = LineNumbers()
        self.blanks = array("q")
        """Rows before which a blank line stands, ascending, each once."""
        self.end = 0
        """Offset up to which the file is indexed: the beginning of the next line."""
        self.crlf = 0
        """Lines so far that end with carriage return and line feed."""
        self.line_count = 0
        self._complete = False
        self._unterminated = False
        self._lock = threading.RLock()
        self._last: bytes | None = None
        self._style: Style | None = None

    # --- what is known

    @property
    def complete(self) -> bool:
        return self._complete

    @property
    def sections(self) -> Sequence[Section]:
        return (Section("", 0, len(self.starts)),)

    def __len__(self) -> int:
        return len(self.starts)

    # --- indexing

    def first(self, count: int) -> None:
        with self._lock:
            while len(self.starts) < count and not self._complete:
                self._step(_PAGE, self._absorb)
            if self._complete and not self.starts:
                raise FtuiError(f"{self.path}: there are only blank lines in it", "choose a file with data")

    def index(self, progress: Progress, cancelled: Cancelled) -> None:
        while not self._complete and not cancelled():
            with self._lock:
                if not self._complete:
                    self._step(_CHUNK, self._absorb_fast)
            progress(*self.source.progress(self.end))

    def _step(self, size: int, absorb: Any) -> None:
        """Index the whole lines of the next `size` bytes; a line longer than that is read to its end."""
        data = self.source.read(self.end, size)
        cut = data.rfind(b"\n") + 1
        if not cut and data and not self.source.at_end(self.end + len(data)):
            data, cut = self._long_line(data)
        if cut:
            absorb(data, cut)
            self.end += cut
        rest = data[cut:]
        at_end = self.source.at_end(self.end + len(rest))
        if at_end and rest:
            self._add_line(self.end, rest)
            self._unterminated = True
            self.end += len(rest)
        self._complete = at_end

    def _long_line(self, data: bytes) -> tuple[bytes, int]:
        parts, size = [data], len(data)
        while True:
            more = self.source.read(self.end + size, _CHUNK)
            if not more:
                return b"".join(parts), 0
            parts.append(more)
            size += len(more)
            if b"\n" in more:
                data = b"".join(parts)
                return data, data.rfind(b"\n") + 1

    def _absorb(self, data: bytes, cut: int) -> None:
        """Index the whole lines in data[:cut], without numpy: for the first page."""
        at = 0
        while at < cut:
            stop = data.find(b"\n", at)
            self.crlf += stop > at and data[stop - 1] == 13
            self._add_line(self.end + at, data[at:stop])
            at = stop + 1

    def _add_line(self, start: int, line: bytes) -> None:
        self.line_count += 1
        if line.strip(_BLANK) and not (start == 0 and _is_bare_mark(line)):
            self.starts.append(start)
            return
        row = len(self.starts)
        if not self.blanks or self.blanks[-1] != row:
            self.blanks.append(row)
        self.lines.shift(row, 1)

    def _absorb_fast(self, data: bytes, cut: int) -> None:
        """As _absorb, a whole chunk at a time: only lines that begin with white space are looked at one by one."""
        import numpy as np

        octets = np.frombuffer(data, np.uint8, cut)
        breaks = np.flatnonzero(octets == 10)
        starts = np.empty_like(breaks)
        starts[0] = 0
        starts[1:] = breaks[:-1] + 1
        leads = octets[starts]
        odd = np.flatnonzero((leads <= 32) & (leads != 0))
        self.crlf += int(np.count_nonzero(octets[np.maximum(breaks, 1) - 1] == 13))
        blanks = [i for i in odd.tolist() if not data[starts[i] : breaks[i]].strip(_BLANK)]
        if self.end == 0 and _is_bare_mark(data[: breaks[0]]):
            blanks.insert(0, 0)
        self._extend(starts, blanks)
        self.line_count += len(breaks)

    def _extend(self, starts: np.ndarray[Any, np.dtype[np.int64]], blanks: list[int]) -> None:
        import numpy as np

        row = len(self.starts)
        for dropped, i in enumerate(blanks):
            at = row + i - dropped
            if not self.blanks or self.blanks[-1] != at:
                self.blanks.append(at)
            self.lines.shift(at, 1)
        if blanks:
            starts = np.delete(starts, blanks)
        self.starts.frombytes((starts + self.end).astype(np.int64).tobytes())

    # --- reading

    def span(self, row: int) -> tuple[int, int]:
        """Offsets of a record's line and of the next record's line (blank lines between belong to this one)."""
        if not 0 <= row < len(self.starts):
            raise IndexError(row)
        after = row + 1
        return self.starts[row], self.starts[after] if after < len(self.starts) else self.end

    def raw(self, row: int) -> bytes:
        start, stop = self.span(row)
        return _line(self.source.read(start, stop - start))

    def raws(self, start: int, stop: int) -> list[bytes]:
        stop = min(stop, len(self.starts))
        if start >= stop:
            return []
        first, last = self.starts[start], self.span(stop - 1)[1]
        lines = self.source.read(first, last - first).split(b"\n")
        final = lines.pop()
        if self.crlf:
            lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
        if final:  # no line feed: a carriage return at its end belongs to the record
            lines.append(final)
        if len(lines) > stop - start:
            lines = [line for line in lines if line.strip(_BLANK)]
        return lines[: stop - start]

    def line(self, row: int) -> int | None:
        return self.lines.line(row)

    def row_at_line(self, line: int) -> int:
        return self.lines.row_at(line, len(self.starts))

    def parse(self, raw: bytes) -> Parsed:
        parsed = parse_json(raw, arrays=False)
        damage = self.source.damage
        return parsed if damage is None else self._with_damage(parsed, raw, damage)

    def _with_damage(self, parsed: Parsed, raw: bytes, damage: Problem) -> Parsed:
        """The last record of a stream that is cut off carries that problem."""
        if self._last is None and self._complete and self.starts:
            self._last = self.raw(len(self.starts) - 1)
        if raw != self._last:
            return parsed
        return Parsed(parsed.value, (*parsed.problems, damage._replace(fatal=parsed.value is None)))

    # --- changing

    def edit(self, raw: bytes, edits: Sequence[FieldEdit]) -> bytes:
        return json_spans.replace_texts(raw, edits, self.style())

    def update(self, raw: bytes, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        return json_update.update(raw, value, self.style())

    def encode(self, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        return dump(value, self.style())

    def style(self) -> Style:
        """How the file's first records are spelled."""
        if self._style is None:
            self._style = json_spans.style_of(
                [raw.removeprefix(BOM) for raw in self.raws(0, min(50, len(self)))]
            )
        return self._style

    def write(self, out: BinaryIO, pieces: Iterable[Piece], progress: Progress, cancelled: Cancelled) -> None:
        self.index(progress, cancelled)
        if not self._complete:
            raise WriteCancelled
        write_lines(self, out, pieces, progress, cancelled)

    def close(self) -> None:
        self.source.close()

    # --- what the line writer asks

    def ending(self, row: int) -> bytes:
        start, stop = self.span(row)
        data = self.source.read(start, stop - start)
        return data[len(_line(data)) :]

    def common_ending(self) -> bytes | None:
        terminated = self.line_count - self._unterminated
        return b"\n" if not self.crlf else b"\r\n" if self.crlf == terminated else None

    def newline(self) -> bytes:
        return b"\r\n" if 2 * self.crlf > self.line_count else b"\n"

    def unterminated(self) -> bool:
        return self._unterminated

    def has_blank_after(self, row: int) -> bool:
        """Whether blank lines follow a record."""
        at = bisect_left(self.blanks, row + 1)
        return at < len(self.blanks) and self.blanks[at] == row + 1


def _line(data: bytes) -> bytes:
    """The first line of some bytes without its ending."""
    stop = data.find(b"\n")
    if stop < 0:
        return data
    return data[: stop - 1] if stop and data[stop - 1] == 13 else data[:stop]


def _is_bare_mark(line: bytes) -> bool:
    """Whether a file's first line holds nothing but a byte-order mark."""
    return line.startswith(BOM) and not line[len(BOM) :].strip(_BLANK)
