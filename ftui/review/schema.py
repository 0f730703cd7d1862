"""The tables of a review, and how an older file is brought up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.store.migrating import migrate

MIGRATIONS: tuple[str, ...] = (
    """
    -- plan, settings by model, the person's filters: small JSON values by name.
    CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE prompts (
        prompt_id TEXT NOT NULL, stratum TEXT NOT NULL, ordinal INTEGER NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (prompt_id, stratum)) WITHOUT ROWID;
    CREATE TABLE models (name TEXT PRIMARY KEY, ordinal INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
    -- value: the sample as JSON, but for its flags, which are looked for after it.
    CREATE TABLE samples (
        sample_id TEXT PRIMARY KEY, prompt_id TEXT NOT NULL, stratum TEXT NOT NULL, model TEXT NOT NULL,
        page TEXT NOT NULL, ordinal INTEGER NOT NULL, prompt_hash BLOB NOT NULL, output_hash BLOB NOT NULL,
        stop_reason TEXT NOT NULL, value TEXT NOT NULL, flags TEXT);
    CREATE INDEX samples_by_prompt ON samples (prompt_id, model, ordinal);
    CREATE INDEX samples_by_output ON samples (prompt_hash, output_hash);
    -- The log of what reviewers said. Nothing is removed: undo writes a line with `undoes`.
    -- Kept by the hashes of prompt and output, so that a judgement outlives the sample it was given to.
    CREATE TABLE judgements (
        id INTEGER PRIMARY KEY AUTOINCREMENT, reviewer TEXT NOT NULL, at TEXT NOT NULL,
        prompt_hash BLOB NOT NULL, output_hash BLOB NOT NULL, verdict TEXT NOT NULL, scores TEXT NOT NULL,
        flagged INTEGER NOT NULL, note TEXT NOT NULL, seconds REAL, undoes INTEGER);
    CREATE INDEX judgements_by_output ON judgements (prompt_hash, output_hash);
    CREATE TABLE votes (
        id INTEGER PRIMARY KEY AUTOINCREMENT, reviewer TEXT NOT NULL, at TEXT NOT NULL,
        prompt_hash BLOB NOT NULL, shown TEXT NOT NULL, winner TEXT NOT NULL, note TEXT NOT NULL,
        seconds REAL, repeat_of INTEGER, undoes INTEGER);
    CREATE INDEX votes_by_prompt ON votes (prompt_hash);
    """,
    """
    -- The text that a reviewer put in the place of an output; with the output, a preference pair.
    ALTER TABLE judgements ADD COLUMN correction TEXT;
    """,
    """
    -- The next ordinal is asked for at every sample: without an index that reads all before it.
    CREATE INDEX samples_in_order ON samples (ordinal);
    """,
)
MOVE_AWAY = "move it away, then sample again; `sqlite3 FILE .recover` may save judgements of a broken one"


def connect(path: Path) -> sqlite3.Connection:
    """Open a review and bring its schema up to date. Raises FtuiError, also for one that a newer ftui wrote."""
    if path.is_symlink():
        raise FtuiError(f"{path} is a symlink, which ftui never makes", "remove it")
    try:
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            # A vote that was shown as kept must survive a power cut.
            db.execute("PRAGMA synchronous=FULL")
            migrate(path, db, MIGRATIONS)
        except BaseException:
            db.close()
            raise
    except sqlite3.Error as error:
        raise review_error(path, error) from error
    return db


def review_error(path: Path, error: sqlite3.Error) -> FtuiError:
    """What a person reads when a review cannot be read or written."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return FtuiError(
            f"{path} is no review, or a broken one: {error}",
            MOVE_AWAY,
        )
    return FtuiError(
        f"the review could not be kept: {error} ({path})",
        "free some space or mend the permissions of that folder; what was judged before is safe",
    )
