"""What is known of a run beside its log: its configuration, checkpoints, and what the last check said of its data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.training.checkpoints import checkpoints_of, output_folders
from ftui.training.diagnosis.config_values import number
from ftui.training.diagnosis.inputs import Context
from ftui.training.run_config import configuration

if TYPE_CHECKING:
    from ftui.project.settings import Project
    from ftui.rules.last_check import Seen
    from ftui.training.run import Run

_LEAKS = ("LEK001", "LEK002", "LEK003")
_NEWEST = 8
"""Kept checks that are looked at."""


def context_for(run: Run, project: Project | None = None, read_at: float | None = None) -> Context:
    """Everything that the rules may know of a run beside its log.

    Leaks and training rows are those of the last `ftui check --changed`, and only while the files are what they were;
    nothing is checked and no data file is read here. `read_at` is when the log is read, in Unix seconds. Raises
    FtuiError where `[training] config` cannot be read.
    """
    folders = output_folders(run.path)
    config, path = configuration(folders, project.training.config if project else None)
    data = (_of_last_check(project) if project else None) or _Data()
    classes = number(config, "num_labels")
    return Context(
        config=config,
        config_path=path,
        checkpoints=checkpoints_of(run),
        training_rows=data.training,
        validation_rows=data.validation,
        leaks=data.leaks,
        classes=int(classes) if classes and classes >= 2 else None,
        read_at=read_at,
        written_at=_written(run.path),
        early_stopping=True if number(config, "early_stopping_patience") else None,
    )


def _written(log: Path) -> float | None:
    try:
        return log.stat().st_mtime if log.is_file() else None
    except (OSError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class _Data:
    """What the last check tells of the splits."""

    training: int | None = None
    validation: int | None = None
    leaks: int | None = None


def _of_last_check(project: Project) -> _Data | None:
    """What is kept of the newest check of these files; None where nothing is."""
    from ftui.store.location import locate

    try:
        folder = locate(project.root).folder / "checks"
        kept = [(path.stat().st_mtime_ns, path) for path in folder.glob("*.npz")]
    except OSError:
        return None
    for changed, path in islice(sorted(kept, reverse=True), _NEWEST):
        seen = _seen(path, changed)
        if seen is not None and (told := _told(project, seen)) is not None:
            return told
    return None


@lru_cache(maxsize=_NEWEST)
def _seen(path: Path, changed: int) -> Seen | None:  # noqa: ARG001
    from ftui.rules import last_check

    return last_check.read(path)


def _told(project: Project, seen: Seen) -> _Data | None:
    """What a check tells of this project's splits; None where it is of other files, or they changed since then."""
    training, validation = (project.splits.get(name, ()) for name in ("train", "validation"))
    if not training or not all(_unchanged(path, seen) for path in (*training, *validation)):
        return None
    rows, held_out = (
        sum(len(seen.rows[str(path)]) for path in paths) or None for paths in (training, validation)
    )
    hits = {
        row for path in validation for code in _LEAKS for row in seen.hits.get(str(path), {}).get(code, ())
    }
    # No hit may also mean that the rules of leaks were not asked for.
    return _Data(rows, held_out, len(hits) or None)


def _unchanged(path: Path, seen: Seen) -> bool:
    try:
        now = path.stat()
    except OSError:
        return False
    stamp = f"{now.st_size} {now.st_mtime_ns} {now.st_ino}"
    return str(path) in seen.rows and seen.stamps.get(str(path)) == stamp
