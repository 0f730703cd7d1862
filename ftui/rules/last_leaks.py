"""How many validation rows the last check found in the training split, kept under .ftui/ for those who watch training.

Every check of both splits of a project leaves it: `ftui check`, with `--changed` or without, and the desk's own.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.project.errors import FtuiError
from ftui.store.location import locate, prepare

if TYPE_CHECKING:
    from ftui.dataset.dataset import Dataset
    from ftui.project.settings import Project
    from ftui.rules.check import Check

SCHEMA = 1
CODES = ("LEK001", "LEK002", "LEK003")
"""Rules of rows that are in an earlier split too."""
_FILE = "leaks.json"
_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class LastLeaks:
    """What the last check said of the rows of both splits."""

    checked_at: float
    """Unix seconds."""
    stamps: Mapping[str, str]
    """Size, time and inode of each file as it was checked, by its path."""
    training_rows: int
    validation_rows: int
    leaks: int
    """Validation rows that one of `CODES` hit."""

    @property
    def outdated(self) -> bool:
        """Whether a file is no longer as it was checked."""
        return any(_stamp(Path(path)) != stamp for path, stamp in self.stamps.items())


def stamps(dataset: Dataset, bases: Mapping[str, str] | None = None) -> dict[str, str]:
    """The versions of the files that a check is about to read; `bases` names those whose bytes lie elsewhere now.

    Of a file that is read where it is, the version that was opened: it may have changed since. Of one that was saved
    since it was opened, the one that lies there now.
    """
    found = {}
    for document in dataset.documents:
        path, base = str(document.path), document.base
        saved = (bases or {}).get(path, path) != path
        found[path] = _stamp(document.path) if saved else f"{base.size} {base.mtime_ns} {base.inode}"
    return found


def keep(check: Check, project: Project, checked: Mapping[str, str]) -> None:
    """Keep what a check of both splits of a project said; `checked` are the stamps from before it began.

    Without an ftui.toml, or where the rules of leaks did not run, nothing is written; nor where nothing can be: a check
    does not fail for it.
    """
    training, validation = _splits(project)
    files = {str(document.path): number for number, document in enumerate(check.dataset.documents)}
    if (
        project.config is None
        or not training
        or not validation
        or not {*training, *validation} <= files.keys()
    ):
        return
    held_out = [files[path] for path in validation]
    codes = [code for code in CODES if _looked(check, code, held_out)]
    if not codes:
        return
    told = {
        "schema": SCHEMA,
        "checked_at": round(time.time(), 3),
        "stamps": {path: checked[path] for path in (*training, *validation)},
        "training_rows": sum(len(check.dataset.documents[files[path]].order()) for path in training),
        "validation_rows": sum(len(check.dataset.documents[number].order()) for number in held_out),
        "leaks": sum(
            len({row for code in codes for row in check.hits[number].get(code, ())}) for number in held_out
        ),
    }
    with suppress(OSError, FtuiError):
        _write(prepare(project.root).folder / _FILE, json.dumps(told))


def read(project: Project) -> LastLeaks | None:
    """What the last check of this project's splits said; None where none was kept."""
    training, validation = _splits(project)
    try:
        path = locate(project.root).folder / _FILE
        with path.open("rb") as file:
            told = json.loads(file.read(_LONGEST))
        if told["schema"] != SCHEMA or told["stamps"].keys() != {*training, *validation}:
            return None
        stamped = {str(name): str(stamp) for name, stamp in told["stamps"].items()}
        rows = (int(told[name]) for name in ("training_rows", "validation_rows", "leaks"))
        return LastLeaks(float(told["checked_at"]), stamped, *rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _splits(project: Project) -> tuple[list[str], list[str]]:
    training, validation = ([*map(str, project.splits.get(name, ()))] for name in ("train", "validation"))
    return training, validation


def _looked(check: Check, code: str, files: Iterable[int]) -> bool:
    """Whether a rule ran over these files."""
    return (
        code in check.rules
        and code not in check.skipped
        and not any(code in check.ignored[file] for file in files)
    )


def _stamp(path: Path) -> str:
    try:
        now = path.stat()
    except (OSError, ValueError):
        return "not there"
    return f"{now.st_size} {now.st_mtime_ns} {now.st_ino}"


def _write(path: Path, text: str) -> None:
    new = path.with_suffix(f".{os.getpid()}.new")
    try:
        new.write_text(text)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
