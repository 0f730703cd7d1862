"""The files of a project's folder that are worth a look."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

DEEPEST = 4
MOST_FILES = 2000
"""Files looked at: a proposal for a folder of ten thousand shards can be made from some."""
SKIPPED_FOLDERS = (
    "node_modules", "__pycache__", "site-packages", "venv", "env", "build", "dist", "wandb", "mlruns", "runs", "logs",
    "lightning_logs", "checkpoint*", "ckpt*", "*.egg-info",
)  # fmt: skip


def project_files(folder: Path) -> Iterator[Path]:
    """The files of a project, nearest first; hidden, installed and generated folders left out."""
    count = 0
    for place, folders, names in os.walk(folder):
        depth = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(f for f in folders if not skipped(f, SKIPPED_FOLDERS) and depth < DEEPEST)
        folders[:] = [f for f in folders if not (Path(place) / f / "pyvenv.cfg").exists()]
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(place) / name
                count += 1
        if count >= MOST_FILES:
            return


def skipped(name: str, patterns: Iterable[str]) -> bool:
    """Whether a file or folder is hidden, or has a name that is passed over."""
    return name.startswith(".") or any(fnmatch(name.lower(), pattern) for pattern in patterns)
