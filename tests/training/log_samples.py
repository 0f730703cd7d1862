"""Logs of every format that ftui reads: the fixtures of the readers, and those that are quicker made than kept."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import defaultdict
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ftui.training.readers.registry import reader_for
from tests.training.readers.reading import FIXTURES
from tests.training.readers.tracker_databases import MLFLOW, TRACKIO, log

_LONGEST = 6000
_STEPS = range(1, 30)
_MADE = {
    "trainer_log.jsonl": "".join(
        f'{{"current_steps": {step}, "total_steps": 90, "loss": {3 / step}, "lr": 1e-05, "epoch": {step / 9}, '
        '"percentage": 1.5, "elapsed_time": "0:00:10", "remaining_time": "0:01:30"}\n'
        for step in _STEPS
    ),
    "table.csv": "step,loss,val_loss\n" + "".join(f"{step},{3 / step},{4 / step}\n" for step in _STEPS),
    "lines.jsonl": "".join(
        json.dumps({"step": step, "loss": 3 / step, "metrics": {"val_loss": float("nan")}}) + "\n"
        for step in _STEPS
    ),
    "printed.log": "".join(f"step {step} | loss {3 / step:.4f} | lr 1e-05\n" for step in _STEPS),
    "wandb-summary.json": json.dumps({"_step": 7, "train/loss": 1.25, "eval/loss": 1.5, "_wandb": {}}),
}


class Sample(NamedTuple):
    """A file of a known format."""

    name: str
    data: bytes
    text: bool


@cache
def samples() -> dict[str, list[Sample]]:
    """By the name of their format; an MLflow run is not among them, for it is a folder."""
    found: defaultdict[str, list[Sample]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in _MADE.items():
            Path(folder, name).write_text(text)
        _databases(Path(folder))
        for path in (*sorted(FIXTURES.rglob("*")), *sorted(Path(folder).iterdir())):
            reader = reader_for(path) if path.is_file() else None
            if reader is not None:
                data = path.read_bytes()
                text = b"\0" not in data
                found[reader.format].append(Sample(path.name, data[:_LONGEST] if text else data, text))
    return dict(found)


def _databases(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "trackio.db")) as db:
        db.executescript(TRACKIO)
        for step in _STEPS:
            log(db, "a1", step, {"train/loss": 3 / step, "eval/loss": 4 / step})
        db.commit()
    with closing(sqlite3.connect(folder / "mlflow.db")) as db:
        db.executescript(MLFLOW)
