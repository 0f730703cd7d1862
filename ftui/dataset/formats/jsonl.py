"""JSON Lines: a record a line."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftui.dataset import json_spans, json_update
from ftui.dataset.formats.base import FormatName
from ftui.dataset.formats.json_value import BOM, parse_json
from ftui.dataset.formats.line_records import BLANK, LineRecords
from ftui.dataset.formats.scanned import CHUNK
from ftui.dataset.formats.source import Source
from ftui.dataset.json_style import Style, dump
from ftui.dataset.record import FieldEdit, Parsed, Problem

if TYPE_CHECKING:
    import numpy as np


LONG_LINE = 1 << 20
"""Bytes of a line from which readers that work in blocks (1 MB by default in Arrow) may refuse it."""


class JsonLines(LineRecords):
    """Records of a JSON Lines file: 8 bytes of index a row.

    Only a line feed ends a line; blank lines count as lines but are no records. A byte-order mark is part of row 0.
    """

    format: FormatName = "jsonl"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._style: Style | None = None

    # --- indexing

    def _step(self, size: int) -> None:
        """Index the whole lines of the next `size` bytes; a line longer than that is read to its end."""
        data = self.source.read(self.end, size)
        cut = data.rfind(b"\n") + 1
        if not cut and data and not self.source.at_end(self.end + len(data)):
            data, cut = self._long_line(data)
        if cut:
            self._absorb(data, cut)
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
            more = self.source.read(self.end + size, CHUNK)
            if not more:
                return b"".join(parts), 0
            parts.append(more)
            size += len(more)
            if b"\n" in more:
                data = b"".join(parts)
                return data, data.rfind(b"\n") + 1

    def _absorb(self, data: bytes, cut: int) -> None:
        """Index the whole lines in data[:cut]; the first page without numpy, whose import takes as long as the page."""
        if cut >= CHUNK // 2 or "numpy" in sys.modules:
            self._absorb_fast(data, cut)
            return
        at = 0
        while at < cut:
            stop = data.find(b"\n", at)
            self._endings += 1
            self._crlf += stop > at and data[stop - 1] == 13
            self._add_line(self.end + at, data[at:stop])
            at = stop + 1

    def _add_line(self, start: int, line: bytes) -> None:
        if line.strip(BLANK) and not (start == 0 and _is_bare_mark(line)):
            self.starts.append(start)
        else:
            self._note_blank(len(self.starts))

    def _absorb_fast(self, data: bytes, cut: int) -> None:
        """A whole chunk at a time: only lines that begin with white space are looked at one by one."""
        import numpy as np

        octets = np.frombuffer(data, np.uint8, cut)
        breaks = np.flatnonzero(octets == 10)
        starts = np.empty_like(breaks)
        starts[0] = 0
        starts[1:] = breaks[:-1] + 1
        leads = octets[starts]
        odd = np.flatnonzero((leads <= 32) & (leads >= 9))
        blanks = [i for i in odd.tolist() if not data[starts[i] : breaks[i]].strip(BLANK)]
        if self.end == 0 and _is_bare_mark(data[: breaks[0]]):
            blanks.insert(0, 0)
        self._crlf += int(np.count_nonzero(octets[np.maximum(breaks, 1) - 1] == 13))
        self._endings += len(breaks)
        self._extend(starts, blanks)

    def _extend(self, starts: np.ndarray[Any, np.dtype[np.int64]], blanks: list[int]) -> None:
        import numpy as np

        for dropped, i in enumerate(blanks):
            self._note_blank(len(self.starts) + i - dropped)
        if blanks:
            starts = np.delete(starts, blanks)
        self.starts.frombytes((starts + self.end).astype(np.int64).tobytes())

    # --- reading

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
        if self._crlf:
            lines = [line[:-1] if line.endswith(b"\r") else line for line in lines]
        if final:  # no line feed: a carriage return at its end belongs to the record
            lines.append(final)
        if len(lines) > stop - start:
            lines = [line for line in lines if line.strip(BLANK)]
        return lines[: stop - start]

    def parse(self, raw: bytes) -> Parsed:
        parsed = parse_json(raw, arrays=False)
        if len(raw) > LONG_LINE:
            parsed = Parsed(parsed.value, (*parsed.problems, _long(raw)))
        return parsed if self.source.damage is None else self._with_damage(parsed, raw)

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
            self._style = json_spans.style_of([raw.removeprefix(BOM) for raw in self.raws(0, 50)])
        return self._style

    def fit(self, raw: bytes) -> bytes:
        return b" ".join(raw.split(b"\n")) if b"\n" in raw else raw

    def ending(self, row: int) -> bytes:
        start, stop = self.span(row)
        data = self.source.read(start, stop - start)
        return data[len(_line(data)) :]


def _long(raw: bytes) -> Problem:
    size = f"{len(raw) / 1e6:.1f} MB"
    return Problem("long-line", f"a line of {size}: readers that work in blocks may refuse it", False)


def _line(data: bytes) -> bytes:
    """The first line of some bytes without its ending."""
    stop = data.find(b"\n")
    if stop < 0:
        return data
    return data[: stop - 1] if stop and data[stop - 1] == 13 else data[:stop]


def _is_bare_mark(line: bytes) -> bool:
    """Whether a file's first line holds nothing but a byte-order mark."""
    return line.startswith(BOM) and not line[len(BOM) :].strip(BLANK)
