"""Saving a document: a new file beside the old one, checked, then put in its place in one step."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from ftui.dataset.document import Document
from ftui.dataset.formats import COMPRESSION_SUFFIXES
from ftui.dataset.formats.base import (
    Cancelled,
    Kept,
    Progress,
    WriteCancelled,
    never,
    no_progress,
)
from ftui.dataset.new_file import NewFile, Saved, failing_as, sync_folder, write_beside, write_new
from ftui.dataset.pieces import pieces
from ftui.dataset.record import RowId
from ftui.project.errors import FtuiError
from ftui.store.backups import backup_name, keep_backup
from ftui.store.file_states import FileState, Pending
from ftui.store.fingerprint import Fingerprint, fingerprint


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
        new = _write_document(document, target, progress, cancelled)
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


def _write_document(document: Document, target: Path, progress: Progress, cancelled: Cancelled) -> NewFile:
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

    return write_beside(target, old, len(order), write, cancelled)


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


def _disk(target: Path) -> Fingerprint | None:
    try:
        return fingerprint(target)
    except OSError:
        return None
