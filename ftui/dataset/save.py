"""Saving a document: a new file beside the old one, checked, then put in its place in one step."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

from ftui.dataset.document import Document
from ftui.dataset.formats import COMPRESSION_SUFFIXES, open_records
from ftui.dataset.formats.base import (
    Added,
    Cancelled,
    Kept,
    Piece,
    Progress,
    Replaced,
    WriteCancelled,
    never,
    no_progress,
)
from ftui.dataset.record import NEW_ROW, RowId
from ftui.project.errors import FtuiError
from ftui.store.backups import backup_name, keep_backup
from ftui.store.fingerprint import Fingerprint, fingerprint, fingerprint_of
from ftui.store.journal import FileState, Pending

_BATCH = 4096
_LEFTOVER = re.compile(r"\.ftui-(?P<pid>[0-9]+)-[0-9a-f]{8}-(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written."""

    path: Path
    rows: int
    size: int
    backup: Path | None
    warnings: tuple[str, ...] = ()


class Conflict(FtuiError):  # noqa: N818 - a choice for the person, not an error of the program
    """A save that would destroy somebody else's work: reload and replay, save under another name, or overwrite.

    Where the very file that is open was written to (changed in place), its old rows are gone: only reloading is left.
    """

    def __init__(
        self,
        kind: Literal["changed-on-disk", "changed-in-place", "held-elsewhere"],
        files: Sequence[Path],
        why: str,
    ) -> None:
        hint = {
            "changed-on-disk": "reload it and replay your edits, save under another name, or overwrite it",
            "changed-in-place": "reload it and replay your edits",
            "held-elsewhere": "close the other ftui, or save under another name",
        }[kind]
        super().__init__(why, hint)
        self.kind = kind
        self.files = tuple(files)


class Notes(NamedTuple):
    """Where a save keeps its backup, and what it writes to the journal before and after the rename."""

    cursor: int
    backups: Path
    begin: Callable[[FileState, Pending], FileState]
    end: Callable[[FileState], FileState]


def replace_file(
    document: Document,
    state: FileState,
    notes: Notes,
    progress: Progress,
    cancelled: Cancelled,
    *,
    overwrite: bool,
) -> tuple[Saved, FileState]:
    """Save a document in the place of its file; returns what was saved and the file's new state.

    Raises FtuiError, Conflict or WriteCancelled; the old file is then untouched.
    """
    target = Path(os.path.realpath(document.path))
    check_disk(document, state, target, overwrite=overwrite)
    with failing_as(document.path):
        new = _write_beside(document, target, progress, cancelled)
        try:
            check_disk(document, state, target, overwrite=overwrite)
            pending, backup = _pending(document, state, target, notes, new.fingerprint)
            noted = notes.begin(state, pending)
            os.replace(new.path, target)  # noqa: PTH105 - one call that tests make fail
        except BaseException:
            new.path.unlink(missing_ok=True)
            raise
    warnings = list(new.warnings)
    settled = noted.settled()
    try:
        sync_folder(target.parent)
    except OSError as error:
        warnings.append(f"saved, but the folder could not be flushed to disk: {error.strerror}")
    try:
        settled = notes.end(noted)
    except FtuiError as error:
        # The state noted before the rename already tells the next start what happened.
        warnings.append(f"saved, but the journal could not note it: {error.message}")
    saved = Saved(document.path, new.rows, new.fingerprint.size, backup, tuple(warnings))
    return saved, settled


def write_copy(
    document: Document,
    path: Path,
    progress: Progress,
    cancelled: Cancelled,
    rows: Sequence[RowId] | None = None,
) -> Saved:
    """Write a document, or these rows of it in its own order, under a name that must not exist yet.

    Raises Conflict when the file was changed in place, FtuiError or WriteCancelled.
    """
    target = path.absolute()
    packed = {"gzip": ".gz", "zstd": ".zst", None: ""}[document.compression]
    suffix = target.suffix.lower() if target.suffix.lower() in COMPRESSION_SUFFIXES else ""
    if suffix != packed:
        raise FtuiError(
            f"{path}: the copy is written {document.compression or 'un'}compressed, as the file is",
            f"let the name end in {packed}" if packed else f"leave {suffix} out of the name",
        )
    disk = _disk(Path(os.path.realpath(document.path)))
    if disk is not None and disk.inode == document.base.inode and not disk.same_content(document.base):
        raise _changed_in_place(document)
    document.build_index(progress, cancelled)
    if not document.complete:
        raise WriteCancelled
    order = document.order() if rows is None else rows

    def write(out: BinaryIO) -> None:
        document.records.write(out, pieces(document, order), progress, cancelled)

    return write_new(path, len(order), write, cancelled)


def write_new(path: Path, rows: int, write: Callable[[BinaryIO], None], cancelled: Cancelled) -> Saved:
    """Write a file that must not exist yet; raises FtuiError or WriteCancelled, and leaves nothing behind then."""
    target = path.absolute()
    if target.exists() or target.is_symlink():
        raise FtuiError(f"{path}: there is a file of this name already", "choose another name")
    with failing_as(path):
        new = _write(target, None, rows, write, cancelled)
        try:
            _put_in_free_place(new.path, target)
        finally:
            new.path.unlink(missing_ok=True)
        sync_folder(target.parent)
    return Saved(path, new.rows, new.fingerprint.size, None, tuple(new.warnings))


def check_disk(document: Document, state: FileState, target: Path, *, overwrite: bool) -> None:
    """Raise Conflict unless the file on disk is the one opened, or the one that we saved last."""
    disk = _disk(target)
    if disk is not None and disk.same_content(state.disk):
        return
    if disk is not None and disk.inode == state.base.inode and state.base_path == state.path:
        raise _changed_in_place(document)
    if not overwrite:
        what = "is no longer there" if disk is None else "was changed by another program"
        raise Conflict("changed-on-disk", [document.path], f"{document.display_path} {what}")


def _changed_in_place(document: Document) -> Conflict:
    """Our rows are read from this very file: what is not in the journal is gone."""
    why = f"{document.display_path} was changed in place by another program"
    return Conflict("changed-in-place", [document.path], why)


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


def pieces(document: Document, rows: Sequence[RowId]) -> Iterator[Piece]:
    """What a file of these rows consists of: runs of untouched records, replaced ones and added ones."""
    import numpy as np

    # asarray would take 0.2 s for a range of a million.
    order = np.arange(rows.start, rows.stop) if isinstance(rows, range) else np.asarray(rows, dtype=np.int64)
    if not len(order):
        return
    special = (order >= NEW_ROW) | np.isin(order, document.overlay.edited_rows())
    marked = np.flatnonzero(special)
    jumps = np.flatnonzero(np.diff(order) != 1) + 1
    cuts = np.unique(np.concatenate(([0], marked, marked + 1, jumps, [len(order)]))).tolist()
    raws = _raws(document, order[marked])
    for start, stop in pairwise(cuts):
        row = int(order[start])
        if not special[start]:
            yield Kept(row, row + stop - start)
        elif row < NEW_ROW:
            yield Replaced(row, next(raws))
        else:
            yield Added(next(raws), document.section_of(row))


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


@dataclass(frozen=True, slots=True)
class _New:
    """A finished file that does not stand in its place yet."""

    path: Path
    fingerprint: Fingerprint
    rows: int
    warnings: list[str]


def _write_beside(document: Document, target: Path, progress: Progress, cancelled: Cancelled) -> _New:
    document.build_index(progress, cancelled)
    if not document.complete:
        raise WriteCancelled
    old = target.stat() if target.exists() else None
    if old and not os.access(target, os.W_OK):
        raise FtuiError(
            f"{document.display_path} is read-only", f"chmod u+w {target}, or save under another name"
        )
    order = document.order()

    def write(out: BinaryIO) -> None:
        document.records.write(out, pieces(document, order), progress, cancelled)

    return _write(target, old, len(order), write, cancelled)


def _write(
    target: Path,
    old: os.stat_result | None,
    rows: int,
    write: Callable[[BinaryIO], None],
    cancelled: Cancelled,
) -> _New:
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
    return _New(path, new, rows, warnings)


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


def _pending(
    document: Document, state: FileState, target: Path, notes: Notes, new: Fingerprint
) -> tuple[Pending, Path | None]:
    """Back the old file up and settle where the session's base will be once it is replaced."""
    cursor = notes.cursor
    backup = keep_backup(notes.backups, target) if target.exists() else None
    if state.base_path != state.path:
        return Pending(new, cursor, state.base_path, state.base), backup
    if backup and fingerprint(backup).same_content(state.base):
        return Pending(new, cursor, str(backup), state.base), backup
    # What is replaced is somebody else's version: ours is only in the open file, so it is written out.
    copy = notes.backups / backup_name(target)
    with copy.open("xb") as out:
        kept = [Kept(0, document.base_rows)] if document.base_rows else []
        document.records.write(out, kept, no_progress, never)
        out.flush()
        os.utime(out.fileno(), ns=(state.base.mtime_ns, state.base.mtime_ns))
        os.fsync(out.fileno())
    return Pending(new, cursor, str(copy), fingerprint(copy)), backup


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


def _raws(document: Document, rows: Any) -> Iterator[bytes]:
    batches = (rows[at : at + _BATCH].tolist() for at in range(0, len(rows), _BATCH))
    return chain.from_iterable(document.raws(batch) for batch in batches)


def _disk(target: Path) -> Fingerprint | None:
    try:
        return fingerprint(target)
    except OSError:
        return None


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
