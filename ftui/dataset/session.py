"""Everything that a person does to a dataset: edits, undo, acceptances, saves. Nothing is kept only in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ftui.dataset import resume, steps
from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.export import export_rows
from ftui.dataset.formats.base import Cancelled, Progress
from ftui.dataset.record import RowId
from ftui.dataset.replay import ReplayReport
from ftui.dataset.reviews import Reviews
from ftui.dataset.save import Conflict, Notes, Saved, remove_leftovers, replace_file, write_copy
from ftui.project.errors import FtuiError
from ftui.store.backups import prune_backups
from ftui.store.derived import Acceptance
from ftui.store.entry import Accepted, Change, Deleted, Entry, EntryKind, Inserted, Marked, Raw, Splices
from ftui.store.fingerprint import Fingerprint
from ftui.store.journal import LOST, FileState, Journal, SessionState
from ftui.store.location import Location, locate, prepare
from ftui.store.lock import HeldElsewhereError, Lock, data_lock, session_lock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _no_progress(_done: int, _total: int) -> None: ...


def _never() -> bool:
    return False


class Ticket(NamedTuple):
    """What a worker process needs to see the same rows; plain values, so that it travels as JSON."""

    journal: str
    """Empty while nothing was ever edited."""
    session: int
    cursor: int
    bases: dict[str, str]
    """Path to the file whose bytes the row numbers refer to; for Dataset.open."""
    versions: dict[str, str]
    """Path to the fingerprint of these bytes. Where it changes, the worker opens its dataset anew."""


class Session:
    """One person's work on a dataset.

    Every change is in the journal, on disk, before it shows and before the call returns; when that fails, FtuiError
    is raised and nothing changed. Safe to call from several threads; a save does not hold up edits.
    """

    def __init__(self, dataset: Dataset, *, read_only: bool = False) -> None:
        self.dataset = dataset
        self.read_only = read_only
        self.on_change: list[Callable[[Entry, bool], None]] = []
        """Called with the entry, and whether it was undone, after every step."""
        self.resume: resume.ResumeOffer | None = None
        """Unsaved edits of an earlier session; decide before the first edit, else they wait for the next start."""
        self._lock = threading.RLock()
        self._saving = threading.Lock()
        root = dataset.project.root if dataset.project.config else dataset.documents[0].path.parent
        self._root = root
        self._location: Location = locate(root)
        self._journal: Journal | None = None
        self._state: SessionState | None = None
        self._states: dict[str, FileState] = {}
        self._applied: list[Entry] = []
        self._locks: dict[str, Lock] = {}
        self._session_lock: Lock | None = None
        self._accepted: dict[str, str] = {}
        self._reviews = Reviews(dataset)
        self._unsaved: dict[tuple[int, int, int], int] = {}

    # Opening and closing

    @classmethod
    def open(cls, dataset: Dataset, *, read_only: bool = False) -> Session:
        """Begin work on a dataset. Nothing is written before the first edit; raises FtuiError."""
        session = cls(dataset, read_only=read_only)
        if session._location.journal.exists():
            session._journal = Journal(session._location.journal, read_only=read_only)
            session._load_marks()
            if not read_only:
                session.resume = resume.find(session._journal, session._location, dataset)
        if not read_only:
            for document in dataset.documents:
                remove_leftovers(document.path)
        return session

    @classmethod
    def at(cls, dataset: Dataset, ticket: Ticket) -> Session:
        """A dataset as another process sees it, unsaved edits included, for reading only.

        Raises FtuiError when the dataset does not hold the bytes that the ticket speaks of.
        """
        session = cls(dataset, read_only=True)
        for document in dataset.documents:
            version = ticket.versions.get(str(document.path))
            if version and not document.base.same_content(Fingerprint.load(version)):
                raise FtuiError(f"{document.display_path} changed on disk", "reload it and replay your edits")
        session.follow(ticket)
        return session

    def follow(self, ticket: Ticket) -> None:
        """Bring a session made by `at` to where the other process is now."""
        if not ticket.journal:
            return
        with self._lock:
            if self._journal is None:
                self._journal = Journal(Path(ticket.journal), read_only=True)
                self._load_marks()
            fresh = self._journal.heads(ticket.session, ticket.cursor)
            while self._applied and (self._applied[-1].sequence, self._applied[-1].at) not in fresh:
                self._step_back(self._applied[-1])
            for entry in self._journal.entries(ticket.session, self.cursor, ticket.cursor):
                self._step(entry)

    @property
    def ticket(self) -> Ticket:
        """What `at` needs to show another process what is here now."""
        with self._lock:
            documents = self.dataset.documents
            paths = [str(document.path) for document in documents]
            bases = {path: self._states[path].base_path if path in self._states else path for path in paths}
            versions = {
                path: (self._states[path].base if path in self._states else document.base).dump()
                for path, document in zip(paths, documents, strict=True)
            }
            if self._state is None or self._journal is None:
                return Ticket("", 0, 0, bases, versions)
            return Ticket(str(self._journal.path), self._state.id, self.cursor, bases, versions)

    def close(self, *, discard: bool = False) -> None:
        """End the work. Unsaved edits are offered at the next start, unless they are to be discarded."""
        with self._saving, self._lock:
            try:
                if self._journal and self._state and not self.read_only:
                    done = [s.id for path, s in self._states.items() if discard or not self._unsaved_in(path)]
                    if self._journal.close_files(self._state.id, done):
                        session_lock(self._location.locks, self._state.id).unlink(missing_ok=True)
            finally:
                for lock in (*self._locks.values(), self._session_lock, self.resume and self.resume.lock):
                    if lock:
                        lock.release()
                self._locks.clear()
                self.resume = None
                if self._journal:
                    self._journal.close()
                    self._journal = None

    # Edits of one row

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

    # Edits of any size

    def apply(
        self,
        title: str,
        changes: Sequence[Change],
        kind: EntryKind = "edit",
        code: str = "",
        details: Mapping[str, str] | None = None,
    ) -> Entry | None:
        """Make one step of any number of changes: all of them or, when FtuiError is raised, none.

        Changes name their file by its path or as reports show it. No row may be changed twice in one step.
        """
        with self._lock:
            journal, state = self._ready()
            made = steps.prepared(self.dataset, changes, self._accepted, self._reviews.has)
            if not made:
                return None
            entry = Entry(title, tuple(made), kind, code, details=dict(details or {}))
            entry = journal.append(state.id, self.cursor, entry)
            self._states = {
                path: replace(file, saved=LOST) if file.saved > self.cursor else file
                for path, file in self._states.items()
            }
            self._step(entry)
        self._tell(entry, undone=False)
        return entry

    def undo(self) -> Entry | None:
        """Take the last step back; None at the beginning."""
        with self._lock:
            if not self._applied:
                return None
            journal, state = self._ready()
            entry = self._applied[-1]
            before = self._applied[-2].sequence if len(self._applied) > 1 else 0
            journal.move(state.id, before, entry, undone=True)
            self._step_back(entry)
        self._tell(entry, undone=True)
        return entry

    def redo(self) -> Entry | None:
        """Make the last step that was taken back again; None when there is none."""
        with self._lock:
            if self._state is None or self._journal is None:
                return None
            journal, state = self._ready()
            entry = next(iter(journal.entries(state.id, self.cursor)), None)
            if entry is None:
                return None
            journal.move(state.id, entry.sequence, entry, undone=False)
            self._step(entry)
        self._tell(entry, undone=False)
        return entry

    # Acceptances and reviewed marks

    @property
    def accepted(self) -> Mapping[str, str]:
        """Accepted findings: key to reason."""
        return self._accepted

    def acceptances(self) -> dict[str, Acceptance]:
        """Accepted findings with code, reason and time."""
        return self._journal.acceptances() if self._journal else {}

    def accept(self, findings: Iterable[tuple[str, str]], reason: str) -> Entry | None:
        """Accept findings, given as (key, code), with a reason."""
        changes = [Accepted(key, code, reason) for key, code in findings]
        return self.apply(f"accept {steps.count_in_words(len(changes), 'finding')}", changes, "accept")

    def unaccept(self, findings: Iterable[tuple[str, str]]) -> Entry | None:
        """Take acceptances back."""
        changes = [Accepted(key, code, None) for key, code in findings]
        return self.apply(f"unaccept {steps.count_in_words(len(changes), 'finding')}", changes, "accept")

    def mark_reviewed(self, file: int, rids: Iterable[RowId], on: bool = True) -> Entry | None:
        """Mark rows as reviewed, or no longer."""
        document = self.dataset.documents[file]
        rows = sorted({int(rid) for rid in rids})
        title = f"{'mark' if on else 'unmark'} {steps.rows_in_words(rows)} as reviewed"
        return self.apply(title, [Marked(str(document.path), rows, on)], "mark")

    def reviewed(self, file: int, rid: RowId) -> bool:
        """Whether a row was marked as reviewed, in this session or an earlier one; the mark survives edits."""
        return self._reviews.has(file, rid)

    def reviewed_rows(self, file: int) -> NDArray[np.int64]:
        """The reviewed rows of a file that are known so far, ascending."""
        return self._reviews.rows(file)

    # Where we are

    @property
    def cursor(self) -> int:
        """The number of the last step in force; 0 at the beginning."""
        return self._applied[-1].sequence if self._applied else 0

    @property
    def history(self) -> Sequence[Entry]:
        """The steps in force, oldest first."""
        return tuple(self._applied)

    @property
    def dirty(self) -> bool:
        """Whether some file differs from what was last saved."""
        return any(self._unsaved_in(path) for path in self._states)

    @property
    def unsaved(self) -> int:
        """How many steps a save would write, or take back."""
        return max((self._unsaved_in(path) for path in self._states), default=0)

    def dirty_files(self) -> list[int]:
        """The files that differ from what was last saved."""
        return [
            i for i, document in enumerate(self.dataset.documents) if self._unsaved_in(str(document.path))
        ]

    # Saving

    def save(
        self, progress: Progress = _no_progress, cancelled: Cancelled = _never, *, overwrite: bool = False
    ) -> list[Saved]:
        """Write every file that has unsaved edits; edits made meanwhile stay unsaved.

        Raises Conflict when a file changed on disk (unless `overwrite`) or another ftui holds it, WriteCancelled,
        and FtuiError; the file in question is then as it was, and every edit stays in the journal.
        """
        with self._saving:
            documents = [self.dataset.documents[i] for i in self.dirty_files()]
            for document in documents:
                self._claim(document)
            return [
                self._save_one(document, progress, cancelled, overwrite=overwrite) for document in documents
            ]

    def save_as(
        self, file: int, path: Path, progress: Progress = _no_progress, cancelled: Cancelled = _never
    ) -> Saved:
        """Write a file as it is now under another name; the session goes on with the file that it has open."""
        with self._lock:
            frozen = self.dataset.documents[file].snapshot()
        return write_copy(frozen, path, progress, cancelled)

    def export(
        self, path: Path, rows: Iterable[tuple[int, RowId]], progress: Progress = _no_progress
    ) -> Saved:
        """Write some rows, byte for byte, into a new file: of the same format when they come from one file."""
        return export_rows(self.dataset, path, rows, progress)

    # Earlier edits, and files that changed

    def resume_accept(self, progress: Progress = _no_progress, cancelled: Cancelled = _never) -> ReplayReport:
        """Take up the unsaved edits that `resume` offers. The documents may read other bytes afterwards."""
        with self._lock:
            offer, journal = self.resume, self._journal
            if offer is None or journal is None or self._state is not None:
                raise FtuiError("there is nothing to resume", "edits made since then are in the way")
            state, report = resume.take_up(journal, offer, self.dataset, progress, cancelled)
            self._session_lock, self.resume = offer.lock, None
            self._go_on_with(journal, state)
            return report

    def resume_discard(self) -> None:
        """Forget the unsaved edits that `resume` offers."""
        with self._lock:
            if self.resume and self._journal:
                resume.discard(self._journal, self.resume, self.dataset)
                self.resume = None

    def reload_and_replay(
        self, progress: Progress = _no_progress, cancelled: Cancelled = _never
    ) -> ReplayReport:
        """Read the files that changed on disk anew and make the unsaved edits again, on rows found by content."""
        with self._saving, self._lock:
            journal, state = self._ready()
            state = journal.session(state.id)
            fresh, report = resume.reload(journal, state, self.dataset, progress, cancelled)
            self._go_on_with(journal, fresh)
            return report

    # Inside

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

    def _step(self, entry: Entry) -> None:
        for change in entry.changes:
            document = self._document_of(change)
            if document:
                document.overlay.push(change)
            else:
                self._mark(change, undone=False)
        self._applied.append(entry)

    def _step_back(self, entry: Entry) -> None:
        for change in reversed(entry.changes):
            document = self._document_of(change)
            if document:
                document.overlay.pop(change)
            else:
                self._mark(change, undone=True)
        self._applied.pop()

    def _document_of(self, change: Change) -> Document | None:
        """The open document whose rows a change touches; None for marks, and for files not open here."""
        if isinstance(change, Accepted | Marked):
            return None
        return next((d for d in self.dataset.documents if str(d.path) == change.path), None)

    def _mark(self, change: Change, *, undone: bool) -> None:
        if isinstance(change, Accepted):
            reason = change.previous if undone else change.reason
            if reason is None:
                self._accepted.pop(change.key, None)
            else:
                self._accepted[change.key] = reason
        elif isinstance(change, Marked):
            self._reviews.mark(change, undone=undone)

    def _load_marks(self) -> None:
        if self._journal:
            self._accepted = {
                key: acceptance.reason for key, acceptance in self._journal.acceptances().items()
            }
            self._reviews.load(self._journal)

    def _tell(self, entry: Entry, *, undone: bool) -> None:
        for callback in list(self.on_change):
            callback(entry, undone)

    def _ready(self) -> tuple[Journal, SessionState]:
        """The journal and our session in it, made at the first edit: looking at a file leaves nothing behind."""
        if self.read_only:
            raise FtuiError("this session only reads", "open the files without --read-only")
        if self._journal is None:
            self._location = prepare(self._root)
            self._journal = Journal(self._location.journal)
            self._load_marks()
        if self._state is None:
            self._location = prepare(self._root)
            files = [FileState.of(str(d.path), d.base) for d in self.dataset.documents]
            self._state = self._journal.start(files)
            self._states = {file.path: file for file in self._state.files}
            self._session_lock = Lock.acquire(session_lock(self._location.locks, self._state.id))
            for document in self.dataset.documents:
                self._take_lock(document)
        return self._journal, self._state

    def _go_on_with(self, journal: Journal, state: SessionState) -> None:
        """Make a session of the journal ours: its files, and its entries up to the cursor."""
        if self._state and self._state.id != state.id:
            if self._session_lock:
                self._session_lock.release()
            self._session_lock = Lock.acquire(session_lock(self._location.locks, state.id))
        self._state = state
        self._states = {file.path: file for file in state.files}
        self._applied = []
        self._unsaved.clear()
        for document in self.dataset.documents:
            document.without_edits()
        self._reviews.forget_session()
        self._load_marks()
        for entry in journal.entries(state.id, 0, state.cursor):
            self._step(entry)

    def _take_lock(self, document: Document) -> int:
        """Claim the right to save a file; returns the process that has it, 0 when it is ours."""
        path = str(document.path)
        if path not in self._locks:
            try:
                self._locks[path] = Lock.acquire(data_lock(self._location.locks, document.path))
            except HeldElsewhereError as error:
                return error.pid or -1
        return 0

    def _claim(self, document: Document) -> None:
        holder = self._take_lock(document)
        if holder:
            who = f"process {holder}" if holder > 0 else "another process"
            why = f"{document.display_path} is open in another ftui with edits ({who})"
            raise Conflict("held-elsewhere", [document.path], why)

    def _unsaved_in(self, path: str) -> int:
        """How many steps lie between a file as saved and now; the steps of a lost state count as one more."""
        state, journal = self._states.get(path), self._journal
        if self._state is None or journal is None or state is None:
            return 0
        saved, cursor = state.saved, self.cursor
        if saved == cursor:
            return 0
        key = (state.id, saved, cursor)
        if key not in self._unsaved:
            first, last = sorted((max(saved, 0), cursor))
            count = journal.editing(self._state.id, state.id, first, last)
            self._unsaved[key] = count + (saved == LOST)
        return self._unsaved[key]

    def _save_one(
        self, document: Document, progress: Progress, cancelled: Cancelled, *, overwrite: bool
    ) -> Saved:
        path = str(document.path)
        with self._lock:
            journal, session = self._ready()
            frozen, state, cursor = document.snapshot(), self._states[path], self.cursor
            at = self._applied[-1].at if self._applied else ""
        notes = Notes(
            cursor,
            self._location.backups,
            begin=lambda file, pending: journal.begin_save(session.id, file, pending, at),
            end=lambda file: journal.end_save(file, done=True),
        )
        saved, settled = replace_file(frozen, state, notes, progress, cancelled, overwrite=overwrite)
        with self._lock:
            self._states[path] = settled
            try:
                self._reviews.renew(journal, document)
            except FtuiError as error:
                saved = replace(saved, warnings=(*saved.warnings, f"reviewed marks: {error.message}"))
        with suppress(OSError):
            prune_backups(self._location.backups, document.path.resolve(), journal.base_paths())
        return saved
