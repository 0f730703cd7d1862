"""What one step consists of: changes checked against the rows as they are, before anything is written down."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ftui.dataset import field_path
from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.formats.base import never, no_progress
from ftui.dataset.overlay import touched_rows
from ftui.dataset.record import NEW_ROW, FieldEdit, RowId
from ftui.project.errors import FtuiError
from ftui.store.entry import (
    HASH_SIZE,
    Accepted,
    Change,
    Deleted,
    Inserted,
    Marked,
    Raw,
    Splices,
    row_hash,
    row_hashes,
)
from ftui.text.common_ends import common_ends

_BATCH = 8192
_STALE = "the rows changed since this was prepared"


def text_change(document: Document, rid: RowId, field: str, text: str) -> Splices | Raw | None:
    """The change that lets a field read `text`; None when it does already. Raises FtuiError."""
    raw = document.raw(rid)
    value = document.parse(raw).value
    if value is None:
        raise FtuiError("this row cannot be read as data", "edit the whole line instead")
    try:
        old = field_path.get(value, field)
    except KeyError:
        old = None
    except ValueError as error:
        raise FtuiError(str(error)) from error
    if isinstance(old, str):
        if old == text:
            return None
        return Splices.of(str(document.path), [(rid, [difference(field, old, text)])])
    new = document.records.update(raw, _with(value, field, text))
    return Raw(str(document.path), rid, new) if new != raw else None


def difference(field: str, old: str, new: str) -> FieldEdit:
    """The one replacement that makes `new` of `old`, without what both begin and end with."""
    head, tail = common_ends(old, new)
    return FieldEdit(field, head, len(old) - tail, new[head : len(new) - tail])


def prepared(
    dataset: Dataset,
    changes: Sequence[Change],
    accepted: Mapping[str, str],
    reviewed: Callable[[int, RowId], bool],
) -> list[Change]:
    """The changes with full paths and with the hashes of their rows; those that change nothing are left out.

    Raises FtuiError for a row that is not there or an edit that does not fit it.
    """
    files = {str(document.path): i for i, document in enumerate(dataset.documents)}
    files.update({document.display_path: i for i, document in enumerate(dataset.documents)})
    seen: dict[int, set[RowId]] = {}
    added: dict[RowId, bytes] = {}
    made: list[Change] = []
    for change in changes:
        if isinstance(change, Accepted):
            previous = accepted.get(change.key)
            if previous != change.reason:
                made.append(change._replace(previous=previous))
            continue
        if change.path not in files:
            raise FtuiError(f"{change.path} is not open", "open it together with the other files")
        file = files[change.path]
        document = dataset.documents[file]
        if len(changes) > 1 and not isinstance(change, Marked):
            _refuse_twice(seen.setdefault(file, set()), change)
        if isinstance(change, Marked):
            rows = [row for row in change.rows if reviewed(file, row) != change.reviewed]
            change = change._replace(rows=rows)
        if isinstance(change, Raw | Inserted) or len(change.rows):
            made.append(_prepare(document, change, added))
    return made


def rows_in_words(rows: Sequence[RowId]) -> str:
    """`row 12`, `a new row`, `3 rows`."""
    if len(rows) != 1:
        return count_in_words(len(rows), "row")
    return f"row {rows[0]}" if rows[0] < NEW_ROW else "a new row"


def count_in_words(count: int, noun: str) -> str:
    """`1 finding`, `1,200 findings`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _prepare(
    document: Document, change: Splices | Raw | Deleted | Inserted | Marked, added: dict[RowId, bytes]
) -> Change:
    path = str(document.path)
    match change:
        case Splices():
            return _prepare_splices(document, change, path)
        case Raw():
            refuse_bad_raw(document, change.raw)
            return change._replace(
                path=path, row=int(change.row), before=_hashes(document, [int(change.row)])
            )
        case Deleted() | Marked():
            return change._replace(path=path, before=_hashes(document, change.rows))
        case Inserted():
            refuse_bad_raw(document, change.raw)
            added[change.row] = change.raw
            if change.after in added:
                before = row_hash(added[change.after])
            else:
                # After a deleted row is as good a place as any.
                before = row_hash(document.raw(change.after)) if change.after >= 0 else b""
            row, after = int(change.row), int(change.after)  # numpy integers come from orders
            return change._replace(path=path, row=row, after=after, before=before)


def _prepare_splices(document: Document, change: Splices, path: str) -> Splices:
    """Splices that came with hashes were tried by whoever made them: it is enough that the rows are still those."""
    rows = change.touched()
    given = change.before
    hashes = []
    for at in range(0, len(rows), _BATCH):
        batch = rows[at : at + _BATCH]
        raws = _present(document, batch)
        found = row_hashes(raws)
        if given:
            if found != given[at * HASH_SIZE : (at + len(batch)) * HASH_SIZE]:
                raise FtuiError(_STALE, "run the check again")
        else:
            for row, raw in zip(batch, raws, strict=True):
                document.records.edit(raw, [FieldEdit(*splice) for splice in change.at(row)])
        hashes.append(found)
    return Splices(
        path, change.rows, change.starts, change.ends, change.field_of, change.text_of, change.fields,
        change.texts, b"".join(hashes),
    )  # fmt: skip


def refuse_bad_raw(document: Document, raw: bytes) -> None:
    """Raise FtuiError for bytes that would not be one row in this file."""
    if document.format == "jsonl":
        if b"\n" in raw or raw.endswith(b"\r"):
            raise FtuiError("a row is one line", "write a line break in a text as \\n, or add a second row")
        if not raw.strip():
            raise FtuiError("a blank line is no row", "delete the row instead")
        return
    parsed = document.parse(raw)
    fatal = [problem for problem in parsed.problems if problem.fatal and problem.kind != "not-an-object"]
    if parsed.value is None and (fatal or not parsed.problems):
        why = fatal[0].message if fatal else "it has no value"
        raise FtuiError(f"this is not a row of a {document.format} file: {why}", "mend it, or delete the row")


def _refuse_twice(seen: set[RowId], change: Change) -> None:
    rows = set(touched_rows(change))
    if not seen.isdisjoint(rows):
        raise ValueError(f"a row is changed twice in one step: {min(seen & rows)}")
    seen |= rows


def _present(document: Document, rows: Sequence[RowId]) -> list[bytes]:
    """The bytes of rows, ascending, that must be there."""
    if rows and rows[-1] - rows[0] == len(rows) - 1:
        rows = range(rows[0], rows[-1] + 1)
    if not document.complete and any(document.base_rows <= row < NEW_ROW for row in rows):
        document.build_index(no_progress, never)  # a fix planned by a worker that knows all
    gone = next((row for row in rows if document.deleted(row)), None) if document.overlay.structural else None
    if gone is not None:
        raise FtuiError(f"row {gone} was deleted", "undo the deletion first")
    try:
        raws = document.raws(rows)
    except IndexError:
        raws = []
    if len(raws) != len(rows):
        raise FtuiError("there is no such row", f"the file has {document.base_rows:,} rows")
    return raws


def _hashes(document: Document, rows: Sequence[RowId]) -> bytes:
    batches: Iterable[Sequence[RowId]] = (rows[at : at + _BATCH] for at in range(0, len(rows), _BATCH))
    return b"".join(row_hashes(_present(document, batch)) for batch in batches)


def _with(value: dict[str, Any] | list[Any], field: str, text: str) -> dict[str, Any] | list[Any]:
    """A copy of a value with a text at a path where there was none, or something else."""
    made: Any = copy.deepcopy(value)
    *parents, last = field_path.parse(field)
    holder = made
    try:
        for step in parents:
            holder = holder[step]
        if isinstance(holder, list) != isinstance(last, int):
            raise KeyError(last)
        holder[last] = text
    except (LookupError, TypeError) as error:
        raise FtuiError(
            f"there is no place for {field} in this row", "add what it stands in first"
        ) from error
    return made  # type: ignore[no-any-return]
