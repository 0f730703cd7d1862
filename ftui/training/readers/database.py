"""SQLite databases that hold the runs of a project, read while their writer goes on writing."""

from __future__ import annotations

import sqlite3
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, unquote

from ftui.training.readers.reader import WholeReader, file_state
from ftui.training.record import Record

_MAGIC = b"SQLite format 3\0"
MOST_RUNS = 200
"""Of one database; the newest."""
_BUSY_S = 0.5
_PAGE = 50_000
"""Rows of one query: reading them keeps the trainer from writing for 0.1 s, and half a million would for a second."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run in a database."""

    key: str
    name: str


class DatabaseReader(WholeReader):
    """One run of a database: `metrics.db/KEY`; without a key the newest. Never writes."""

    tables: ClassVar[dict[str, frozenset[str]]]
    """Tables and columns by which the database is known."""

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:
        if not head.startswith(_MAGIC):
            return 0.0
        with opened(path) as db:
            return 1.0 if db is not None and cls.fits(db) else 0.0

    @classmethod
    def fits(cls, db: sqlite3.Connection) -> bool:
        """Whether the database has this writer's tables."""
        return all(columns <= columns_of(db, table) for table, columns in cls.tables.items())

    @classmethod
    def runs(cls, path: Path) -> list[StoredRun]:
        """The runs of a database, the newest first; empty where it cannot be read now."""
        with opened(path) as db:
            if db is None:
                return []
            try:
                return cls.stored(db)[:MOST_RUNS]
            except sqlite3.Error:
                return []

    def state(self) -> object:
        database = place(self.path)[0]
        found = file_state(database)
        return None if found is None else (found, file_state(Path(f"{database}-wal")))

    def load(self) -> list[Record]:
        database, key = place(self.path)
        with opened(database) as db:
            if db is None:
                return []
            try:
                if key is None:
                    stored = self.stored(db)
                    key = stored[0].key if stored else ""
                return self.records(db, key)
            except (sqlite3.Error, OverflowError):
                # Locked, or damaged: the next change is another chance.
                return []

    @classmethod
    @abstractmethod
    def stored(cls, db: sqlite3.Connection) -> list[StoredRun]:
        """The runs, the newest first. Raises sqlite3.Error."""

    @abstractmethod
    def records(self, db: sqlite3.Connection, key: str) -> list[Record]:
        """What is stored of one run; its facts are taken too. Raises sqlite3.Error."""


def run_path(database: Path, key: str) -> Path:
    """The path by which a run in a database is named."""
    return database / quote(key, safe="")


def place(path: Path) -> tuple[Path, str | None]:
    """The database, and the run in it that a path names; None: none."""
    return (path.parent, unquote(path.name)) if path.parent.is_file() else (path, None)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection | None]:
    """The database, for reading only; None where it cannot be opened.

    A database in WAL mode whose log is not there has no writer now. SQLite would still put two files beside it, so it
    is read as it stands.
    """
    connection = None
    at_rest = _keeps_log(path) and file_state(Path(f"{path}-wal")) is None
    try:
        address = f"{path.absolute().as_uri()}?{'immutable=1' if at_rest else 'mode=ro'}"
        connection = sqlite3.connect(address, uri=True, timeout=_BUSY_S)
        connection.text_factory = _lenient
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except (sqlite3.Error, ValueError):
        if connection is not None:
            connection.close()
        yield None
        return
    with closing(connection):
        yield connection


def _keeps_log(path: Path) -> bool:
    """Whether the database is in WAL mode: byte 18 of its header is 2 (sqlite.org/fileformat2.html)."""
    try:
        with path.open("rb") as file:
            return file.read(20)[18:19] == b"\2"
    except (OSError, ValueError):
        return False


def columns_of(db: sqlite3.Connection, table: str) -> frozenset[str]:
    """The columns of a table; none where there is no such table."""
    try:
        return frozenset(str(row[1]) for row in db.execute("SELECT * FROM pragma_table_info(?)", (table,)))
    except (sqlite3.Error, IndexError):
        return frozenset()


def rows_of(
    db: sqlite3.Connection, table: str, columns: str, key_column: str, key: str, most: int
) -> Iterator[tuple[Any, ...]]:
    """The rows of one run in the order they were written, page by page; between two pages nothing is locked.

    Raises sqlite3.Error.
    """
    last = -1
    query = (
        f"SELECT rowid, {columns} FROM {table} WHERE {key_column} = ? AND rowid > ? ORDER BY rowid LIMIT ?"
    )
    while most > 0:
        page = db.execute(query, (key, last, min(_PAGE, most))).fetchall()
        for row in page:
            yield row[1:]
        if len(page) < _PAGE:
            return
        most -= len(page)
        last = page[-1][0]


def _lenient(data: bytes) -> str:
    return data.decode("utf-8", "replace")
