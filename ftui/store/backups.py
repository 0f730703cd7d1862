"""Backups: before a save replaces a file, the old one gets a second name under `.ftui/backups/`."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

KEPT = 5


def keep_backup(folder: Path, data: Path) -> Path:
    """Link the file into the backups folder (copy it where it cannot be linked) and return the new name.

    `data` is the file itself, not a symlink to it. Raises OSError as the file system does.
    """
    backup = folder / backup_name(data)
    try:
        os.link(data, backup)
    except FileNotFoundError:
        raise
    except OSError:
        _copy(data, backup)
    _sync_folder(folder)
    return backup


def prune_backups(folder: Path, data: Path, needed: Collection[Path] = ()) -> list[Path]:
    """Remove all but the newest 5 backups of a file, never one in `needed`; returns those removed."""
    ours = sorted(folder.glob(f"{_prefix(data)}-*"), key=lambda path: path.name, reverse=True)
    removed = []
    for backup in ours[KEPT:]:
        if backup not in needed:
            backup.unlink(missing_ok=True)
            removed.append(backup)
    return removed


def _copy(data: Path, backup: Path) -> None:
    import shutil  # 9 ms with its archive formats, for a file system without links

    partial = backup.with_name(f".partial-{backup.name}")
    try:
        shutil.copy2(data, partial)
        descriptor = os.open(partial, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        partial.replace(backup)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _prefix(data: Path) -> str:
    return sha256(os.fsencode(data)).hexdigest()[:8]


def backup_name(data: Path) -> str:
    """A name that sorts by time, and ends as the file's does, so that it opens in the same format."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    return f"{_prefix(data)}-{moment}-{data.name[-150:]}"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
