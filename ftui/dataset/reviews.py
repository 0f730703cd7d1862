"""Which rows a person marked as reviewed, in this session by row, and in earlier ones by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.record import NEW_ROW, RowId
from ftui.store.entry import HASH_SIZE, Marked, row_hash
from ftui.store.journal import Journal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BATCH = 8192


class Reviews:
    """Reviewed marks over a dataset. A mark stays with its row when the row is edited."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._kept: dict[str, set[bytes]] = {}
        """By path: hashes of rows as they were when an earlier session marked them."""
        self._marks: dict[str, dict[RowId, tuple[bool, bytes]]] = {}
        """By path: what this session said, with the hash that the store has for the row."""
        self._found: dict[str, tuple[int, set[RowId]]] = {}

    def load(self, journal: Journal) -> None:
        """Read the marks of earlier sessions."""
        for document in self._dataset.documents:
            path = str(document.path)
            self._kept[path] = journal.reviews(path)
        self._found.clear()

    def forget_session(self) -> None:
        """Forget the marks of this session; those in the store stay."""
        self._marks.clear()

    def mark(self, change: Marked, *, undone: bool) -> None:
        """Follow a mark that was made or undone."""
        marks = self._marks.setdefault(change.path, {})
        for at, row in enumerate(change.rows):
            digest = change.before[at * HASH_SIZE : (at + 1) * HASH_SIZE]
            marks[row] = (change.reviewed != undone, digest)

    def has(self, file: int, rid: RowId) -> bool:
        """Whether a row is marked."""
        document = self._dataset.documents[file]
        path = str(document.path)
        mark = self._marks.get(path, {}).get(rid)
        if mark is not None:
            return mark[0]
        kept = self._kept.get(path)
        return bool(kept) and rid < NEW_ROW and row_hash(document.base_raw(rid)) in (kept or ())

    def rows(self, file: int) -> NDArray[np.int64]:
        """The marked rows known so far, ascending; looks at every row once when earlier sessions marked some."""
        import numpy as np

        document = self._dataset.documents[file]
        rows = set(self._earlier(document))
        for row, (on, _) in self._marks.get(str(document.path), {}).items():
            (rows.add if on else rows.discard)(row)
        return np.array(sorted(rows), np.int64)

    def renew(self, journal: Journal, document: Document) -> None:
        """After a save: let the store know the marked rows by what they are now."""
        path = str(document.path)
        marks = self._marks.get(path, {})
        pairs = []
        for row, (on, digest) in list(marks.items()):
            if on and document.edited(row) and not document.deleted(row):
                now = row_hash(document.raw(row))
                if now != digest:
                    pairs.append((digest, now))
                    marks[row] = (on, now)
        if pairs:
            journal.renew_reviews(path, pairs)

    def _earlier(self, document: Document) -> set[RowId]:
        path = str(document.path)
        kept = self._kept.get(path)
        if not kept:
            return set()
        known, rows = self._found.get(path, (0, set()))
        for start in range(known, document.base_rows, _BATCH):
            stop = min(start + _BATCH, document.base_rows)
            raws = document.records.raws(start, stop)
            rows |= {row for row, raw in enumerate(raws, start) if row_hash(raw) in kept}
        self._found[path] = (document.base_rows, rows)
        return rows
