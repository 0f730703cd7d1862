"""JSON files: an array of records, or an object whose members are such arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from ftui.dataset import json_spans, json_update
from ftui.dataset.formats.base import Cancelled, FormatName, Piece, Progress, Section, WriteCancelled
from ftui.dataset.formats.json_array_scan import ArrayScanner, ArraySpan
from ftui.dataset.formats.json_array_writer import write_arrays
from ftui.dataset.formats.json_value import BOM, parse_json
from ftui.dataset.formats.scanned import ScannedRecords
from ftui.dataset.formats.source import Source
from ftui.dataset.json_style import Style, dump
from ftui.dataset.record import FieldEdit, Parsed, Problem
from ftui.project.errors import FtuiError


class JsonArrays(ScannedRecords):
    """Records of a JSON file; a record is an element with the bytes it has in the file, inner line breaks included.

    An object is searched for members that are arrays of objects or of arrays: each is a section with the member's name.
    Without any, the object itself is the only record. What is wrong between the elements (no comma, a comma too many, a
    missing bracket) is a problem of the record before it.
    """

    format: FormatName = "json"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.ends = array("q")
        self.single = False
        """Whether the file holds one object that is the only record."""
        self._scanner = ArrayScanner()
        self._line = 1
        self._notes: dict[bytes, tuple[Problem, ...]] = {}
        self._style: Style | None = None

    @property
    def sections(self) -> Sequence[Section]:
        count = len(self.starts)
        spans = self._scanner.arrays
        if self.single or not spans:
            return (Section("", 0, count),)
        return [Section(span.name, span.first, span.stop if span.stop >= 0 else count) for span in spans]

    @property
    def arrays(self) -> Sequence[ArraySpan]:
        """Where the arrays of records stand, in file order."""
        return self._scanner.arrays

    # --- indexing

    def _step(self, size: int) -> None:
        """Index the whole elements of the next `size` bytes; more are read for an element that goes on."""
        while True:
            data = self.source.read(self.end, size)
            at_end = self.source.at_end(self.end + len(data))
            used = self._scanner.scan(data, self.end, at_end)
            if used or at_end:
                break
            size *= 2
        counted = 0
        for start, end, note in self._scanner.take():
            a, b = start - self.end, end - self.end
            self._line += data.count(b"\n", counted, a)
            counted = a
            self._add(start, end, self._line)
            if note:
                self._note(data[a:b], note)
        if (late := self._scanner.take_note()) and self.starts:
            self._note(self.raw(len(self.starts) - 1), late)
        self._line += data.count(b"\n", counted, used)
        self.end += used
        if at_end:
            self._finish()

    def _add(self, start: int, end: int, line: int) -> None:
        row = len(self.starts)
        self.ends.append(end)
        self.starts.append(start)
        if (shift := line - self.lines.line(row)) != 0:
            self.lines.shift(row, shift)
        if row == 0 and self.source.read(0, len(BOM)) == BOM:
            mark = Problem(
                "byte-order-mark",
                "the file begins with a byte-order mark, which strict readers refuse",
                False,
            )
            self._note(self.raw(0), mark)

    def _note(self, raw: bytes, problem: Problem) -> None:
        self._notes[raw] = (*self._notes.get(raw, ()), problem)

    def _finish(self) -> None:
        if not self.starts and self._scanner.root >= 0 and not self._scanner.is_array:
            self.single = True
            tail = self.source.read(max(0, self.end - 4096), 4096)
            self._add(self._scanner.root, self.end - len(tail) + len(tail.rstrip()), self._scanner.root_line)
        self._complete = True

    # --- reading

    def raw(self, row: int) -> bytes:
        if not 0 <= row < len(self.starts):
            raise IndexError(row)
        start = self.starts[row]
        return self.source.read(start, self.ends[row] - start)

    def raws(self, start: int, stop: int) -> list[bytes]:
        stop = min(stop, len(self.starts))
        if start >= stop:
            return []
        begin = self.starts[start]
        data = self.source.read(begin, self.ends[stop - 1] - begin)
        spans = zip(self.starts[start:stop], self.ends[start:stop], strict=True)
        return [data[a - begin : b - begin] for a, b in spans]

    def parse(self, raw: bytes) -> Parsed:
        parsed = parse_json(raw, arrays=True)
        if self._notes and raw in self._notes:
            parsed = Parsed(parsed.value, (*parsed.problems, *self._notes[raw]))
        return parsed if self.source.damage is None else self._with_damage(parsed, raw)

    # --- changing

    def edit(self, raw: bytes, edits: Sequence[FieldEdit]) -> bytes:
        return json_spans.replace_texts(raw, edits, self.style())

    def update(self, raw: bytes, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        return json_update.update(raw, value, self.style())

    def encode(self, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        if self.single:
            raise FtuiError(
                f"{self.path}: holds one object, not an array of rows", "convert it to JSONL to add rows"
            )
        return dump(value, self.style(), self._scanner.margin)

    def style(self) -> Style:
        """How the file's first records are spelled."""
        if self._style is None:
            self._style = json_spans.style_of(self.raws(0, 20))
        return self._style

    def fit(self, raw: bytes) -> bytes:
        return raw

    def write(self, out: BinaryIO, pieces: Iterable[Piece], progress: Progress, cancelled: Cancelled) -> None:
        self.index(progress, cancelled)
        if not self._complete:
            raise WriteCancelled
        write_arrays(self, out, pieces, progress, cancelled)
