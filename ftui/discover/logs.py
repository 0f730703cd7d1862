"""Guesses where training logs are."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ftui.discover.folder import DEEPEST, MOST_FILES, SKIPPED_FOLDERS, skipped
from ftui.discover.proposal import Reason

LOG_FILES = (
    "trainer_state.json",
    "trainer_log.jsonl",
    "*.tfevents.*",
    "metrics.csv",
    "run-*.wandb",
    "train*.log",
)
LOG_FOLDERS = ("runs", "logs", "lightning_logs", "wandb", "checkpoint*")


def propose_logs(folder: Path, toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    """The folder of training logs: the nearest one that holds all that were found."""
    logs: list[Path] = []
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(
            f
            for f in folders
            if depth < DEEPEST
            and (not skipped(f, SKIPPED_FOLDERS) or any(fnmatch(f.lower(), p) for p in LOG_FOLDERS))
        )
        logs += [Path(place) / name for name in sorted(names) if any(fnmatch(name, p) for p in LOG_FILES)]
        if len(logs) >= MOST_FILES:
            break
    if not logs:
        return
    where = logs[0] if len(logs) == 1 else Path(os.path.commonpath([log.parent for log in logs]))
    named = where.relative_to(folder).as_posix()
    toml["training"] = {"logs": named}
    shown = ", ".join(sorted({log.name for log in logs})[:3])
    reasons.append(
        Reason("logs", named, f"{len(logs)} log files there ({shown})" if len(logs) > 1 else "a training log")
    )
