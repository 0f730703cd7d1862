"""Where reviews lie: under .ftui/reviews of the project, unless a person names another folder."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.review.review_file import FILE
from ftui.store.location import locate, prepare

FOLDER = "reviews"
_STAMP = re.compile(r"\d{8}-\d{6}")
_UNFIT = re.compile(r"[^\w.+-]+")
_MOST_NAME = 60


def new_folder(root: Path, models: Iterable[str], moment: datetime) -> Path:
    """A folder that is not there yet, named by the moment and the models; raises FtuiError without a place."""
    names = _UNFIT.sub("-", "-".join(models)).strip(".-")[:_MOST_NAME]
    stem = f"{moment:%Y%m%d-%H%M%S}-{names}".rstrip("-")
    home = prepare(root).folder / FOLDER
    number, folder = 1, home / stem
    while folder.exists():
        number += 1
        folder = home / f"{stem}-{number}"
    return folder


def newest(root: Path) -> Path:
    """The review that was begun last and has an output; only where none has, the last. Raises FtuiError without any."""
    home = locate(root).folder / FOLDER
    found = [path.parent for path in home.glob(f"*/{FILE}")]
    if not found:
        raise FtuiError(
            f"no review in {root}", "sample some outputs first: ftui sample --model NAME=FILE.gguf"
        )
    found.sort(key=_begun, reverse=True)
    return next((folder for folder in found if _has_output(folder / FILE)), found[0])


def _has_output(path: Path) -> bool:
    """False where every request failed, say because the server was down, and for a file that cannot be read."""
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return False
    try:
        return bool(db.execute("SELECT 1 FROM samples WHERE stop_reason != 'error' LIMIT 1").fetchall())
    except sqlite3.Error:
        return False
    finally:
        db.close()


def _begun(folder: Path) -> tuple[str, int]:
    """The stamp in the name; a folder that a person renamed goes by its time."""
    stamp = _STAMP.match(folder.name)
    changed = folder.stat().st_mtime
    return (stamp[0] if stamp else f"{datetime.fromtimestamp(changed):%Y%m%d-%H%M%S}", int(changed * 1000))
