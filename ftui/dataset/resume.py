"""Edits of an earlier session, and edits to a file that changed meanwhile: found, offered, carried over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.formats.base import Cancelled, Progress, WriteCancelled, never, no_progress
from ftui.dataset.overlay import Overlay
from ftui.dataset.replay import LostEdit, ReplayReport, net_changes, replay, rows_of
from ftui.store.entry import Accepted, Change, Entry
from ftui.store.file_states import LOST, FileState
from ftui.store.fingerprint import Fingerprint, fingerprint
from ftui.store.journal import Journal, SessionState
from ftui.store.location import Location
from ftui.store.lock import HeldElsewhereError, Lock, session_lock

_UNDONE = "undo after a save"


@dataclass(frozen=True, slots=True)
class ResumeOffer:
    """Unsaved edits of a session that ended without saving them."""

    count: int
    """Steps that are not in the file."""
    when: str
    """When the last of them was made: ISO 8601, UTC."""
    reason: Literal["", "changed-on-disk"]
    """Whether the file is still the one that they were made on; if not, rows are found by content."""
    state: SessionState
    lock: Lock


def find(journal: Journal, location: Location, dataset: Dataset) -> ResumeOffer | None:
    """The newest unsaved work on these files whose process is gone; finished work is tidied away."""
    documents = {str(document.path): document for document in dataset.documents}
    for state in journal.sessions_of(list(documents)):
        try:
            lock = Lock.acquire(session_lock(location.locks, state.id))
        except HeldElsewhereError:
            continue
        files = [_settle(journal, file) for file in state.files if file.path in documents]
        counts = {file.path: _unsaved(journal, state, file) for file in files}
        if not any(counts.values()):
            journal.close_files(state.id, [file.id for file in files])
            lock.release()
            continue
        fits = all(base_of(file, documents[file.path]) for file in files if counts[file.path])
        return ResumeOffer(
            max(counts.values()),
            journal.latest(state.id, state.cursor),
            "" if fits else "changed-on-disk",
            journal.session(state.id),
            lock,
        )
    return None


def discard(journal: Journal, offer: ResumeOffer, dataset: Dataset) -> None:
    """Forget the offered edits of these files."""
    journal.close_files(offer.state.id, [file.id for file in _ours(offer.state, dataset)])
    offer.lock.release()


def take_up(
    journal: Journal, offer: ResumeOffer, dataset: Dataset, progress: Progress, cancelled: Cancelled
) -> tuple[SessionState, ReplayReport]:
    """Make the offered session the current one; the documents then read the bytes that its rows refer to.

    Raises WriteCancelled, and FtuiError; the offer then stands.
    """
    if offer.reason:
        return reload(journal, offer.state, dataset, progress, cancelled)
    state = offer.state
    documents = {str(document.path): document for document in dataset.documents}
    fresh = {
        path: document.again(base)
        for path, document in documents.items()
        if (file := _file_of(state, path)) and (base := base_of(file, document)) and base != document.path
    }
    stale = [file for file in _ours(state, dataset) if not base_of(file, documents[file.path])]
    if stale:
        journal.close_files(state.id, [file.id for file in stale])
    gone = {file.path for file in stale}
    new = [path for path in documents if path in gone or not _file_of(state, path)]
    state = journal.add_files(state.id, [FileState.of(path, documents[path].base) for path in new])
    for path, other in fresh.items():
        documents[path].adopt(other)
    entries = list(journal.entries(state.id, 0, state.cursor))
    rows = rows_of(change for entry in entries for change in entry.changes)
    return state, ReplayReport(len(entries), len(rows))


def reload(
    journal: Journal, state: SessionState, dataset: Dataset, progress: Progress, cancelled: Cancelled
) -> tuple[SessionState, ReplayReport]:
    """Open the files that changed on disk anew and carry the unsaved edits over to them, as a new session.

    Raises WriteCancelled, and FtuiError; nothing is changed then.
    """
    paths = {str(document.path): document for document in dataset.documents}
    entries = [_only(entry, paths) for entry in journal.entries(state.id, 0, state.cursor)]
    report = ReplayReport()
    files: dict[str, FileState] = {}
    moved: dict[str, tuple[int, Document]] = {}
    undone: list[Change] = []
    swaps: dict[str, Document] = {}
    try:
        for path, document in paths.items():
            file = _file_of(state, path)
            if file and (base := _still_there(file)):
                files[path] = file
                if not document.base.same_content(file.base):
                    swaps[path] = document.again(base)
                continue
            fresh = swaps[path] = document.again(document.path)
            _index(fresh, progress, cancelled)
            files[path] = FileState.of(path, fresh.base)
            if file:
                moved[path] = (max(file.saved, 0), fresh)
                undone += _undone(journal, state, file, document, report)
        if undone:
            # After every number there is, or it would count as in the file already.
            entries.append(Entry(_UNDONE, tuple(undone), sequence=journal.last(state.id) + 1))
        carried = replay(entries, moved, report)
        numbered = [replace(file, saved=_renumbered(file.saved, state, carried)) for file in files.values()]
        old = replace(state, files=tuple(_ours(state, dataset)))
        new = journal.carry_on(old, numbered, carried, keep=bool(report.lost))
    except BaseException:
        for other in swaps.values():
            other.close()
        raise
    for path, other in swaps.items():
        paths[path].adopt(other)
    return new, report


def base_of(file: FileState, document: Document) -> Path | None:
    """Where the bytes are that a session's rows refer to; None when the file on disk is not the one it left."""
    if not document.base.same_content(file.disk) and not document.base.same_content(file.base):
        return None
    return _still_there(file)


def _still_there(file: FileState) -> Path | None:
    disk, base = _fingerprint(Path(file.path)), _fingerprint(Path(file.base_path))
    if disk and base and disk.same_content(file.disk) and base.same_content(file.base):
        return Path(file.base_path)
    return None


def _undone(
    journal: Journal, state: SessionState, file: FileState, document: Document, report: ReplayReport
) -> list[Change]:
    """What was taken back after a save, as changes to the saved state."""
    if file.saved == LOST or file.saved <= state.cursor:
        return []
    tail = _changes(journal.entries(state.id, state.cursor, file.saved), file.path)
    before = document if document.base.same_content(file.base) else _base_document(file, document)
    if before is None:
        report.lost += [LostEdit(_UNDONE, file.path, row) for row in sorted(rows_of(tail))]
        return []
    try:
        before.build_index(no_progress, never)
        records = before.records
        now, saved = Overlay(records.raw, records.edit), Overlay(records.raw, records.edit)
        for change in _changes(journal.entries(state.id, 0, state.cursor), file.path):
            now.push(change)
            saved.push(change)
        for change in tail:
            saved.push(change)
        return net_changes(file.path, saved, now, rows_of(tail))
    finally:
        if before is not document:
            before.close()


def _base_document(file: FileState, document: Document) -> Document | None:
    """The file as the session had opened it, where its backup is still there."""
    base = Path(file.base_path)
    found = _fingerprint(base)
    return document.again(base) if found and found.same_content(file.base) else None


def _renumbered(saved: int, state: SessionState, carried: Sequence[Entry]) -> int:
    """A saved cursor among the entries that are left."""
    if saved == LOST or saved > state.cursor:
        return LOST
    return sum(entry.sequence <= saved for entry in carried)


def _settle(journal: Journal, file: FileState) -> FileState:
    """Find out whether the save that was under way when the process died took place."""
    if file.pending is None:
        return file
    disk = _fingerprint(Path(file.path))
    return journal.end_save(file, done=bool(disk and disk.same_content(file.pending.disk)))


def _unsaved(journal: Journal, state: SessionState, file: FileState) -> int:
    if file.saved == state.cursor:
        return 0
    first, last = sorted((max(file.saved, 0), state.cursor))
    return journal.editing(state.id, file.id, first, last) + (file.saved == LOST)


def _index(document: Document, progress: Progress, cancelled: Cancelled) -> None:
    document.build_index(progress, cancelled)
    if not document.complete:
        raise WriteCancelled


def _only(entry: Entry, paths: Iterable[str]) -> Entry:
    kept = tuple(c for c in entry.changes if isinstance(c, Accepted) or c.path in paths)
    return replace(entry, changes=kept)


def _changes(entries: Iterable[Entry], path: str) -> list[Change]:
    return [
        change
        for entry in entries
        for change in entry.changes
        if not isinstance(change, Accepted) and change.path == path
    ]


def _ours(state: SessionState, dataset: Dataset) -> list[FileState]:
    paths = {str(document.path) for document in dataset.documents}
    return [file for file in state.files if file.path in paths]


def _file_of(state: SessionState, path: str) -> FileState | None:
    return next((file for file in state.files if file.path == path), None)


def _fingerprint(path: Path) -> Fingerprint | None:
    try:
        return fingerprint(Path(os.path.realpath(path)))
    except OSError:
        return None
