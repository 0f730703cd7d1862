"""What under a folder may be a training log: by name and size first, then by its first and last bytes."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ftui.training.readers.mlflow import MlflowReader, is_mlflow_run
from ftui.training.readers.reader import Reader
from ftui.training.readers.registry import HEAD, read_head, surest

DEEPEST = 8
"""Folders below the one that is searched."""
MOST_ENTRIES = 50_000
"""Names that are looked at; the folders near the top come first."""
MOST_OPENED = 500
"""Files whose beginning is read; all readers look at one in 5 ms."""
SKIPPED = frozenset(
    ("node_modules", "__pycache__", "site-packages", "venv", "env", "datasets", "dataset", "debug-cli", "tmp")
)
_SUFFIXES = frozenset(
    (
        ".log",
        ".out",
        ".err",
        ".txt",
        ".csv",
        ".tsv",
        ".jsonl",
        ".ndjson",
        ".db",
        ".sqlite",
        ".sqlite3",
        ".wandb",
    )
)
_DOCUMENTS = (
    "trainer_state.json",
    "wandb-summary.json",
    "training_statistics.json",
    ".log.json",
    "scalars.json",
)
"""JSON files are data, settings or vocabularies, unless they end so."""
_LARGEST_DOCUMENT = 256 * 2**20
_NO_LOG = re.compile(
    r"requirements.*\.txt|licen[cs]e.*|readme.*|merges\.txt|vocab\.txt|debug(-internal|-core)?\.log", re.I
)
_LEAST_SURE = 0.3
"""Below it, a table of numbers without any loss: a log where somebody names it, but not one that is found."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file or folder that a reader recognises."""

    path: Path
    reader: type[Reader]
    written: float
    """When it was last changed, in Unix seconds."""
    size: int


def log_files(folder: Path, losses: Iterable[str] = ()) -> list[LogFile]:
    """The logs under a folder, those near the top first. Links to folders are not followed. Raises OSError.

    `losses` are the names that a person gave to the columns of a loss.
    """
    named = tuple(losses)
    found: list[LogFile] = []
    seen: set[tuple[int, int]] = set()
    opened = 0
    for path, status in _entries(folder):
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        if path.name == "meta.yaml":
            # The walk gives the file; the run is its folder.
            found.append(LogFile(path.parent, MlflowReader, status.st_mtime, 0))
            continue
        opened += 1
        if opened > MOST_OPENED:
            break
        # An unfinished beginning may become something; the first 64 KiB do not change.
        reader = _recognised(path, status.st_ino, min(status.st_size, HEAD), named)
        if reader is not None:
            found.append(LogFile(path, reader, status.st_mtime, status.st_size))
    return found


@lru_cache(maxsize=4096)
def _recognised(path: Path, _number: int, _size: int, losses: tuple[str, ...]) -> type[Reader] | None:
    """The reader of a file; known as long as the file and its first 64 KiB are the same: folders are searched often."""
    try:
        reader, sure = surest(read_head(path), path, losses)
    except OSError:
        return None
    return reader if sure >= _LEAST_SURE else None


def _entries(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Files whose names may be those of logs, level by level; a folder that cannot be read is passed over."""
    waiting = deque([(folder, 0)])
    looked = 0
    while waiting and looked < MOST_ENTRIES:
        here, depth = waiting.popleft()
        try:
            with os.scandir(here) as listing:
                entries = sorted(islice(listing, MOST_ENTRIES), key=lambda entry: entry.name)
        except OSError:
            if depth == 0:
                raise
            continue
        looked += len(entries)
        if is_mlflow_run(here):
            entries = [entry for entry in entries if entry.name == "meta.yaml"]
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    if depth < DEEPEST and not entry.name.startswith(".") and entry.name not in SKIPPED:
                        waiting.append((here / entry.name, depth + 1))
                elif _may_be_a_log(entry.name, is_mlflow_run(here)) and entry.is_file():
                    status = entry.stat()
                    if 0 < status.st_size <= _most(entry.name):
                        yield here / entry.name, status
            except OSError:
                continue


def _may_be_a_log(name: str, of_mlflow: bool) -> bool:
    if name == "meta.yaml":
        return of_mlflow
    if ".tfevents." in name or name.endswith(_DOCUMENTS):
        return True
    if name.startswith(".") or _NO_LOG.fullmatch(name):
        return False
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return "log" in name.lower()
    # train.log.1 is a log that was rotated away; slurm-123.out and log_1732.txt are logs.
    return f".{suffix.lower()}" in _SUFFIXES or (suffix.isdecimal() and stem.endswith((".log", ".out")))


def _most(name: str) -> int:
    return _LARGEST_DOCUMENT if name.endswith(".json") else 2**63
