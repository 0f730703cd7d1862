"""What is known of a run beside its log: its configuration, checkpoints, and what the last check said of its data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ftui.training.checkpoints import checkpoints_of, output_folders
from ftui.training.diagnosis.config_values import number
from ftui.training.diagnosis.inputs import Context
from ftui.training.run_config import configuration

if TYPE_CHECKING:
    from ftui.project.settings import Project
    from ftui.rules.last_leaks import LastLeaks
    from ftui.training.run import Run


def context_for(run: Run, project: Project | None = None, read_at: float | None = None) -> Context:
    """Everything that the rules may know of a run beside its log.

    Leaks and rows are those of the last check of the project, and only while the files are what they were; nothing is
    checked and no data file is read here. `read_at` is when the log is read, in Unix seconds. Raises
    FtuiError where `[training] config` cannot be read.
    """
    folders = output_folders(run.path)
    config, path = configuration(folders, project.training.config if project else None)
    told = _last_leaks(project) if project else None
    data = None if told is None or told.outdated else told
    classes = number(config, "num_labels")
    return Context(
        config=config,
        config_path=path,
        checkpoints=checkpoints_of(run),
        training_rows=(data.training_rows or None) if data else None,
        validation_rows=(data.validation_rows or None) if data else None,
        leaks=data.leaks if data else None,
        checked_at=told.checked_at if told else None,
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


def _last_leaks(project: Project) -> LastLeaks | None:
    from ftui.rules import last_leaks

    return last_leaks.read(project)
