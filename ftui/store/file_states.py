"""The files of a session in the journal: what of each is saved, and the save that is under way."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ftui.store.fingerprint import Fingerprint

LOST = -1
"""Saved cursor of a file whose state on disk left the journal: undone past a save, then edited anew."""
COLUMNS = "id, path, base_path, base, disk, saved, pending"
"""Of the table of files, as `state_of` reads them."""
_CLOSED, _KEPT = 1, 2


class Pending(NamedTuple):
    """A save under way: what a file's state will be once the rename is done."""

    disk: Fingerprint
    saved: int
    base_path: str
    base: Fingerprint


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of a session: the bytes its row numbers refer to, and what must stand on disk."""

    id: int
    path: str
    base_path: str
    base: Fingerprint
    disk: Fingerprint
    saved: int = 0
    pending: Pending | None = None

    @classmethod
    def of(cls, path: str, opened: Fingerprint) -> FileState:
        """A file that was just opened."""
        return cls(0, path, path, opened, opened)

    def settled(self) -> FileState:
        """The state once the pending save has happened."""
        if self.pending is None:
            return self
        return replace(self, **self.pending._asdict(), pending=None)


def storable(path: str) -> bool:
    """Whether a path is UTF-8, as the store keeps it; others come from foreign systems, with surrogates for bytes."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def state_of(row: tuple[Any, ...]) -> FileState:
    """A file from its `COLUMNS`."""
    id_, path, base_path, base, disk, saved, text = row
    pending = None
    if text:
        disk_, saved_, base_path_, base_ = json.loads(text)
        pending = Pending(Fingerprint(*disk_), saved_, base_path_, Fingerprint(*base_))
    return FileState(id_, path, base_path, Fingerprint.load(base), Fingerprint.load(disk), saved, pending)


def read(db: sqlite3.Connection, file: int) -> FileState:
    """One file of any session."""
    return state_of(db.execute(f"SELECT {COLUMNS} FROM files WHERE id=?", (file,)).fetchone())


def insert(db: sqlite3.Connection, session: int, file: FileState) -> None:
    """Add a file to a session; the table gives its id."""
    db.execute(
        "INSERT INTO files (session, path, base_path, base, disk, saved) VALUES (?,?,?,?,?,?)",
        (session, file.path, file.base_path, file.base.dump(), file.disk.dump(), file.saved),
    )


def update(db: sqlite3.Connection, file: FileState) -> None:
    """Write what is known of a file now."""
    pending = None if file.pending is None else json.dumps(file.pending)
    state = (file.base_path, file.base.dump(), file.disk.dump(), file.saved, pending, file.id)
    db.execute("UPDATE files SET base_path=?, base=?, disk=?, saved=?, pending=? WHERE id=?", state)


def lose_saved(db: sqlite3.Connection, session: int, cursor: int) -> None:
    """Steps after the cursor are dropped: a state saved with them, or being saved, is no cursor any more."""
    db.execute("UPDATE files SET saved=? WHERE session=? AND saved>?", (LOST, session, cursor))
    query = f"SELECT {COLUMNS} FROM files WHERE session=? AND pending IS NOT NULL"
    for row in db.execute(query, (session,)).fetchall():
        file = state_of(row)
        if file.pending and file.pending.saved > cursor:
            update(db, replace(file, pending=file.pending._replace(saved=LOST)))


def close(db: sqlite3.Connection, session: int, files: Iterable[int], *, keep: bool) -> bool:
    """Take files out of a session; with the last one, unless it is to be kept, the session goes (True)."""
    state = _KEPT if keep else _CLOSED
    db.executemany("UPDATE files SET closed=? WHERE id=?", [(state, file) for file in files])
    if db.execute("SELECT 1 FROM files WHERE session=? AND closed<>?", (session, _CLOSED)).fetchone():
        return False
    for table in ("changes", "entries", "files"):
        db.execute(f"DELETE FROM {table} WHERE session=?", (session,))
    db.execute("DELETE FROM sessions WHERE id=?", (session,))
    return True
