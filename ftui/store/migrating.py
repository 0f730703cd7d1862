"""How a database of ours is brought up to date: numbered scripts, applied once each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from ftui.project.errors import FtuiError


def migrate(path: Path, db: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Apply the scripts that this database has not seen, all or none of them.

    Raises FtuiError for a database that a newer ftui wrote, and sqlite3.Error.
    """
    if schema_version(path, db, migrations) == len(migrations):
        return
    db.execute("BEGIN IMMEDIATE")
    # Another process may have done it while this one waited for its turn.
    for script in migrations[schema_version(path, db, migrations) :]:
        for statement in _statements(script):
            db.execute(statement)
    db.execute(f"PRAGMA user_version={len(migrations)}")
    db.execute("COMMIT")


def schema_version(path: Path, db: sqlite3.Connection, migrations: Sequence[str]) -> int:
    """How many of the scripts it has seen; raises FtuiError for more than there are."""
    done = int(db.execute("PRAGMA user_version").fetchone()[0])
    if done > len(migrations):
        raise FtuiError(f"{path} was written by a newer ftui (schema {done})", "update ftui")
    return done


def _statements(script: str) -> Iterator[str]:
    """One by one: `executescript` would end the transaction before it begins."""
    written = ""
    for part in script.split(";"):
        written += f"{part};"
        if sqlite3.complete_statement(written):
            yield written
            written = ""
