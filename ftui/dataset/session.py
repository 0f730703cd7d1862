"""Everything that a person does to a dataset: edits, undo, acceptances, saves. Nothing is kept only in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.dataset import resume, steps
from ftui.dataset.claims import Claims
from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.export import export_rows
from ftui.dataset.formats.base import Cancelled, Progress, never, no_progress
from ftui.dataset.in_force import InForce
from ftui.dataset.mirror import Ticket
from ftui.dataset.new_file import Saved, remove_leftovers
from ftui.dataset.record import RowId
from ftui.dataset.replay import ReplayReport
from ftui.dataset.row_edits import RowEdits
from ftui.dataset.save import Notes, replace_file, write_copy
from ftui.project.errors import FtuiError
from ftui.store.backups import prune_backups
from ftui.store.derived import Acceptance
from ftui.store.entry import Accepted, Change, Entry, EntryKind, Marked
from ftui.store.file_states import LOST, FileState, storable
from ftui.store.journal import Journal, SessionState
from ftui.store.location import Location, locate, prepare

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Session(RowEdits):
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
        self.store_problem: FtuiError | None = None
        """Why the store of earlier sessions cannot be used; the rows can be read all the same."""
        self._lock = threading.RLock()
        self._saving = threading.Lock()
        self._location: Location = locate(dataset.root)
        self._journal: Journal | None = None
        self._state: SessionState | None = None
        self._states: dict[str, FileState] = {}
        self._force = InForce(dataset)
        self._claims = Claims(self._location.locks)
        self._unsaved: dict[tuple[int, int, int], int] = {}

    # Opening and closing

    @classmethod
    def open(cls, dataset: Dataset, *, read_only: bool = False) -> Session:
        """Begin work on a dataset. Nothing is written before the first edit; raises FtuiError."""
        session = cls(dataset, read_only=read_only)
        if session._location.journal.exists():
            try:
                session._look_into_store()
            except FtuiError as error:
                session.store_problem = error
        if not read_only:
            for document in dataset.documents:
                remove_leftovers(document.path)
        return session

    @property
    def ticket(self) -> Ticket:
        """What a Mirror in another process needs to show what is here now."""
        with self._lock:
            documents = self.dataset.documents
            paths = [str(document.path) for document in documents]
            bases = {path: self._states[path].base_path if path in self._states else path for path in paths}
            versions = {
                path: (self._states[path].base if path in self._states else document.base).dump()
                for path, document in zip(paths, documents, strict=True)
            }
            if self._journal is None:
                return Ticket("", 0, 0, bases, versions)
            # Without a session of our own, the journal still has the acceptances of earlier ones.
            number = self._state.id if self._state else 0
            return Ticket(str(self._journal.path), number, self.cursor, bases, versions)

    def close(self, *, discard: bool = False) -> None:
        """End the work. Unsaved edits are offered at the next start, unless they are to be discarded."""
        with self._saving, self._lock:
            try:
                if self._journal and self._state and not self.read_only:
                    done = [s.id for path, s in self._states.items() if discard or not self._unsaved_in(path)]
                    if self._journal.close_files(self._state.id, done):
                        self._claims.forget_session(self._state.id)
            finally:
                self._claims.release()
                if self.resume:
                    self.resume.lock.release()
                    self.resume = None
                if self._journal:
                    self._journal.close()
                    self._journal = None

    # Steps

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
            made = steps.prepared(self.dataset, changes, self._force.accepted, self._force.reviews.has)
            if not made:
                return None
            entry = Entry(title, tuple(made), kind, code, details=dict(details or {}))
            entry = journal.append(state.id, self.cursor, entry)
            self._states = {
                path: replace(file, saved=LOST) if file.saved > self.cursor else file
                for path, file in self._states.items()
            }
            self._force.push(entry)
        self._tell(entry, undone=False)
        return entry

    def undo(self) -> Entry | None:
        """Take the last step back; None at the beginning."""
        with self._lock:
            if not self._force.entries:
                return None
            journal, state = self._ready()
            journal.move(state.id, self._force.before, self._force.entries[-1], undone=True)
            entry = self._force.pop()
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
            self._force.push(entry)
        self._tell(entry, undone=False)
        return entry

    # Acceptances and reviewed marks

    @property
    def accepted(self) -> Mapping[str, str]:
        """Accepted findings: key to reason."""
        return self._force.accepted

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
        return self._force.reviews.has(file, rid)

    def reviewed_rows(self, file: int) -> NDArray[np.int64]:
        """The reviewed rows of a file that are known so far, ascending."""
        return self._force.reviews.rows(file)

    # Where we are

    @property
    def cursor(self) -> int:
        """The number of the last step in force; 0 at the beginning."""
        return self._force.cursor

    @property
    def history(self) -> Sequence[Entry]:
        """The steps in force, oldest first."""
        return tuple(self._force.entries)

    @property
    def dirty(self) -> bool:
        """Whether some file differs from what was last saved."""
        return any(self._unsaved_in(path) for path in self._states)

    @property
    def unsaved(self) -> int:
        """How many steps a save would write, or take back."""
        return max((self._unsaved_in(path) for path in self._states), default=0)

    def held_elsewhere(self) -> dict[int, int]:
        """Files that another ftui holds with edits, and the number of that process; saving them is refused."""
        if self._state is None:
            return {}
        holders = {
            file: self._claims.holder(document) for file, document in enumerate(self.dataset.documents)
        }
        return {file: pid for file, pid in holders.items() if pid}

    def dirty_files(self) -> list[int]:
        """The files that differ from what was last saved."""
        return [
            i for i, document in enumerate(self.dataset.documents) if self._unsaved_in(str(document.path))
        ]

    # Saving

    def save(
        self, progress: Progress = no_progress, cancelled: Cancelled = never, *, overwrite: bool = False
    ) -> list[Saved]:
        """Write every file that has unsaved edits; edits made meanwhile stay unsaved.

        Raises Conflict when a file changed on disk (unless `overwrite`) or another ftui holds it, WriteCancelled,
        and FtuiError; the file in question is then as it was, and every edit stays in the journal.
        """
        with self._saving:
            documents = [self.dataset.documents[i] for i in self.dirty_files()]
            for document in documents:
                self._claims.require(document)
            return [
                self._save_one(document, progress, cancelled, overwrite=overwrite) for document in documents
            ]

    def save_as(
        self, file: int, path: Path, progress: Progress = no_progress, cancelled: Cancelled = never
    ) -> Saved:
        """Write a file as it is now under another name; the session goes on with the file that it has open."""
        with self._lock:
            frozen = self.dataset.documents[file].snapshot()
        return write_copy(frozen, path, progress, cancelled)

    def export(
        self, path: Path, rows: Iterable[tuple[int, RowId]], progress: Progress = no_progress
    ) -> Saved:
        """Write some rows, byte for byte, into a new file: of the same format when they come from one file."""
        return export_rows(self.dataset, path, rows, progress)

    # Earlier edits, and files that changed

    def resume_accept(self, progress: Progress = no_progress, cancelled: Cancelled = never) -> ReplayReport:
        """Take up the unsaved edits that `resume` offers. The documents may read other bytes afterwards."""
        with self._lock:
            offer, journal = self.resume, self._journal
            if offer is None or journal is None or self._state is not None:
                raise FtuiError("there is nothing to resume", "edits made since then are in the way")
            state, report = resume.take_up(journal, offer, self.dataset, progress, cancelled)
            self.resume = None
            if state.id == offer.state.id:
                self._claims.take_over(offer.lock)
            else:
                self._claims.hold_session(state.id)
                offer.lock.release()
            self._go_on_with(journal, state)
            return report

    def resume_discard(self) -> None:
        """Forget the unsaved edits that `resume` offers."""
        with self._lock:
            if self.resume and self._journal:
                resume.discard(self._journal, self.resume, self.dataset)
                self.resume = None

    def reload_and_replay(
        self, progress: Progress = no_progress, cancelled: Cancelled = never
    ) -> ReplayReport:
        """Read the files that changed on disk anew and make the unsaved edits again, on rows found by content."""
        with self._saving, self._lock:
            journal, state = self._ready()
            state = journal.session(state.id)
            fresh, report = resume.reload(journal, state, self.dataset, progress, cancelled)
            self._claims.hold_session(fresh.id)
            self._go_on_with(journal, fresh)
            return report

    # Inside

    def _look_into_store(self) -> None:
        self._journal = Journal(self._location.journal, read_only=self.read_only)
        self._force.load(self._journal)
        if not self.read_only:
            self.resume = resume.find(self._journal, self._location, self.dataset)

    def _tell(self, entry: Entry, *, undone: bool) -> None:
        for callback in list(self.on_change):
            callback(entry, undone)

    def _ready(self) -> tuple[Journal, SessionState]:
        """The journal and our session in it, made at the first edit: looking at a file leaves nothing behind."""
        if self.read_only:
            raise FtuiError("this session only reads", "open the files in the app to change them")
        if self._state is None:
            for document in self.dataset.documents:
                if not storable(str(document.path)):
                    name = document.display_path
                    raise FtuiError(f"{name}: its name is not UTF-8, so no edits can be kept", "rename it")
            self._location = prepare(self.dataset.root)
            self._claims.folder = self._location.locks
            if self._journal is None:
                self._journal = Journal(self._location.journal)
                self._force.load(self._journal)
            files = [FileState.of(str(d.path), d.base) for d in self.dataset.documents]
            self._state = self._journal.start(files)
            self._states = {file.path: file for file in self._state.files}
            self._claims.hold_session(self._state.id)
            for document in self.dataset.documents:
                self._claims.holder(document)
        assert self._journal is not None
        return self._journal, self._state

    def _go_on_with(self, journal: Journal, state: SessionState) -> None:
        """Make a session of the journal ours: its files, and its entries up to the cursor."""
        self._state = state
        self._states = {file.path: file for file in state.files}
        self._unsaved.clear()
        self._force.start_over(journal, journal.entries(state.id, 0, state.cursor))
        for document in self.dataset.documents:
            self._claims.holder(document)

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
            at = self._force.entries[-1].at if self._force.entries else ""
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
                self._force.reviews.renew(journal, document)
            except FtuiError as error:
                saved = replace(saved, warnings=(*saved.warnings, f"reviewed marks: {error.message}"))
        with suppress(OSError):
            prune_backups(self._location.backups, document.path.resolve(), journal.base_paths())
        return saved
