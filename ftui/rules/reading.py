"""From a dataset to what the rules see: which files and splits, which chunks, and the rows in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.example import Example
from ftui.dataset.record import NEW_ROW, Parsed
from ftui.rules.chunk import Chunk
from ftui.rules.findings import FilePlace
from ftui.rules.rule import ChunkInfo, FileInfo, Place, Row

CHUNK_ROWS = 20_000
"""Rows a chunk: 20,000 rows of 700 bytes and their columns are about 100 MB a worker."""
SMALLEST_CHUNK, CHUNKS_A_WORKER = 4_000, 6
"""Columns of fewer rows cost more a row; six chunks a worker waste a twelfth of the time at most."""
CHUNK_BYTES = 48 << 20
"""And bytes: rows of 64 KB come in fewer a chunk, or two workers would need gigabytes."""
SAMPLE_ROWS = 20_000
_SAMPLE_RUN = 50
"""The sample is read in runs of neighbouring rows: one seek a run instead of one a row."""

_GONE = Parsed(None)


class Task(NamedTuple):
    """One chunk to read, and which of its rows were deleted by an edit that is not saved yet."""

    info: ChunkInfo
    deleted: tuple[int, ...] = ()


@dataclass(frozen=True)
class Run:
    """The rows of one split in one file: those in the file as opened, and those added since."""

    file: int
    split: str
    start: int
    stop: int
    deleted: NDArray[np.int64]
    added: NDArray[np.int64]
    row_bytes: int = 700
    """About how many bytes a row has."""

    @property
    def rows(self) -> int:
        """How many rows there are now."""
        return self.stop - self.start - len(self.deleted) + len(self.added)


_NONE = np.empty(0, dtype=np.int64)


def runs(dataset: Dataset) -> list[Run]:
    """Every split's rows in every file, in file order."""
    found = []
    for view in dataset.splits:
        document = dataset.documents[view.file]
        section = view.section
        ids = document.order(section)
        deleted = added = _NONE
        if not isinstance(ids, range):
            present = np.asarray(ids, dtype=np.int64)
            added = np.sort(present[present >= NEW_ROW])
            base = present[present < NEW_ROW]
            gone = np.ones(section.stop - section.start, dtype=bool)
            gone[base - section.start] = False
            deleted = np.flatnonzero(gone).astype(np.int64) + section.start
        size = _row_bytes(document, section.start, section.stop)
        found.append(Run(view.file, view.name, section.start, section.stop, deleted, added, size))
    return sorted(found, key=lambda run: (run.file, run.start))


def _row_bytes(document: Document, start: int, stop: int) -> int:
    """The mean of a few rows spread over the run."""
    rows = (
        np.unique(np.linspace(start, max(stop - 1, start), 64).astype(np.int64)).tolist()
        if stop > start
        else []
    )
    sizes = [len(document.records.raw(row)) for row in rows]
    return max(sum(sizes) // max(len(sizes), 1), 1)


def weight(parts: Iterable[Run]) -> int:
    """About how many bytes all rows have."""
    return sum(run.rows * run.row_bytes for run in parts)


def file_infos(dataset: Dataset, parts: Sequence[Run]) -> tuple[FileInfo, ...]:
    """The files of a check with their splits, as the rules know them."""
    infos = []
    for number, document in enumerate(dataset.documents):
        own = [run for run in parts if run.file == number]
        splits = tuple((run.split, run.start, run.stop) for run in own)
        infos.append(
            FileInfo(
                document.display_path,
                document.layout.name,
                splits,
                sum(run.rows for run in own),
                tuple(document.records.notes()),
            )
        )
    return tuple(infos)


def tasks(parts: Sequence[Run], workers: int = 1) -> list[Task]:
    """All rows cut into chunks that never cross a split; rows added by hand come in chunks of their own.

    Of two workers and more each gets several, so that none waits long for another at the end.
    """
    found = []
    rows = sum(run.rows for run in parts)
    share = max(rows // (workers * CHUNKS_A_WORKER) + 1, SMALLEST_CHUNK) if workers > 1 else CHUNK_ROWS
    most = min(share, CHUNK_ROWS)
    for run in parts:
        size = max(min(most, CHUNK_BYTES // run.row_bytes), 1)
        for first in range(run.start, run.stop, size):
            stop = min(first + size, run.stop)
            inside = run.deleted[np.searchsorted(run.deleted, first) : np.searchsorted(run.deleted, stop)]
            found.append(Task(ChunkInfo(run.file, run.split, first, stop - first), tuple(inside.tolist())))
        for first, count in _consecutive(run.added.tolist()):
            found.append(Task(ChunkInfo(run.file, run.split, first, count)))
    return found


def _consecutive(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for i in range(1, len(rows) + 1):
        if i == len(rows) or rows[i] != rows[i - 1] + 1 or i - start == CHUNK_ROWS:
            yield rows[start], i - start
            start = i


def read(document: Document, task: Task) -> Chunk:
    """The rows of a chunk as values and examples."""
    info = task.info
    if not task.deleted:
        parsed, examples = _parse(document, range(info.first, info.first + info.count))
        return Chunk(info.file, info.split, info.first, parsed, examples)
    gone = set(task.deleted)
    present = [row for row in range(info.first, info.first + info.count) if row not in gone]
    found = dict(zip(present, zip(*_parse(document, present), strict=True), strict=True))
    pairs = [found.get(info.first + i, (_GONE, None)) for i in range(info.count)]
    return Chunk(info.file, info.split, info.first, [p for p, _ in pairs], [e for _, e in pairs])


def sample(dataset: Dataset, parts: Sequence[Run]) -> list[Chunk]:
    """An even sample of all rows, at most about SAMPLE_ROWS: runs of neighbours spread over every split."""
    total = sum(run.rows for run in parts)
    share = min(SAMPLE_ROWS / max(total, 1), 2 * CHUNK_BYTES / max(weight(parts), 1), 1.0)
    chunks = []
    for run in parts:
        wanted = max(_SAMPLE_RUN, round(run.rows * share))
        rows = _spread(run, wanted)
        parsed, examples = _parse(dataset.documents[run.file], rows)
        chunks.append(Chunk(run.file, run.split, run.start, parsed, examples, sampled=rows))
    return chunks


def _spread(run: Run, wanted: int) -> list[int]:
    base = run.stop - run.start
    if base <= wanted:
        picked = np.arange(run.start, run.stop)
    else:
        starts = np.linspace(run.start, run.stop - _SAMPLE_RUN, max(wanted // _SAMPLE_RUN, 1)).astype(
            np.int64
        )
        picked = np.unique((starts[:, None] + np.arange(_SAMPLE_RUN)).ravel())
        picked = picked[picked < run.stop]
    kept = picked[~np.isin(picked, run.deleted)] if len(run.deleted) else picked
    return [*kept.tolist(), *run.added[:wanted].tolist()]


def _parse(document: Document, rows: Sequence[int]) -> tuple[list[Parsed], list[Example | None]]:
    parse = document.records.parse
    example = document.layout.example
    parsed = [parse(raw) for raw in document.raws(rows)]
    return parsed, [None if p.value is None else example(p.value) for p in parsed]


class Rows:
    """Any row as the exact half of a rule sees it: as it is now, or as somebody types it."""

    def __init__(self, dataset: Dataset, parts: Sequence[Run]) -> None:
        self._documents = dataset.documents
        self._runs: dict[int, list[Run]] = {}
        for run in parts:
            self._runs.setdefault(run.file, []).append(run)

    def fetch(self, file: int, row: int) -> Row:
        """The row as it is now, edits included; one that is not there any more has no value."""
        document = self._documents[file]
        if not self.there(file, row):
            return self._row(file, row, _GONE, b"")
        raw = document.raw(row)
        return self._row(file, row, document.records.parse(raw), raw)

    def there(self, file: int, row: int) -> bool:
        """Whether the row was neither deleted nor, if it was added, taken back."""
        document = self._documents[file]
        return not document.deleted(row) and (row < NEW_ROW or document.added(row))

    def typed(self, file: int, row: int, raw: bytes) -> Row:
        """The row as if it had these bytes."""
        return self._row(file, row, self._documents[file].records.parse(raw), raw)

    def run(self, file: int, rows: Sequence[int]) -> list[tuple[Row, bytes]]:
        """Many rows of one file and their bytes, read in one go where they are neighbours."""
        document = self._documents[file]
        parse = document.records.parse
        return [
            (self._row(file, row, parse(raw), raw), raw)
            for row, raw in zip(rows, document.raws(rows), strict=True)
        ]

    def split(self, file: int, row: int) -> str:
        """The split a row is in; a row added since belongs to the file's first."""
        for run in self._runs.get(file, ()):
            if run.start <= row < run.stop or (row >= NEW_ROW and row in run.added):
                return run.split
        return self._runs[file][0].split if file in self._runs else ""

    def place(self, file: int, row: int | None) -> FilePlace:
        """A row's place as reports name it; without a row, the whole file."""
        if row is None:
            splits = {run.split for run in self._runs.get(file, ())}
            return FilePlace(self.path(file), splits.pop() if len(splits) == 1 else "", None, None, file)
        return FilePlace(self.path(file), self.split(file, row), row, self._documents[file].line(row), file)

    def path(self, file: int) -> str:
        """The file's path for people and reports."""
        return self._documents[file].display_path

    def _row(self, file: int, row: int, parsed: Parsed, raw: bytes) -> Row:
        example = None if parsed.value is None else self._documents[file].layout.example(parsed.value)
        return Row(Place(file, self.split(file, row), row), parsed, example, raw)
