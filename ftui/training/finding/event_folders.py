"""Which event files belong to one run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ftui.training.finding.log_files import LogFile
from ftui.training.readers.tensorboard import begun, is_part_of_run


@dataclass(frozen=True, slots=True)
class EventRun:
    """Event files of one run, in the order they are read: those of folders below first, the newest last."""

    folder: Path
    files: tuple[LogFile, ...]


def event_runs(files: Sequence[LogFile]) -> list[EventRun]:
    """Files of one folder are one run that was resumed; folders that `add_scalars` or Keras made join the one above."""
    runs: defaultdict[tuple[Path, str], list[LogFile]] = defaultdict(list)
    folders = {file.path.parent for file in files}
    for file in files:
        folder = file.path.parent
        joins = is_part_of_run(folder) and (folder.parent in folders or _has_partner(folder, folders))
        runs[folder.parent if joins else folder, _prefix(file.path.name)].append(file)
    return [
        EventRun(
            folder, tuple(sorted(several, key=lambda file: (file.path.parent == folder, begun(file.path))))
        )
        for (folder, _), several in sorted(runs.items())
    ]


def _prefix(name: str) -> str:
    """What stands before the fixed part of the name; a file that was renamed is a run of its own."""
    return name.split(".tfevents.")[0]


def _has_partner(folder: Path, folders: set[Path]) -> bool:
    """Keras writes nothing into the folder above `train` and `validation`."""
    return any(
        other.parent == folder.parent and other != folder and is_part_of_run(other) for other in folders
    )
