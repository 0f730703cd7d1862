"""Small files written in one step; those of a project (a Modelfile, ftui.toml) with the old one kept."""

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
        write_in_one_step(real, after.encode("utf-8"))
    except OSError as error:
        raise FtuiError(
            f"{path}: {error.strerror or error}", "make the file and its folder writable"
        ) from error
    return backup


def write_in_one_step(path: Path, data: bytes) -> None:
    """Write a file in full or not at all, with the mode of an older one; raises OSError, and leaves nothing behind."""
    mode = path.stat().st_mode & 0o7777 if path.exists() else None
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[-100:]}.")
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(data)
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
