"""Which runs lie at the paths that a person named: a file is a run, a folder is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ftui.training.readers.reader import Reader
from ftui.training.readers.registry import reader_for


@dataclass(frozen=True, slots=True)
class Source:
    """A file or folder, and the reader that it is for."""

    path: Path
    reader: type[Reader]


@dataclass(frozen=True, slots=True)
class FoundRun:
    """One run, and the files that tell of it."""

    name: str
    """Short, and no two of a search are the same."""
    path: Path
    """What is followed: the newest file of the best source. May lead into a database (`metrics.db/a-run`)."""
    reader: type[Reader]
    parts: tuple[Source, ...] = ()
    """More files with points of this run, to be read in this order before `path`; they may still grow (the folders
    that TensorBoard's `add_scalars` makes)."""
    siblings: tuple[Source, ...] = ()
    """Other tellings of the same run: what they say of the whole run is taken, and metrics that `path` has not
    (`ftui.training.siblings`)."""


def find_runs(paths: Sequence[Path]) -> list[FoundRun]:
    """The runs at these paths. A folder without any gives none. Raises OSError for a file that cannot be read."""
    found = [(path, reader_for(path)) for path in paths]
    return [FoundRun(path.name, path, reader) for path, reader in found if reader is not None]
