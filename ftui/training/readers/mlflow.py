"""MLflow's folder of a run: `mlruns/EXPERIMENT/RUN` with a file a metric, and a line `time value step` a value."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ftui.training.readers.config import plain_yaml, scalar, take_config
from ftui.training.readers.points import MOST_VALUES, Point, records_of
from ftui.training.readers.reader import WholeReader, file_state
from ftui.training.readers.values import number, step_of
from ftui.training.record import Record

_MOST_FILES = 512
_LARGEST_FILE = 64 * 2**20
_LONGEST_PARAMETER = 8000
_FINISHED = (3, "3", "FINISHED")


class MlflowReader(WholeReader):
    """A run's folder; `params/` holds its arguments, `meta.yaml` says whether it came to its end."""

    format = "mlflow"
    title = "MLflow run folder"

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        return 1.0 if is_mlflow_run(path) else 0.0

    def state(self) -> object:
        metrics = [(path, file_state(path)) for path in _files(self.path / "metrics")]
        return (file_state(self.path / "meta.yaml"), metrics) if is_mlflow_run(self.path) else None

    def load(self) -> list[Record]:
        points: list[Point] = []
        for path in _files(self.path / "metrics"):
            name = path.relative_to(self.path / "metrics").as_posix()
            points.extend(_points(name, _read(path, _LARGEST_FILE)))
            if len(points) >= MOST_VALUES:
                break
        records = records_of(points[:MOST_VALUES])
        arguments = {
            path.relative_to(self.path / "params").as_posix(): scalar(_read(path, _LONGEST_PARAMETER))
            for path in _files(self.path / "params")
        }
        take_config(self.facts, arguments)
        self.facts.finished = plain_yaml(self.path / "meta.yaml").get("status") in _FINISHED
        return records


def is_mlflow_run(folder: Path) -> bool:
    """Whether this is the folder of a run."""
    return (folder / "meta.yaml").is_file() and (folder / "metrics").is_dir()


def _files(folder: Path) -> list[Path]:
    """The files under a folder; metrics named `train/loss` lie in folders of their own."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(place, name) for name in sorted(names) if not name.startswith(".")]
        if len(found) >= _MOST_FILES:
            break
    return found[:_MOST_FILES]


def _points(name: str, content: str) -> Iterator[Point]:
    # The last line may be half written: it counts once it has its end.
    for line in content.split("\n")[:-1]:
        parts = line.split(" ")
        if len(parts) != 3:
            continue
        time, value, step = number(parts[0]), number(parts[1]), step_of(parts[2])
        if time is not None and time == time and value is not None and step is not None:
            yield time, step, name, value


def _read(path: Path, most: int) -> str:
    try:
        with path.open("rb") as file:
            return file.read(most).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
