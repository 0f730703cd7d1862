"""Edits carried over to a file that somebody else changed: rows are found again by their content."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ftui.dataset.document import Document
from ftui.dataset.overlay import Overlay, touched_rows
from ftui.dataset.record import NEW_ROW, RowId
from ftui.store.entry import (
    HASH_SIZE,
    Accepted,
    Change,
    Deleted,
    Entry,
    Inserted,
    Marked,
    Raw,
    Splices,
    row_hash,
)

_BATCH = 8192


@dataclass(frozen=True, slots=True)
class LostEdit:
    """An edit whose row is no longer in the file; its entry stays in the store."""

    title: str
    path: str
    row: RowId
    """The row's number in the file as it was."""


@dataclass(slots=True)
class ReplayReport:
    """What came of carrying edits over."""

    entries: int = 0
    """Steps that are in force again."""
    rows: int = 0
    """Rows that they changed."""
    lost: list[LostEdit] = field(default_factory=list)


def replay(
    entries: Sequence[Entry], moved: Mapping[str, tuple[int, Document]], report: ReplayReport
) -> list[Entry]:
    """The entries as they are on changed files; what cannot be carried over goes to the report.

    `moved` names, for the path of each changed file, the last entry that is already in it, and the document opened
    anew with every record known. Changes of other files pass unaltered.
    """
    places = {
        path: _places(_changes_of(entries, path, after), document)
        for path, (after, document) in moved.items()
    }
    carried: list[Entry] = []
    for entry in entries:
        changes: list[Change] = []
        for change in entry.changes:
            if isinstance(change, Accepted) or change.path not in moved:
                changes.append(change)
            elif entry.sequence > moved[change.path][0]:
                document = moved[change.path][1]
                moved_change, lost = _carry(change, places[change.path], document.base_rows - 1)
                report.lost.extend(LostEdit(entry.title, change.path, row) for row in lost)
                if moved_change is not None:
                    changes.append(moved_change)
        if changes:
            carried.append(replace(entry, changes=tuple(changes)))
            report.rows += sum(_size(change) for change in changes)
    report.entries = len(carried)
    return carried


def net_changes(path: str, saved: Overlay, now: Overlay, rows: Iterable[RowId]) -> list[Change]:
    """What turns the saved state of some rows into the present one: steps that were undone after a save."""
    changes: list[Change] = []
    deleted: list[RowId] = []
    fresh = max(saved.next_row(), now.next_row())
    for row in sorted(set(rows)):
        there = not saved.deleted(row) and (row < NEW_ROW or saved.added(row))
        wanted = not now.deleted(row) and (row < NEW_ROW or now.added(row))
        if there and not wanted:
            deleted.append(row)
        elif wanted and not there:
            after = now.anchor(row) if row >= NEW_ROW else row - 1
            before = row_hash(saved.raw(after)) if after >= 0 else b""
            changes.append(Inserted(path, fresh, after, now.raw(row), before))
            fresh += 1
        elif wanted and saved.raw(row) != now.raw(row):
            changes.append(Raw(path, row, now.raw(row), row_hash(saved.raw(row))))
    if deleted:
        changes.append(Deleted(path, deleted, b"".join(row_hash(saved.raw(row)) for row in deleted)))
    return changes


def rows_of(changes: Iterable[Change]) -> set[RowId]:
    """Every row that some changes touch."""
    return {row for change in changes for row in touched_rows(change)}


def _changes_of(entries: Iterable[Entry], path: str, after: int) -> Iterator[Change]:
    for entry in entries:
        if entry.sequence > after:
            for change in entry.changes:
                if not isinstance(change, Accepted) and change.path == path:
                    yield change


def _places(changes: Iterable[Change], document: Document) -> dict[RowId, RowId]:
    """Where each row that the changes name is now; rows not found are missing."""
    places: dict[RowId, RowId] = {}
    wanted: dict[RowId, bytes] = {}
    for change in changes:
        if isinstance(change, Inserted):
            places[change.row] = change.row
        for row, digest in _hashes(change):
            if row not in places:
                wanted.setdefault(row, digest)
    found = _find(set(wanted.values()), document)
    # Ascending, so that equal rows keep their order; of several equal ones the nearest is as good as any.
    for row, digest in sorted(wanted.items()):
        candidates = found.get(digest)
        if candidates:
            at = min(bisect_left(candidates, row), len(candidates) - 1)
            if at and abs(candidates[at - 1] - row) < abs(candidates[at] - row):
                at -= 1
            places[row] = candidates.pop(at)
    return places


def _find(wanted: set[bytes], document: Document) -> dict[bytes, list[int]]:
    found: dict[bytes, list[int]] = {}
    if wanted:
        for start in range(0, document.base_rows, _BATCH):
            stop = min(start + _BATCH, document.base_rows)
            for row, raw in enumerate(document.records.raws(start, stop), start):
                digest = row_hash(raw)
                if digest in wanted:
                    found.setdefault(digest, []).append(row)
    return found


def _hashes(change: Change) -> Iterator[tuple[RowId, bytes]]:
    """Rows with the hash that they have before a change; of an added row, the one it stands after."""
    match change:
        case Splices():
            yield from zip(change.touched(), _split(change.before), strict=False)
        case Deleted() | Marked():
            yield from zip(change.rows, _split(change.before), strict=False)
        case Raw():
            yield change.row, change.before
        case Inserted() if change.after >= 0:
            yield change.after, change.before


def _carry(change: Change, places: Mapping[RowId, RowId], last: int) -> tuple[Change | None, list[RowId]]:
    """A change with the rows where they are now, and the rows that are nowhere."""
    match change:
        case Splices():
            kept = sorted(
                (places[row], splices, digest)
                for (row, splices), digest in zip(change, _split(change.before), strict=True)
                if row in places
            )
            lost = [row for row in change.touched() if row not in places]
            before = b"".join(digest for _, _, digest in kept)
            moved = Splices.of(change.path, ((row, splices) for row, splices, _ in kept), before)
            return (moved if len(moved) else None), lost
        case Deleted() | Marked():
            pairs = sorted(
                (places[row], digest)
                for row, digest in zip(change.rows, _split(change.before), strict=True)
                if row in places
            )
            lost = [row for row in change.rows if row not in places]
            if not pairs:
                return None, lost
            rows, before = [row for row, _ in pairs], b"".join(digest for _, digest in pairs)
            return change._replace(rows=rows, before=before), lost
        case Raw():
            if change.row not in places:
                return None, [change.row]
            return change._replace(row=places[change.row]), []
        case Inserted():
            # A new row is not lost with its neighbour: it goes where that one stood, or to the end.
            after = places.get(change.after, min(change.after, last))
            return change._replace(after=after), []
        case Accepted():
            return change, []


def _split(hashes: bytes) -> Iterator[bytes]:
    return (hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE))


def _size(change: Change) -> int:
    match change:
        case Splices():
            return len(change.touched())
        case Deleted():
            return len(change.rows)
        case Raw() | Inserted():
            return 1
        case _:
            return 0
