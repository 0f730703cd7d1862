"""The tables of the journal, and how an older file is brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.store.migrating import migrate, schema_version

MIGRATIONS: tuple[str, ...] = (
    """
    -- One run of the app over some files; it ends when none of them has anything unsaved.
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, opened TEXT NOT NULL, cursor INTEGER NOT NULL);
    -- base: the bytes that row numbers refer to, at base_path (a backup after a save). disk: what must stand
    -- at path. saved: the cursor whose state that is (-1: it left the journal). pending: a save under way.
    CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER NOT NULL, path TEXT NOT NULL,
        base_path TEXT NOT NULL, base TEXT NOT NULL, disk TEXT NOT NULL, saved INTEGER NOT NULL,
        pending TEXT, closed INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX files_by_path ON files (path, closed);
    CREATE TABLE entries (
        session INTEGER NOT NULL, sequence INTEGER NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL,
        code TEXT NOT NULL, details TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (session, sequence)) WITHOUT ROWID;
    CREATE TABLE changes (
        session INTEGER NOT NULL, sequence INTEGER NOT NULL, ordinal INTEGER NOT NULL,
        file INTEGER, kind TEXT NOT NULL, payload BLOB NOT NULL);
    CREATE INDEX changes_by_entry ON changes (session, sequence, ordinal);
    -- Both follow from the entries, and outlive them.
    CREATE TABLE acceptances (
        key TEXT PRIMARY KEY, code TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL);
    CREATE TABLE reviews (path TEXT NOT NULL, hash BLOB NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (path, hash)) WITHOUT ROWID;
    """,
)


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal and bring its schema up to date.

    A file that is no database is moved aside, never removed. Raises FtuiError for one of a newer ftui, and for a
    symlink: a folder of data may come from anybody, and this one would have us write to another database.
    """
    if path.is_symlink():
        raise FtuiError(f"{path} is a symlink, which ftui never makes", "remove it")
    try:
        return _open(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) or not path.exists():
            raise store_error(path, error) from error
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    path.rename(path.with_name(f"{path.name}.unreadable-{moment}"))
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
    try:
        return _open(path)
    except sqlite3.Error as error:
        raise store_error(path, error) from error


def connect_reading(path: Path) -> sqlite3.Connection:
    """Open the journal without the right to change it; raises FtuiError."""
    try:
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, timeout=5
        )
        schema_version(path, db, MIGRATIONS)
    except sqlite3.Error as error:
        raise store_error(path, error) from error
    return db


def store_error(path: Path, error: sqlite3.Error) -> FtuiError:
    """What a person reads when the store cannot be used."""
    return FtuiError(
        f"the edit could not be kept: {error} ({path})",
        "free some space or mend the permissions of that folder; nothing was changed",
    )


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        db.execute("PRAGMA journal_mode=WAL")
        # NORMAL may lose the last transactions at a power cut; an edit shown as kept must survive that too.
        db.execute("PRAGMA synchronous=FULL")
        migrate(path, db, MIGRATIONS)
    except BaseException:
        db.close()
        raise
    return db
