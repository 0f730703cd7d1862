"""One file on the desk: its records with the edits made so far, read as canonical examples."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ftui.dataset.example import Example
from ftui.dataset.formats import open_records
from ftui.dataset.formats.base import Cancelled, FormatName, Progress, Records, Section
from ftui.dataset.layouts import find_layout
from ftui.dataset.layouts.base import Layout
from ftui.dataset.overlay import Overlay
from ftui.dataset.record import NEW_ROW, Parsed, RowId
from ftui.project.errors import FtuiError
from ftui.store.fingerprint import Fingerprint, fingerprint

if TYPE_CHECKING:
    from ftui.project.settings import Project

FIRST_ROWS = 200
"""Rows read before anything is shown; the layout is found from them."""


class Document:
    """Records, the overlay of edits, and the layout of one file.

    Rows are named by RowId: the number in the file as opened, or NEW_ROW + k for an added one. They stay the
    same all session, also after a save, because the bytes as opened are kept.
    """

    def __init__(self, path: Path, display_path: str, records: Records, base: Fingerprint) -> None:
        self.path = path
        """Absolute; may be a symlink to the file itself."""
        self.display_path = display_path
        self.base = base
        """The file as opened."""
        self._index_lock = threading.Lock()
        self._orders: dict[tuple[int, int, bool], tuple[int, Sequence[RowId]]] = {}
        self._forced: str | None = None
        self._columns: Mapping[str, str] = {}
        self.layout: Layout
        self._take(records)

    @classmethod
    def open(
        cls, path: Path, project: Project, display_path: str = "", base_path: Path | None = None
    ) -> Document:
        """Open a file and read its first rows; nothing else of it is read yet.

        `base_path` names other bytes to read as this file: those it had before a save. Raises FtuiError.
        """
        records, base = _open_unchanged(base_path or path)
        document = cls(path.absolute(), display_path or str(path), records, base)
        document._forced, document._columns = project.layout, project.columns
        try:
            document.load_first()
        except BaseException:
            records.close()
            raise
        return document

    def again(self, base_path: Path) -> Document:
        """The same file opened anew from other bytes, without edits; raises FtuiError."""
        records, base = _open_unchanged(base_path)
        other = Document(self.path, self.display_path, records, base)
        other._forced, other._columns = self._forced, self._columns
        try:
            other.load_first()
        except BaseException:
            records.close()
            raise
        return other

    def adopt(self, other: Document) -> None:
        """Take over what another document of the same file has open, which then belongs to this one."""
        with self._index_lock:
            old = self.records
            self.base, self.layout = other.base, other.layout
            self._take(other.records)
            old.close()

    def without_edits(self) -> None:
        """Forget the edits."""
        self._take(self.records)

    def snapshot(self) -> Document:
        """The document as it is now, unmoved by later edits; it shares the open file."""
        frozen = copy(self)
        frozen.overlay = self.overlay.copy()
        frozen._orders = {}
        return frozen

    def _take(self, records: Records) -> None:
        self.records = records
        self.overlay = Overlay(records.raw, records.edit)
        self._orders.clear()

    def close(self) -> None:
        """Close the file."""
        self.records.close()

    # The file

    @property
    def format(self) -> FormatName:
        return self.records.format

    @property
    def compression(self) -> Literal["gzip", "zstd"] | None:
        return self.records.compression

    @property
    def base_rows(self) -> int:
        """Records of the file as opened that are known so far."""
        return len(self.records)

    @property
    def complete(self) -> bool:
        """Whether every record of the file is known."""
        return self.records.complete

    @property
    def sections(self) -> list[Section]:
        """The named runs of records, in file order."""
        return list(self.records.sections)

    def load_first(self, count: int = FIRST_ROWS) -> None:
        """Make the first rows readable and find the layout; raises FtuiError when nothing can be read."""
        self.records.first(count)
        sample = self.records.raws(0, min(count, len(self.records)))
        values = [value for raw in sample if (value := self.records.parse(raw).value) is not None]
        self.layout = find_layout(values, self._forced, self._columns)

    def build_index(self, progress: Progress, cancelled: Cancelled) -> None:
        """Find every record; returns early when cancelled. A second caller waits for the first."""
        while not self._index_lock.acquire(timeout=0.05):
            if cancelled():
                return
        try:
            if not self.records.complete:
                self.records.index(progress, cancelled)
        finally:
            self._index_lock.release()

    # Rows

    def order(self, section: Section | None = None) -> Sequence[RowId]:
        """The rows known so far, in order: deleted ones left out, added ones in their place.

        A range while nothing was added or deleted, else a numpy array of int64.
        """
        known = len(self.records)
        start, stop = (0, known) if section is None else (section.start, min(section.stop, known))
        if not self.overlay.structural:
            return range(start, stop)
        first = section is None or self._is_first(section)
        key, version = (start, stop, first), self.overlay.version
        kept = self._orders.get(key)
        if kept is None or kept[0] != version:
            order: Any = self.overlay.order(start, stop, first=first)
            kept = self._orders[key] = (version, order)
        return kept[1]

    def raw(self, rid: RowId) -> bytes:
        """The row's bytes now; raises IndexError for a row that is nowhere."""
        return self.overlay.raw(rid)

    def base_raw(self, rid: RowId) -> bytes:
        """The row's bytes in the file as opened, or as it was added."""
        return self.records.raw(rid) if rid < NEW_ROW else self.overlay.added_raw(rid)

    def raws(self, rids: Sequence[RowId]) -> list[bytes]:
        """The bytes of many rows now; runs of neighbours are read in one go."""
        found: list[bytes] = []
        for start, stop in _runs(rids):
            if start >= NEW_ROW:
                found.extend(self.overlay.raw(row) for row in range(start, stop))
                continue
            base = self.records.raws(start, stop)
            if self.overlay:
                raw_on = self.overlay.raw_on
                base = [raw_on(row, raw) for row, raw in enumerate(base, start)]
            found.extend(base)
        return found

    def parse(self, raw: bytes) -> Parsed:
        """The value of any bytes of this file's format; never raises."""
        return self.records.parse(raw)

    def parsed(self, rid: RowId) -> Parsed:
        """The row's value now."""
        return self.records.parse(self.raw(rid))

    def example(self, rid: RowId) -> Example | None:
        """The row in canonical form; None where no value can be read."""
        value = self.parsed(rid).value
        return None if value is None else self.layout.example(value)

    def line(self, rid: RowId) -> int | None:
        """The line of the file as opened, from 1, where the row begins; None if added, or in Parquet."""
        return self.records.line(rid) if rid < NEW_ROW else None

    def edited(self, rid: RowId) -> bool:
        """Whether the row was changed or added since the file was opened."""
        return self.overlay.edited(rid)

    def added(self, rid: RowId) -> bool:
        """Whether the row is not in the file as opened."""
        return self.overlay.added(rid)

    def deleted(self, rid: RowId) -> bool:
        """Whether the row was removed."""
        return self.overlay.deleted(rid)

    def section_of(self, rid: RowId) -> str:
        """The name of the section in which a row stands."""
        anchor = max(self.overlay.anchor(rid), 0)
        return next((s.name for s in self.records.sections if s.start <= anchor < s.stop), "")

    def _is_first(self, section: Section) -> bool:
        sections = self.records.sections
        return not sections or sections[0].name == section.name


def _open_unchanged(path: Path) -> tuple[Records, Fingerprint]:
    """Open a file and take the fingerprint of the very version that was opened."""
    while True:
        try:
            before = fingerprint(path) if path.is_file() else None
        except OSError:
            before = None
        records = open_records(path)
        try:
            after = fingerprint(path)
        except OSError as error:
            records.close()
            raise FtuiError(f"{path}: {error.strerror}", "is it still there?") from error
        if before is None or before == after:
            return records, after
        records.close()


def _runs(rids: Sequence[RowId]) -> Iterator[tuple[int, int]]:
    """The rows as runs start..stop of neighbours."""
    if isinstance(rids, range) and rids.step == 1:
        if rids:
            yield rids.start, rids.stop
        return
    start = stop = -1
    for rid in rids:
        row = int(rid)
        if row != stop:
            if start >= 0:
                yield start, stop
            start = row
        stop = row + 1
    if start >= 0:
        yield start, stop
