"""The edit journal: every step of undo in SQLite before anything in memory changes."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ftui.store import columns, derived, file_states
from ftui.store.entry import Accepted, Entry
from ftui.store.file_states import LOST, FileState, Pending, storable
from ftui.store.schema import connect, connect_reading, store_error


@dataclass(frozen=True, slots=True)
class SessionState:
    """A session as the journal has it; `files` are those not closed."""

    id: int
    opened: str
    cursor: int
    files: tuple[FileState, ...]


class Journal:
    """One journal file. Safe from several threads; several processes may have it open.

    Every method that changes it is one transaction, on disk when it returns; a failure raises FtuiError and
    leaves it as it was.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._db = connect_reading(path) if read_only else connect(path)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    # Sessions

    def start(self, files: Iterable[FileState], opened: str = "") -> SessionState:
        """A new session over some files; their ids are given here."""
        with self._transaction() as db:
            session = db.execute(
                "INSERT INTO sessions (opened, cursor) VALUES (?, 0)", (opened or now(),)
            ).lastrowid
            for file in files:
                file_states.insert(db, session or 0, file)
        return self.session(session or 0)

    def add_files(self, session: int, files: Iterable[FileState]) -> SessionState:
        """Further files of a session that was taken up again."""
        with self._transaction() as db:
            for file in files:
                file_states.insert(db, session, file)
        return self.session(session)

    def session(self, session: int) -> SessionState:
        """One session; raises KeyError when there is none."""
        head = self._read("SELECT opened, cursor FROM sessions WHERE id=?", session)
        if not head:
            raise KeyError(session)
        rows = self._read(
            f"SELECT {file_states.COLUMNS} FROM files WHERE session=? AND closed=0 ORDER BY id", session
        )
        return SessionState(session, head[0][0], head[0][1], tuple(file_states.state_of(row) for row in rows))

    def sessions_of(self, paths: Sequence[str]) -> list[SessionState]:
        """Sessions that have one of these files and were not closed, the newest first."""
        paths = [path for path in paths if storable(path)]
        marks = ",".join("?" * len(paths))
        query = (
            f"SELECT DISTINCT session FROM files WHERE closed=0 AND path IN ({marks}) ORDER BY session DESC"
        )
        return [self.session(row[0]) for row in self._read(query, *paths)]

    def close_files(self, session: int, files: Iterable[int], *, keep: bool = False) -> bool:
        """Take files out of a session; with the last one it is forgotten (True), but not what it accepted.

        With `keep` the entries stay in the store, though no session will offer them again.
        """
        with self._transaction() as db:
            return file_states.close(db, session, files, keep=keep)

    def base_paths(self) -> set[Path]:
        """The files and backups that unfinished sessions still need."""
        return {Path(row[0]) for row in self._read("SELECT base_path FROM files WHERE closed=0")}

    # Entries

    def append(self, session: int, cursor: int, entry: Entry) -> Entry:
        """Write an entry after `cursor` and move the cursor to it; entries undone before are dropped."""
        with self._transaction() as db:
            added = self._append(db, session, cursor, entry)
            self._set_cursor(db, session, added.sequence)
            derived.apply(db, entry, undone=False, at=now())
        return added

    def carry_on(
        self, old: SessionState, files: Iterable[FileState], entries: Iterable[Entry], *, keep: bool
    ) -> SessionState:
        """A new session with these entries in the place of files of an old one: a replay on a changed file.

        With `keep` the old entries stay in the store.
        """
        with self._transaction() as db:
            file_states.close(db, old.id, (file.id for file in old.files), keep=keep)
            query = "INSERT INTO sessions (opened, cursor) VALUES (?, 0)"
            session = db.execute(query, (old.opened,)).lastrowid or 0
            for file in files:
                file_states.insert(db, session, file)
            count = 0
            for count, entry in enumerate(entries, 1):
                self._append(db, session, count - 1, entry)
            self._set_cursor(db, session, count)
        return self.session(session)

    def move(self, session: int, cursor: int, passed: Entry, *, undone: bool) -> None:
        """Move the cursor over an entry: back when undone, else forward."""
        with self._transaction() as db:
            self._set_cursor(db, session, cursor)
            derived.apply(db, passed, undone=undone, at=now())

    def entries(self, session: int, after: int = 0, upto: int | None = None) -> Iterator[Entry]:
        """Entries after..upto in order; changes of files that were closed are left out."""
        last = self.last(session) if upto is None else upto
        for sequence in range(after + 1, last + 1):
            entry = self.entry(session, sequence)
            if entry and entry.changes:
                yield entry

    def entry(self, session: int, sequence: int) -> Entry | None:
        """One entry, None past the end."""
        query = "SELECT title, kind, code, details, at FROM entries WHERE session=? AND sequence=?"
        head = self._read(query, session, sequence)
        if not head:
            return None
        rows = self._read(
            "SELECT c.kind, c.payload, f.path FROM changes c LEFT JOIN files f ON f.id = c.file"
            " WHERE c.session=? AND c.sequence=? AND (f.closed IS NULL OR f.closed=0) ORDER BY c.ordinal",
            session,
            sequence,
        )
        changes = tuple(columns.decode(kind, payload, path or "") for kind, payload, path in rows)
        title, kind, code, details, at = head[0]
        return Entry(title, changes, kind, code, sequence, at, json.loads(details))

    def heads(self, session: int, upto: int) -> set[tuple[int, str]]:
        """(sequence, when) of the entries up to a cursor: which steps another process still has in force."""
        query = "SELECT sequence, at FROM entries WHERE session=? AND sequence<=?"
        return {(int(sequence), str(at)) for sequence, at in self._read(query, session, upto)}

    def last(self, session: int) -> int:
        """The number of the newest entry, undone ones included."""
        return int(self._read("SELECT max(sequence) FROM entries WHERE session=?", session)[0][0] or 0)

    def editing(self, session: int, file: int, after: int, upto: int) -> int:
        """How many entries after..upto change rows of a file."""
        query = (
            "SELECT count(DISTINCT sequence) FROM changes WHERE session=? AND file=?"
            " AND sequence>? AND sequence<=? AND kind NOT IN ('accepted', 'marked')"
        )
        return int(self._read(query, session, file, after, upto)[0][0])

    def latest(self, session: int, upto: int) -> str:
        """When the newest entry up to a cursor was made; empty without one."""
        row = self._read("SELECT max(at) FROM entries WHERE session=? AND sequence<=?", session, upto)[0]
        return row[0] or ""

    # Saves

    def begin_save(self, session: int, file: FileState, pending: Pending, at: str) -> FileState:
        """Write down that a save is about to replace a file, so that a crash at the rename is understood.

        `at` is when the entry at the saved cursor was made: steps may have been dropped while the save was writing.
        """
        with self._transaction() as db:
            query = "SELECT 1 FROM entries WHERE session=? AND sequence=? AND at=?"
            there = pending.saved == 0 or db.execute(query, (session, pending.saved, at)).fetchone()
            known = file_states.read(db, file.id)
            if known.pending and known.pending.disk == file.disk:
                known = known.settled()  # its own end could not be written down
            noted = replace(known, pending=pending if there else pending._replace(saved=LOST))
            file_states.update(db, noted)
        return noted

    def end_save(self, file: FileState, *, done: bool) -> FileState:
        """Write down that the pending save of a file happened, or that it did not."""
        with self._transaction() as db:
            noted = file_states.read(db, file.id)
            ended = noted.settled() if done else replace(noted, pending=None)
            file_states.update(db, ended)
        return ended

    # Acceptances and reviews

    def acceptances(self) -> dict[str, derived.Acceptance]:
        """All accepted findings by key."""
        with self._lock:
            return derived.acceptances(self._db)

    def reviews(self, path: str) -> set[bytes]:
        """The hashes of the rows of a file that were marked as reviewed."""
        with self._lock:
            return derived.reviews(self._db, path) if storable(path) else set()

    def renew_reviews(self, path: str, pairs: Iterable[tuple[bytes, bytes]]) -> None:
        """Let reviewed marks follow rows that were edited: (hash when marked, hash now)."""
        with self._transaction() as db:
            derived.renew(db, path, pairs, now())

    # Inside

    def _append(self, db: sqlite3.Connection, session: int, cursor: int, entry: Entry) -> Entry:
        db.execute("DELETE FROM changes WHERE session=? AND sequence>?", (session, cursor))
        db.execute("DELETE FROM entries WHERE session=? AND sequence>?", (session, cursor))
        file_states.lose_saved(db, session, cursor)
        sequence = cursor + 1
        at = entry.at or now()
        head = (session, sequence, entry.title, entry.kind, entry.code, json.dumps(entry.details), at)
        db.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?)", head)
        ids = dict(
            db.execute("SELECT path, id FROM files WHERE session=? AND closed=0", (session,)).fetchall()
        )
        for ordinal, change in enumerate(entry.changes):
            kind, payload = columns.encode(change)
            file = None if isinstance(change, Accepted) else ids[change.path]
            db.execute(
                "INSERT INTO changes VALUES (?,?,?,?,?,?)", (session, sequence, ordinal, file, kind, payload)
            )
        return replace(entry, sequence=sequence, at=at)

    def _set_cursor(self, db: sqlite3.Connection, session: int, cursor: int) -> None:
        db.execute("UPDATE sessions SET cursor=? WHERE id=?", (cursor, session))

    def _read(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._db.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise store_error(self.path, error) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise store_error(self.path, error) from error
            except BaseException:
                self._roll_back()
                raise

    def _roll_back(self) -> None:
        # After a full disk SQLite may have rolled back by itself; a second ROLLBACK is then the error.
        with suppress(sqlite3.Error):
            self._db.execute("ROLLBACK")


def now() -> str:
    """This moment as the store writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
