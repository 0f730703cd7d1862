"""The SQLite file of a review: opening it, all-or-nothing writes, and faults in the words of a person."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from ftui.project.errors import FtuiError
from ftui.review.schema import MOVE_AWAY, connect, review_error

T = TypeVar("T")
FILE = "review.sqlite"


class ReviewFile:
    """The file, and small values by name in it. Raises FtuiError where it cannot be read or written."""

    def __init__(self, folder: Path, db: sqlite3.Connection) -> None:
        self.folder = folder
        self._db = db
        # The threads of a job share the connection; a transaction is one thread's.
        self._lock = threading.RLock()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """The review of a folder, made where there is none yet."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FtuiError(f"{folder}: {error.strerror}", "name another folder with --review") from error
        return cls(folder, connect(folder / FILE))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The review of a folder that has one."""
        if not (folder / FILE).is_file():
            raise FtuiError(
                f"{folder} holds no review", "sample some outputs first: ftui sample --model NAME=FILE.gguf"
            )
        return cls(folder, connect(folder / FILE))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    # Notes

    def note(self, name: str) -> Any:
        """A JSON value by name; None where there is none."""
        found = self._rows("SELECT value FROM notes WHERE name = ?", (name,))
        return self._read(json.loads, found[0][0]) if found else None

    def set_note(self, name: str, value: Any) -> None:
        """Keep a JSON value."""
        with self._writing():
            self._db.execute("REPLACE INTO notes VALUES (?, ?)", (name, json.dumps(value)))

    @property
    def version(self) -> int:
        """Another number after each change that another connection made."""
        return int(self._rows("PRAGMA data_version")[0][0])

    def _rows(self, query: str, values: Any = ()) -> list[Any]:
        try:
            with self._lock:
                return self._db.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise review_error(self.folder / FILE, error) from error

    def _read(self, load: Callable[..., T], *written: str | None) -> T:
        """A value of the file, which may be anybody's."""
        try:
            return load(*written)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise FtuiError(
                f"{self.folder / FILE} is no review, or a broken one: a value has another form", MOVE_AWAY
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All or nothing."""
        try:
            with self._lock:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self._db.execute("COMMIT")
                except BaseException:
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise review_error(self.folder / FILE, error) from error


def now() -> str:
    """The moment, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
