"""The edits of one document at the cursor of its session, applied when a row is read."""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ftui.dataset.record import NEW_ROW, FieldEdit, RowId
from ftui.store.entry import Change, Deleted, Inserted, Raw, Splices

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BULK = 512
"""Changes of more rows than this are searched as a sorted array instead of being entered row by row."""
CACHED_ROWS = 2048

Edit = Callable[[bytes, Sequence[FieldEdit]], bytes]


class _Bulk(NamedTuple):
    """A change of many rows: its place in the order of changes, and its rows ascending."""

    number: int
    rows: array[int]
    change: Splices | Deleted


class Overlay:
    """The changes applied to one document, in order; undo takes the last one off again.

    Nothing is computed per row until the row is read, so that undo of a fix of a million rows is immediate.
    """

    def __init__(self, base: Callable[[int], bytes], edit: Edit) -> None:
        self._base = base
        self._edit = edit
        self._count = 0
        self._single: dict[RowId, list[tuple[int, Change]]] = {}
        self._bulk: list[_Bulk] = []
        self._inserted: dict[RowId, Inserted] = {}
        self._after: dict[RowId, list[RowId]] = {}
        self._cache: OrderedDict[RowId, bytes] = OrderedDict()
        self._lock = threading.RLock()
        self.structural = 0
        """How many changes that add or delete rows are applied."""
        self.version = 0
        """Counts up with every change of state."""

    def copy(self) -> Overlay:
        """The same edits, unmoved by later ones."""
        other = Overlay(self._base, self._edit)
        with self._lock:
            other._count = self._count
            other._single = {row: steps.copy() for row, steps in self._single.items()}
            other._bulk = self._bulk.copy()
            other._inserted = self._inserted.copy()
            other._after = {row: added.copy() for row, added in self._after.items()}
            other.structural, other.version = self.structural, self.version
        return other

    # State

    def __bool__(self) -> bool:
        return self._count > 0

    def push(self, change: Change) -> None:
        """Apply one more change (acceptances and marks are none)."""
        with self._lock:
            self._count += 1
            if isinstance(change, Splices | Deleted) and len(change.rows) > BULK:
                self._bulk.append(_Bulk(self._count, _touched(change), change))
                self._cache.clear()
            else:
                for row in touched_rows(change):
                    self._single.setdefault(row, []).append((self._count, change))
                    self._cache.pop(row, None)
            if isinstance(change, Inserted):
                self._inserted[change.row] = change
                self._after.setdefault(change.after, []).append(change.row)
            self.structural += isinstance(change, Inserted | Deleted)
            self.version += 1

    def pop(self, change: Change) -> None:
        """Take the last applied change off."""
        with self._lock:
            if self._bulk and self._bulk[-1].number == self._count:
                self._bulk.pop()
                self._cache.clear()
            else:
                for row in touched_rows(change):
                    steps = self._single[row]
                    steps.pop()
                    if not steps:
                        del self._single[row]
                    self._cache.pop(row, None)
            if isinstance(change, Inserted):
                del self._inserted[change.row]
                self._after[change.after].pop()
            self._count -= 1
            self.structural -= isinstance(change, Inserted | Deleted)
            self.version += 1

    # Rows

    def edited(self, row: RowId) -> bool:
        """Whether a change touched the row, a deletion included."""
        return row in self._single or any(_has(bulk.rows, row) for bulk in self._bulk)

    def added(self, row: RowId) -> bool:
        """Whether the row is not in the file as opened."""
        return row in self._inserted

    def deleted(self, row: RowId) -> bool:
        """Whether the row was removed."""
        if any(isinstance(change, Deleted) for _, change in self._single.get(row, ())):
            return True
        return any(isinstance(bulk.change, Deleted) and _has(bulk.rows, row) for bulk in self._bulk)

    def raw(self, row: RowId) -> bytes:
        """The row's bytes now (a deleted row's: those it had); raises IndexError for an unknown row."""
        if not self.edited(row):
            return self._from_base(row)
        with self._lock:
            kept = self._cache.get(row)
            if kept is not None:
                self._cache.move_to_end(row)
                return kept
            raw = self._apply(row, None)
            self._cache[row] = raw
            if len(self._cache) > CACHED_ROWS:
                self._cache.popitem(last=False)
            return raw

    def raw_on(self, row: RowId, base: bytes) -> bytes:
        """The row's bytes now, given its base bytes (a run of rows read in one go)."""
        return self._apply(row, base) if self.edited(row) else base

    def added_raw(self, row: RowId) -> bytes:
        """The bytes with which a row was added; raises IndexError."""
        change = self._inserted.get(row)
        if change is None:
            raise IndexError(f"no row {row}")
        return change.raw

    def anchor(self, row: RowId) -> RowId:
        """The base row after which an added row stands, -1 at the start; of a base row, itself."""
        while row >= NEW_ROW:
            row = self._inserted[row].after
        return row

    def next_row(self) -> RowId:
        """A RowId for the next added row."""
        return max(self._inserted, default=NEW_ROW - 1) + 1

    # Sets of rows, ascending

    def edited_rows(self) -> NDArray[np.int64]:
        """Rows that are changed or added and not deleted."""
        import numpy as np

        with self._lock:
            parts = [np.fromiter(self._single, np.int64, len(self._single))]
            parts += [np.frombuffer(bulk.rows, np.int64) for bulk in self._bulk]
        touched = np.unique(np.concatenate(parts))
        return np.setdiff1d(touched, self.deleted_rows(), assume_unique=True)

    def deleted_rows(self) -> NDArray[np.int64]:
        """Rows that were removed, added ones included."""
        import numpy as np

        with self._lock:
            parts = [
                np.frombuffer(bulk.rows, np.int64) for bulk in self._bulk if isinstance(bulk.change, Deleted)
            ]
            single = [
                row
                for row, steps in self._single.items()
                if any(isinstance(change, Deleted) for _, change in steps)
            ]
        parts.append(np.array(single, np.int64))
        return np.unique(np.concatenate(parts))

    def order(self, start: int, stop: int, *, first: bool) -> NDArray[np.int64]:
        """Base rows start..stop without the deleted ones, added ones in their place.

        `first` says that rows added at the very start of the file belong here.
        """
        import numpy as np

        with self._lock:
            rows = np.arange(start, stop, dtype=np.int64)
            anchors = sorted(row for row in self._after if start <= row < stop or (first and row == -1))
            places: list[int] = []
            added: list[RowId] = []
            for anchor in anchors:
                family = list(self._family(anchor))
                places.extend([max(anchor + 1, start) - start] * len(family))
                added.extend(family)
            if added:
                rows = np.insert(rows, places, added)
            deleted = self.deleted_rows()
            return rows[~np.isin(rows, deleted)] if len(deleted) else rows

    # Inside

    def _family(self, anchor: RowId) -> Iterator[RowId]:
        """Rows added after a row, the newest first, each followed by those added after it."""
        pending = list(self._after.get(anchor, ()))
        while pending:
            row = pending.pop()
            yield row
            pending.extend(self._after.get(row, ()))

    def _from_base(self, row: RowId) -> bytes:
        return self._base(row) if row < NEW_ROW else self.added_raw(row)

    def _apply(self, row: RowId, base: bytes | None) -> bytes:
        steps = list(self._single.get(row, ()))
        steps += [(bulk.number, bulk.change) for bulk in self._bulk if _has(bulk.rows, row)]
        steps.sort(key=lambda step: step[0])
        # What stands before the last whole replacement never shows.
        whole = max((i for i, (_, change) in enumerate(steps) if isinstance(change, Raw)), default=-1)
        if whole >= 0:
            replacement = steps[whole][1]
            raw = replacement.raw if isinstance(replacement, Raw) else b""
        else:
            raw = self._from_base(row) if base is None else base
        for _, change in steps[whole + 1 :]:
            if isinstance(change, Splices):
                raw = self._edit(raw, [FieldEdit(*splice) for splice in change.at(row)])
        return raw


def touched_rows(change: Change) -> Iterable[RowId]:
    """The rows whose bytes or presence a change alters, each once."""
    match change:
        case Splices():
            return change.touched()
        case Deleted():
            return change.rows
        case Raw() | Inserted():
            return (change.row,)
        case _:
            return ()


def _touched(change: Splices | Deleted) -> array[int]:
    rows = change.touched() if isinstance(change, Splices) else change.rows
    return rows if isinstance(rows, array) and rows.typecode == "q" else array("q", rows)


def _has(rows: array[int], row: int) -> bool:
    at = bisect_left(rows, row)
    return at < len(rows) and rows[at] == row
