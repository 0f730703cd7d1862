"""MLflow's SQLite store, the default since version 3.7 (mlflow/store/tracking/dbmodels/models.py)."""

from __future__ import annotations

import sqlite3

from ftui.training.readers.config import scalar, take_config
from ftui.training.readers.database import DatabaseReader, StoredRun, rows_of
from ftui.training.readers.points import MOST_VALUES, Point, records_of
from ftui.training.readers.values import number, step_of
from ftui.training.record import Record


class MlflowDatabaseReader(DatabaseReader):
    """One run of a tracking database."""

    format = "mlflow-db"
    title = "MLflow SQLite database"
    tables = {
        "runs": frozenset(("run_uuid", "status", "start_time")),
        "metrics": frozenset(("key", "value", "timestamp", "run_uuid", "step", "is_nan")),
    }

    @classmethod
    def stored(cls, db: sqlite3.Connection) -> list[StoredRun]:
        rows = db.execute(
            "SELECT run_uuid, coalesce(name, run_uuid) FROM runs WHERE lifecycle_stage = 'active' "
            "AND EXISTS (SELECT 1 FROM metrics WHERE metrics.run_uuid = runs.run_uuid) "
            "ORDER BY start_time DESC, rowid DESC"
        )
        return [StoredRun(str(key), str(name)) for key, name in rows]

    def records(self, db: sqlite3.Connection, key: str) -> list[Record]:
        rows = rows_of(db, "metrics", "timestamp, step, key, value, is_nan", "run_uuid", key, MOST_VALUES)
        points: list[Point] = []
        for time, step, name, value, is_nan in rows:
            at, where, read = number(time), step_of(step), float("nan") if is_nan else number(value)
            if at is not None and where is not None and read is not None and isinstance(name, str):
                points.append((at, where, name, read))
        arguments = {
            str(name): scalar(str(value))
            for name, value in db.execute(
                "SELECT key, value FROM params WHERE run_uuid = ? LIMIT 2000", (key,)
            )
        }
        take_config(self.facts, arguments)
        status = db.execute("SELECT status FROM runs WHERE run_uuid = ?", (key,)).fetchone()
        self.facts.finished = status is not None and status[0] == "FINISHED"
        return records_of(points)
