"""What follows from the entries and outlives them: accepted findings, and rows marked as reviewed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ftui.store.entry import HASH_SIZE, Accepted, Entry, Marked


class Acceptance(NamedTuple):
    """A finding that a person decided to live with."""

    code: str
    reason: str
    at: str
    """ISO 8601, UTC."""


def apply(db: sqlite3.Connection, entry: Entry, *, undone: bool, at: str) -> None:
    """Bring the tables in line with an entry that was made, redone or undone; part of its transaction."""
    for change in entry.changes:
        if isinstance(change, Accepted):
            reason = change.previous if undone else change.reason
            if reason is None:
                db.execute("DELETE FROM acceptances WHERE key=?", (change.key,))
            else:
                row = (change.key, change.code, reason, at)
                db.execute("INSERT OR REPLACE INTO acceptances VALUES (?,?,?,?)", row)
        elif isinstance(change, Marked):
            _mark(db, change, change.reviewed != undone, at)


def acceptances(db: sqlite3.Connection) -> dict[str, Acceptance]:
    """All accepted findings by key."""
    rows = db.execute("SELECT key, code, reason, at FROM acceptances").fetchall()
    return {key: Acceptance(*rest) for key, *rest in rows}


def reviews(db: sqlite3.Connection, path: str) -> set[bytes]:
    """The content hashes of a file's reviewed rows."""
    return {row[0] for row in db.execute("SELECT hash FROM reviews WHERE path=?", (path,))}


def renew(db: sqlite3.Connection, path: str, pairs: Iterable[tuple[bytes, bytes]], at: str) -> None:
    """Give marks the hash that their row has now."""
    pairs = list(pairs)
    db.executemany("DELETE FROM reviews WHERE path=? AND hash=?", [(path, old) for old, _ in pairs])
    db.executemany("INSERT OR IGNORE INTO reviews VALUES (?,?,?)", [(path, new, at) for _, new in pairs])


def _mark(db: sqlite3.Connection, change: Marked, on: bool, at: str) -> None:
    if on:
        rows = ((change.path, digest, at) for digest in _hashes(change.before))
        db.executemany("INSERT OR IGNORE INTO reviews VALUES (?,?,?)", rows)
    else:
        pairs = ((change.path, digest) for digest in _hashes(change.before))
        db.executemany("DELETE FROM reviews WHERE path=? AND hash=?", pairs)


def _hashes(joined: bytes) -> Iterator[bytes]:
    return (joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE))
