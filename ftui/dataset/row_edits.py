"""Edits of single rows, as steps of a session."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ftui.dataset import steps
from ftui.dataset.dataset import Dataset
from ftui.dataset.record import RowId
from ftui.store.entry import Change, Deleted, Entry, EntryKind, Inserted, Raw, Splices


class RowEdits:
    """What a person does to a row; a session makes a step of it."""

    dataset: Dataset
    _lock: threading.RLock

    def apply(
        self,
        title: str,
        changes: Sequence[Change],
        kind: EntryKind = "edit",
        code: str = "",
        details: Mapping[str, str] | None = None,
    ) -> Entry | None:
        """Make one step of some changes."""
        raise NotImplementedError

    def set_text(self, file: int, rid: RowId, field: str, text: str) -> Entry | None:
        """Let a field of a row read `text`; only the characters that differ get new bytes. None: it does already."""
        document = self.dataset.documents[file]
        change = steps.text_change(document, rid, field, text)
        return self._apply_one(rid, f"edit {field}", change)

    def set_raw(self, file: int, rid: RowId, raw: bytes) -> Entry | None:
        """Replace a row's bytes (a broken line mended by hand). Raises FtuiError when they are not one row."""
        document = self.dataset.documents[file]
        raw = document.records.fit(raw)
        change = Raw(str(document.path), rid, raw) if raw != document.raw(rid) else None
        return self._apply_one(rid, "edit", change)

    def set_value(self, file: int, rid: RowId, value: Any) -> Entry | None:
        """Let a row read as this value: turns added or removed, roles changed; what does not differ stays."""
        document = self.dataset.documents[file]
        raw = document.records.update(document.raw(rid), value)
        return self.set_raw(file, rid, raw)

    def delete(self, file: int, rids: Iterable[RowId]) -> Entry | None:
        """Remove rows; those removed already are passed over."""
        document = self.dataset.documents[file]
        rows = sorted({int(rid) for rid in rids if not document.deleted(int(rid))})
        title = f"delete {steps.rows_in_words(rows)}"
        return self.apply(title, [Deleted(str(document.path), rows)], "delete") if rows else None

    def insert(self, file: int, after: RowId, value: Any) -> RowId:
        """Add a row after another one (-1: at the start of the file)."""
        return self._insert(file, after, self.dataset.documents[file].records.encode(value), "add a row")

    def duplicate(self, file: int, rid: RowId) -> RowId:
        """Add a copy of a row below it."""
        document = self.dataset.documents[file]
        title = f"duplicate {steps.rows_in_words([rid])}"
        return self._insert(file, rid, document.raw(rid), title)

    def _insert(self, file: int, after: RowId, raw: bytes, title: str) -> RowId:
        document = self.dataset.documents[file]
        with self._lock:
            row = document.overlay.next_row()
            self.apply(title, [Inserted(str(document.path), row, after, raw)], "add")
        return row

    def _apply_one(self, rid: RowId, verb: str, change: Raw | Splices | None) -> Entry | None:
        if change is None:
            return None
        return self.apply(f"{verb} in {steps.rows_in_words([rid])}", [change])
