"""The tables of experiment trackers, and what fills them."""

from __future__ import annotations

import json
import sqlite3

# The tables as Trackio 0.43 makes them.
TRACKIO = """
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, timestamp TEXT NOT NULL,
  run_name TEXT NOT NULL, step INTEGER NOT NULL, metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, run_name TEXT NOT NULL,
  config TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE(run_id));
"""

# Of the tables that MLflow 3.17 makes, those that are read.
MLFLOW = """
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), status VARCHAR(9), start_time BIGINT,
  lifecycle_stage VARCHAR(20), CONSTRAINT run_pk PRIMARY KEY (run_uuid));
CREATE TABLE metrics ("key" VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
  run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL);
CREATE TABLE params ("key" VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL);
INSERT INTO runs VALUES ('r1', 'old', 'FINISHED', 1, 'active'), ('r2', 'new', 'RUNNING', 2, 'active'),
  ('r3', 'gone', 'FINISHED', 3, 'deleted'), ('r4', 'empty', 'RUNNING', 4, 'active');
INSERT INTO params VALUES ('max_steps', '50', 'r2'), ('bf16', 'True', 'r2');
INSERT INTO metrics VALUES ('loss', 2.5, 1000, 'r2', 0, 0), ('eval_loss', 2.75, 1001, 'r2', 0, 0),
  ('loss', 0, 1002, 'r2', 5, 1), ('loss', 1.5, 900, 'r1', 0, 0), ('loss', 'x', 1003, 'r2', 6, 0);
"""


def log(db: sqlite3.Connection, key: str, step: int, values: dict[str, object]) -> None:
    """One logging call of Trackio."""
    row = (key, f"2026-01-02T10:00:{step:02}+00:00", f"lora/{key}", step, json.dumps(values).encode())
    db.execute("INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES (?, ?, ?, ?, ?)", row)
