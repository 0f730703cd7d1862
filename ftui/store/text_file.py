"""Small text files of a project (a Modelfile, ftui.toml) replaced in one step, with the old one kept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.store.backups import keep_backup, prune_backups
from ftui.store.location import prepare


def read_exactly(path: Path) -> str | None:
    """A file's text, line ends as they are; None where there is no such file. Raises FtuiError."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise FtuiError(f"{path}: not UTF-8 text", "edit it by hand") from error
    except OSError as error:
        raise FtuiError(f"{path}: {error.strerror or error}", "make the file readable") from error


def replace_text(path: Path, before: str | None, after: str, root: Path) -> Path | None:
    """Write a file that still says `before` (None: that is not there); returns where the old one is kept.

    Backups stand under `.ftui/` of `root`. Raises FtuiError, and changes nothing, where the file says something else
    by now or cannot be written.
    """
    real = Path(os.path.realpath(path))
    if read_exactly(real) != before:
        raise FtuiError(f"{path} says something else by now", "check again, then fix")
    try:
        backup = None
        if before is not None:
            backups = prepare(root).backups
            backup = keep_backup(backups, real)
            prune_backups(backups, real, {backup})
        _replace(real, after)
    except OSError as error:
        raise FtuiError(
            f"{path}: {error.strerror or error}", "make the file and its folder writable"
        ) from error
    return backup


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o7777 if path.exists() else None
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[-100:]}.")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if mode is None:
            umask = os.umask(0)
            os.umask(umask)
            mode = 0o666 & ~umask
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
