"""Trackio's database of a project: a row a logging call, its metrics as JSON (trackio/sqlite_storage.py)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from ftui.training.readers.config import take_config
from ftui.training.readers.database import DatabaseReader, StoredRun, columns_of, rows_of
from ftui.training.readers.generic_jsonl import flat, parse
from ftui.training.readers.points import MOST_VALUES, logged_row
from ftui.training.readers.table import Table
from ftui.training.readers.values import step_of
from ftui.training.record import Record


class TrackioReader(DatabaseReader):
    """One run of a project's database."""

    format = "trackio"
    title = "Trackio database"
    tables = {"metrics": frozenset(("timestamp", "run_name", "step", "metrics"))}

    @classmethod
    def stored(cls, db: sqlite3.Connection) -> list[StoredRun]:
        key = _key(db)
        rows = db.execute(f"SELECT {key}, max(run_name), max(id) FROM metrics GROUP BY {key} ORDER BY 3 DESC")
        return [StoredRun(str(row[0]), str(row[1])) for row in rows]

    def records(self, db: sqlite3.Connection, key: str) -> list[Record]:
        column = _key(db)
        rows = rows_of(db, "metrics", "step, timestamp, metrics", column, key, MOST_VALUES)
        table = Table()
        found: list[Record] = []
        for step, time, metrics in rows:
            entry = parse(metrics) if isinstance(metrics, bytes | str) else None
            record = None if entry is None else logged_row(table, flat(entry), step_of(step), time)
            if record is not None and record.step is not None:
                found.append(record)
        self._take_config(db, column, key)
        return found

    def _take_config(self, db: sqlite3.Connection, column: str, key: str) -> None:
        if column not in columns_of(db, "configs"):
            return
        for (config,) in db.execute(f"SELECT config FROM configs WHERE {column} = ? LIMIT 1", (key,)):
            entry = parse(config) if isinstance(config, bytes | str) else None
            if isinstance(entry, Mapping):
                take_config(self.facts, {name: value for name, value in entry.items() if name[:1] != "_"})


def _key(db: sqlite3.Connection) -> str:
    """Before version 0.20 or so runs had no identifier but their name."""
    return "run_id" if "run_id" in columns_of(db, "metrics") else "run_name"
