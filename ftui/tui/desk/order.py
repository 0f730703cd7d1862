"""Which rows a view shows, and in which order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftui.dataset.record import RowId


class Place(NamedTuple):
    """A row of the dataset: the number of its file and its identity there."""

    file: int
    row: RowId


class Order(Protocol):
    """A sequence of places, with the way back from a place to its position."""

    def __len__(self) -> int: ...

    def __getitem__(self, position: int) -> Place: ...

    def find(self, place: Place) -> int:
        """The position of a row; -1 where it is not shown."""

    def columns(self) -> Iterator[tuple[int, Sequence[int] | NDArray[np.int64], int]]:
        """Runs of rows of one file as (file, rows, position of the first)."""


class FileOrder:
    """Rows as they stand in their files: a run of row numbers a file. Costs nothing before the arrays are needed."""

    def __init__(self, runs: Sequence[tuple[int, Sequence[int]]]) -> None:
        self._runs = [(file, rows) for file, rows in runs if len(rows)]
        self._starts: list[int] = []
        total = 0
        for _, rows in self._runs:
            self._starts.append(total)
            total += len(rows)
        self._total = total

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, position: int) -> Place:
        if not 0 <= position < self._total:
            raise IndexError(position)
        run = bisect_right(self._starts, position) - 1
        file, rows = self._runs[run]
        return Place(file, int(rows[position - self._starts[run]]))

    def find(self, place: Place) -> int:
        for (file, rows), start in zip(self._runs, self._starts, strict=True):
            if file == place.file and (at := _index(rows, place.row)) >= 0:
                return start + at
        return -1

    def columns(self) -> Iterator[tuple[int, Sequence[int] | NDArray[np.int64], int]]:
        for (file, rows), start in zip(self._runs, self._starts, strict=True):
            yield file, rows, start


class PickedOrder:
    """Sorted or filtered rows, of any files, as two parallel arrays."""

    def __init__(self, files: NDArray[np.int32], rows: NDArray[np.int64]) -> None:
        self.files = files
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, position: int) -> Place:
        return Place(int(self.files[position]), int(self.rows[position]))

    def find(self, place: Place) -> int:
        hits = ((self.rows == place.row) & (self.files == place.file)).nonzero()[0]
        return int(hits[0]) if len(hits) else -1

    def columns(self) -> Iterator[tuple[int, Sequence[int] | NDArray[np.int64], int]]:
        """Neighbours of one file make a run."""
        import numpy as np

        if not len(self.rows):
            return
        borders = np.flatnonzero(np.diff(self.files)) + 1
        starts = [0, *borders.tolist()]
        for start, stop in zip(starts, [*starts[1:], len(self.rows)], strict=True):
            yield int(self.files[start]), self.rows[start:stop], start


def _index(rows: Sequence[int], row: int) -> int:
    if isinstance(rows, range):
        return rows.index(row) if row in rows else -1
    array = cast("NDArray[np.int64]", rows)
    hits = (array == row).nonzero()[0]
    return int(hits[0]) if len(hits) else -1
