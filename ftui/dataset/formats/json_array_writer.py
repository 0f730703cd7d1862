"""Saving a JSON file: elements, and between them the commas and line breaks they had, or those of their neighbours."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, Protocol

from ftui.dataset.formats.base import Added, Cancelled, Kept, Piece, Progress, Replaced
from ftui.dataset.formats.json_array_scan import ArraySpan
from ftui.dataset.formats.sink import Sink
from ftui.dataset.formats.source import Source
from ftui.dataset.json_style import Style


class ArrayFile(Protocol):
    """What the writer asks of a JSON file."""

    source: Source
    starts: array[int]
    ends: array[int]
    end: int
    single: bool

    @property
    def arrays(self) -> Sequence[ArraySpan]:
        """Where the arrays of records stand."""

    def style(self) -> Style:
        """How the records are spelled."""


def write_arrays(
    file: ArrayFile, out: BinaryIO, pieces: Iterable[Piece], progress: Progress, cancelled: Cancelled
) -> None:
    """Write the file anew from pieces; everything outside the arrays of records stays as it is."""
    sink = Sink(out, file.source, file.end, progress, cancelled)
    if file.single:
        _write_single(file, sink, pieces)
    else:
        _ArrayWriter(file, sink).write(pieces)
    sink.finish()


def _write_single(file: ArrayFile, sink: Sink, pieces: Iterable[Piece]) -> None:
    start, end = file.starts[0], file.ends[0]
    for piece in pieces:
        if isinstance(piece, Replaced):
            sink.copy(0, start)
            sink.write(piece.raw)
            sink.copy(end, file.end)
        elif isinstance(piece, Kept) and piece.start < piece.stop:
            sink.copy(0, file.end)


class _ArrayWriter:
    def __init__(self, file: ArrayFile, sink: Sink) -> None:
        self._file = file
        self._sink = sink
        self._current = -1
        self._last = -2
        """The base record written last in the current array, -1 an added one, -2 none yet."""
        self._next = 0
        self._usual = b""

    def write(self, pieces: Iterable[Piece]) -> None:
        arrays = self._file.arrays
        for piece in self._by_array(pieces):
            match piece:
                case Kept(start, stop):
                    self._lead_in(start)
                    self._sink.copy(self._file.starts[start], self._file.ends[stop - 1])
                    self._last = stop - 1
                case Replaced(row, raw):
                    self._lead_in(row)
                    self._sink.write(raw)
                    self._last = row
                case Added(raw):
                    self._lead_in(-1)
                    self._sink.write(raw)
                    self._last = -1
        while self._current < len(arrays):
            self._enter(self._current + 1)

    def _by_array(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The pieces cut where one array ends; enters the array of each before giving it."""
        self._enter(0)
        for piece in pieces:
            if isinstance(piece, Added):
                self._enter_named(piece.section)
                yield piece
                continue
            at, stop = (piece.start, piece.stop) if isinstance(piece, Kept) else (piece.row, piece.row + 1)
            if at < stop and at < self._next:
                raise ValueError(f"pieces out of order: record {at} after {self._next}")
            self._next = max(self._next, stop)
            while at < stop:
                while self._file.arrays[self._current].stop <= at:
                    self._enter(self._current + 1)
                end = min(stop, self._file.arrays[self._current].stop)
                yield piece if isinstance(piece, Replaced) else Kept(at, end)
                at = end

    def _enter_named(self, name: str) -> None:
        """Go on to the array of that name, if it is still to come."""
        arrays = self._file.arrays
        if arrays[self._current].name == name:
            return
        later = [i for i in range(self._current + 1, len(arrays)) if arrays[i].name == name]
        if later:
            for i in range(self._current + 1, later[0] + 1):
                self._enter(i)

    def _enter(self, number: int) -> None:
        """Close the current array and copy everything up to the inside of another one (the last: to the end)."""
        arrays = self._file.arrays
        done = 0
        if self._current >= 0:
            span = arrays[self._current]
            self._lead_out(span)
            done = span.close
        self._current = number
        self._last = -2
        if number < len(arrays):
            self._sink.copy(done, arrays[number].open)
            self._usual = self._usual_gap(arrays[number])
        else:
            self._sink.copy(done, self._file.end)

    def _lead_in(self, row: int) -> None:
        """What stands before an element: as in the file where its neighbour is the same, else as is usual there."""
        span = self._file.arrays[self._current]
        if self._last == -2:
            self._sink.write(self._opening(span))
        elif self._last >= 0 and row == self._last + 1:
            self._sink.copy(self._file.ends[self._last], self._file.starts[row])
        else:
            self._sink.write(self._usual)

    def _lead_out(self, span: ArraySpan) -> None:
        """What stands before the closing bracket."""
        if self._last == -2:
            if span.first == span.stop:
                self._sink.copy(span.open, span.close)
        elif span.first < span.stop:
            self._sink.copy(self._file.ends[span.stop - 1], span.close)
        else:
            self._sink.write(self._closing())

    def _opening(self, span: ArraySpan) -> bytes:
        """What stands between the opening bracket and the first element."""
        if span.first < span.stop:
            return self._file.source.read(span.open, self._file.starts[span.first] - span.open)
        model = next((other for other in self._file.arrays if other.first < other.stop), None)
        return self._opening(model) if model else b""

    def _closing(self) -> bytes:
        """What stands before the closing bracket of an array that had no elements: as in another array."""
        model = next((other for other in self._file.arrays if other.first < other.stop), None)
        if model is None:
            return b""
        return self._file.source.read(
            self._file.ends[model.stop - 1], model.close - self._file.ends[model.stop - 1]
        )

    def _usual_gap(self, span: ArraySpan) -> bytes:
        """What separates two elements of an array."""
        if span.stop - span.first > 1:
            start = self._file.ends[span.first]
            gap = self._file.source.read(start, self._file.starts[span.first + 1] - start)
            if gap.strip() == b",":
                return gap
        opening = self._opening(span)
        item = self._file.style().item
        return (item.rstrip().encode() + opening) if b"\n" in opening else item.encode()
