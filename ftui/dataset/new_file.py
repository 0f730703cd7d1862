"""A new file beside its place: written, checked and flushed before it may stand there."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ftui.dataset.formats import open_records
from ftui.dataset.formats.base import Cancelled, WriteCancelled, no_progress
from ftui.project.errors import FtuiError
from ftui.store.fingerprint import Fingerprint, fingerprint_of

_LEFTOVER = re.compile(r"\.ftui-(?P<pid>[0-9]+)-[0-9a-f]{8}-(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written."""

    path: Path
    rows: int
    size: int
    backup: Path | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFile:
    """A finished file that does not stand in its place yet."""

    path: Path
    fingerprint: Fingerprint
    rows: int
    warnings: list[str]


def write_new(path: Path, rows: int, write: Callable[[BinaryIO], None], cancelled: Cancelled) -> Saved:
    """Write a file that must not exist yet; raises FtuiError or WriteCancelled, and leaves nothing behind then."""
    target = path.absolute()
    if target.exists() or target.is_symlink():
        raise FtuiError(f"{path}: there is a file of this name already", "choose another name")
    with failing_as(path):
        new = write_beside(target, None, rows, write, cancelled)
        try:
            _put_in_free_place(new.path, target)
        finally:
            new.path.unlink(missing_ok=True)
        sync_folder(target.parent)
    return Saved(path, new.rows, new.fingerprint.size, None, tuple(new.warnings))


def write_beside(
    target: Path,
    old: os.stat_result | None,
    rows: int,
    write: Callable[[BinaryIO], None],
    cancelled: Cancelled,
) -> NewFile:
    """Write and check a new file beside its place."""
    from concurrent.futures import ThreadPoolExecutor  # 10 ms that the first page should not wait for

    path = target.with_name(f".ftui-{os.getpid()}-{os.urandom(4).hex()}-{_tail(target)}")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as out:  # noqa: PTH123 - a descriptor
            write(out)
            out.flush()
            warnings = _take_attributes(descriptor, target, old)
            # The disk writes while the file is read again from memory: a third less time for 700 MB.
            with ThreadPoolExecutor(1) as disk:
                flushed = disk.submit(os.fsync, descriptor)
                _verify(path, rows, cancelled)
                flushed.result()
            new = fingerprint_of(descriptor)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return NewFile(path, new, rows, warnings)


def _verify(path: Path, rows: int, cancelled: Cancelled) -> None:
    """Read the new file again: as many records as there should be, or it does not take the old one's place."""
    if not rows:
        return
    try:
        records = open_records(path)
    except FtuiError as error:
        why = error.message.removeprefix(f"{path}: ")
        raise FtuiError(
            f"the new file could not be read again ({why}); the old one stays",
            "undo the last edits and save again, or save under another name",
        ) from error
    try:
        records.index(no_progress, cancelled)
        if cancelled():
            raise WriteCancelled
        if len(records) != rows:
            raise FtuiError(
                f"the new file has {len(records):,} rows where {rows:,} were expected; the old one stays",
                "an edited row may hold a line break or an unclosed quote: undo the last edits and save again",
            )
    finally:
        records.close()


def _take_attributes(descriptor: int, target: Path, old: os.stat_result | None) -> list[str]:
    """Owner, mode and extended attributes of the old file; a file without one gets those of a new file."""
    if old is None:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(descriptor, 0o666 & ~mask)
        return []
    warnings = []
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except OSError:
            warnings.append("the owner of the file could not be kept: it is yours now")
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(target):
                os.setxattr(descriptor, name, os.getxattr(target, name))
    if old.st_nlink > 1:
        warnings.append(f"{old.st_nlink - 1} other hard link to this file keeps the old content")
    return warnings


def _put_in_free_place(new: Path, target: Path) -> None:
    """A link refuses where a file of this name has come up meanwhile; a rename would replace it."""
    try:
        os.link(new, target)
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
        new.replace(target)


def _tail(target: Path) -> str:
    """The end of a name, suffixes included: the whole of a long one would not fit into a longer one."""
    return target.name[-150:]


class failing_as:  # noqa: N801 - reads as a statement
    """Turn an OSError of the file system into what a person reads; the old file is whole in any case."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError):
            raise FtuiError(
                f"{self._path} was not saved: {error.strerror or error}",
                "the file is as it was and your edits are kept; free space or mend permissions, or save elsewhere",
            ) from error


def sync_folder(folder: Path) -> None:
    """Flush a folder, so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(path: Path) -> list[Path]:
    """Remove what a killed save of this file left beside it; returns the files removed."""
    target = Path(os.path.realpath(path))
    removed = []
    with suppress(OSError):
        for entry in target.parent.iterdir():
            match = _LEFTOVER.fullmatch(entry.name)
            if match and match["name"] == _tail(target) and not _alive(int(match["pid"])):
                entry.unlink(missing_ok=True)
                removed.append(entry)
    return removed


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OverflowError:
        return False
    except PermissionError:
        return True
    return True
