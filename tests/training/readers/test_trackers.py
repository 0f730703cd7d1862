"""MLflow, Trackio and wandb: folders, databases in use by their writers, and summaries."""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ftui.training.readers import database
from ftui.training.readers.config import plain_yaml
from ftui.training.readers.database import run_path
from ftui.training.readers.mlflow import MlflowReader
from ftui.training.readers.mlflow_database import MlflowDatabaseReader
from ftui.training.readers.registry import reader_for
from ftui.training.readers.trackio import TrackioReader
from ftui.training.readers.wandb_summary import WandbSummaryReader
from tests.training.readers.reading import FIXTURES, points
from tests.training.readers.tracker_databases import MLFLOW, TRACKIO, log


@pytest.fixture
def mlflow_run(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "mlflow_run", tmp_path / "run"))


def test_an_mlflow_folder(mlflow_run: Path) -> None:
    assert reader_for(mlflow_run) is MlflowReader
    reader = MlflowReader(mlflow_run)
    assert [step for step, _ in points(reader.load(), "train/loss")] == list(range(0, 50, 5))
    assert points(reader.load(), "eval/loss")[1] == (10, 2.1981023154581005)
    assert math.isnan(points(reader.load(), "nanny")[0][1])
    assert reader.facts.config == {"bf16": True, "learning_rate": 1e-4, "max_steps": 50}
    assert reader.facts.total_steps == 50
    assert reader.facts.finished


def test_an_mlflow_folder_that_grows(mlflow_run: Path) -> None:
    reader = MlflowReader(mlflow_run)
    before = reader.state()
    assert before == MlflowReader(mlflow_run).state()
    with (mlflow_run / "metrics" / "loss").open("a") as file:
        file.write("1795379309300 0.75 50\n1795379309300 0.5")
    assert reader.state() != before
    assert points(MlflowReader(mlflow_run).load(), "train/loss")[-1] == (50, 0.75)
    (mlflow_run / "metrics" / "loss").write_bytes(b"\xff\0 x y\n1 2\n-1 nan 3\n5 6 -7\n")
    assert [step for step, _ in points(MlflowReader(mlflow_run).load(), "train/loss")] == [3]
    shutil.rmtree(mlflow_run)
    assert MlflowReader(mlflow_run).state() is None
    assert MlflowReader(mlflow_run).load() == []


@pytest.fixture
def trackio(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(tmp_path / "tune.db")
    db.execute("PRAGMA journal_mode = wal")
    db.executescript(TRACKIO)
    for key in ("a1", "b2"):
        db.execute(
            "INSERT INTO configs (run_id, run_name, config, created_at) VALUES (?, ?, ?, '')",
            (key, f"lora/{key}", json.dumps({"max_steps": 40, "_Username": "me"})),
        )
        for step in range(3):
            log(db, key, step, {"train/loss": 2.5 - step, "train/epoch": step / 2})
        log(db, key, 2, {"eval/loss": 2.75, "train/global_step": 20})
    db.commit()
    yield db
    db.close()


def test_a_trackio_database_in_use(trackio: sqlite3.Connection, tmp_path: Path) -> None:
    path = tmp_path / "tune.db"
    assert reader_for(path) is TrackioReader
    assert [(run.key, run.name) for run in TrackioReader.runs(path)] == [("b2", "lora/b2"), ("a1", "lora/a1")]
    reader = TrackioReader(run_path(path, "a1"))
    assert points(reader.load(), "train/loss") == [(0, 2.5), (1, 1.5), (2, 0.5)]
    assert points(reader.load(), "eval/loss") == [(20, 2.75)]
    assert reader.facts.config == {"max_steps": 40}
    before = reader.state()
    log(trackio, "a1", 3, {"train/loss": "NaN"})
    assert len(points(TrackioReader(run_path(path, "a1")).load(), "train/loss")) == 3
    trackio.commit()
    assert reader.state() != before
    step, value = points(TrackioReader(run_path(path, "a1")).load(), "train/loss")[-1]
    assert step == 20
    assert math.isnan(value)


def test_nothing_is_left_beside_a_database(trackio: sqlite3.Connection, tmp_path: Path) -> None:
    trackio.close()
    path = tmp_path / "tune.db"
    before = path.read_bytes()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["tune.db"]
    assert len(TrackioReader(path).load()) == 4
    assert reader_for(path) is TrackioReader
    assert sorted(each.name for each in tmp_path.iterdir()) == ["tune.db"]
    assert path.read_bytes() == before


def test_an_mlflow_database(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    db = sqlite3.connect(path)
    db.executescript(MLFLOW)
    db.close()
    assert reader_for(path) is MlflowDatabaseReader
    assert [run.name for run in MlflowDatabaseReader.runs(path)] == ["new", "old"]
    reader = MlflowDatabaseReader(path)
    train = points(reader.load(), "train/loss")
    assert train[0] == (0, 2.5)
    assert math.isnan(train[1][1])
    assert len(train) == 2
    assert points(reader.load(), "eval/loss") == [(0, 2.75)]
    assert reader.facts.config == {"max_steps": 50, "bf16": True}
    assert not reader.facts.finished


def test_databases_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    for content in (b"", b"SQLite format 3\0", b"SQLite format 3\0" + b"\2" * 5000):
        path.write_bytes(content)
        assert reader_for(path) is None
        for kind in (TrackioReader, MlflowDatabaseReader):
            assert kind.runs(path) == []
            assert kind(path).load() == []
            assert kind(path / "run").load() == []
    assert TrackioReader(tmp_path / "none.db").state() is None


def test_a_database_that_was_damaged(trackio: sqlite3.Connection, tmp_path: Path) -> None:
    trackio.close()
    path = tmp_path / "tune.db"
    whole = path.read_bytes()
    for at in range(0, len(whole), 257):
        path.write_bytes(whole[:at] + b"\xa5" * 64 + whole[at + 64 :])
        TrackioReader.runs(path)
        TrackioReader(path).load()
        path.write_bytes(whole[:at])
        TrackioReader(path).load()


def test_wandb_summary(tmp_path: Path) -> None:
    path = tmp_path / "wandb-summary.json"
    summary = {
        "iter": 500,
        "train/loss": 0.125,
        "val/loss": "NaN",
        "_step": 20,
        "_timestamp": 1.7e9,
        "_wandb": {"runtime": 5},
    }
    path.write_text(json.dumps(summary))
    (tmp_path / "config.yaml").write_text(
        "wandb_version: 1\n\nlr:\n    desc: null\n    value: 0.1\nlist:\n  value:\n  - 1\n"
    )
    assert reader_for(path) is WandbSummaryReader
    reader = WandbSummaryReader(path)
    (record,) = reader.load()
    assert (record.step, record.time, record.values["train/loss"]) == (500, 1.7e9, 0.125)
    assert math.isnan(reader.facts.values["eval/loss"])
    assert reader.facts.config == {"wandb_version": 1, "lr": 0.1}
    for broken in (b"", b"{", b"[]", b'{"_step": []}', b"\xff"):
        path.write_bytes(broken)
        assert WandbSummaryReader(path).load() == []


def test_a_real_wandb_summary(shared_data: Path) -> None:
    (path,) = (shared_data / "logs").glob("wandb_summary__*")
    assert reader_for(path) is WandbSummaryReader
    (record,) = WandbSummaryReader(path).load()
    assert record.step == 5000
    assert record.values["train/loss"] == 0.11914050579071045
    assert record.values["eval/loss"] == 4.92210054397583


def test_yaml_that_is_not_simple_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: 1\n# b: 2\nc:\n  d: 3\n  value: yes\ne: 'x: y'\nf: null\n- g: 1\n: h\n")
    assert plain_yaml(path) == {"a": 1, "c": "yes", "e": "x: y", "f": None}
    assert plain_yaml(tmp_path / "none.yaml") == {}


def test_a_trainer_can_write_while_its_database_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PAGE", 2)
    path = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(path, timeout=0)) as writer, database.opened(path) as reader:
        assert reader is not None
        writer.executescript(
            "CREATE TABLE t (run TEXT, value); INSERT INTO t VALUES (1, 0), (2, 9), (1, 1), (1, 2);"
        )
        rows = database.rows_of(reader, "t", "value", "run", "1", 100)
        assert next(rows) == (0,)
        writer.execute("INSERT INTO t VALUES (1, 3)")
        writer.commit()
        assert [value for (value,) in rows] == [1, 2, 3]
        assert len(list(database.rows_of(reader, "t", "value", "run", "1", 3))) == 3
