"""The frame that a save of a Parquet file writes: the original with edited cells replaced, rows removed and added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import polars as pl

from ftui.dataset.formats.base import Added, Kept, Piece, Replaced
from ftui.project.errors import FtuiError


class ParquetFile(Protocol):
    """What the writer asks of a Parquet file."""

    def raw(self, row: int) -> bytes:
        """A row as JSON."""

    def changed(self, old: bytes, new: bytes) -> dict[str, Any]:
        """The columns whose JSON differs."""

    def cells(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """JSON values as values of their columns."""


def rewritten(file: ParquetFile, frame: pl.DataFrame, pieces: Iterable[Piece]) -> pl.DataFrame:
    """The frame after the edits.

    Raises FtuiError when a row cannot be held by the columns, ValueError when pieces are out of order.
    """
    order: list[range] = []
    edits: dict[str, dict[int, Any]] = {}
    added: list[dict[str, Any]] = []
    at = 0
    for piece in pieces:
        if isinstance(piece, Added):
            value = file.changed(b"null", piece.raw)
            order.append(range(frame.height + len(added), frame.height + len(added) + 1))
            added.append(file.cells(value))
            continue
        rows = range(piece.start, piece.stop) if isinstance(piece, Kept) else range(piece.row, piece.row + 1)
        if rows.start < at and len(rows):
            raise ValueError(f"pieces out of order: record {rows.start} after {at}")
        at = max(at, rows.stop)
        order.append(rows)
        if isinstance(piece, Replaced):
            _note_edits(file, piece, edits)
    frame = frame.with_columns(_patched(frame[name], cells) for name, cells in edits.items())
    if added:
        new = [_series(name, [row.get(name) for row in added], dtype) for name, dtype in frame.schema.items()]
        frame = pl.concat([frame, pl.DataFrame(new)])
    if [number for rows in order for number in (rows.start, rows.stop)] == [0, frame.height]:
        return frame
    picked = pl.concat(
        [pl.int_range(rows.start, rows.stop, eager=True) for rows in order if len(rows)] or [_NONE]
    )
    return frame[picked]


_NONE = pl.Series([], dtype=pl.Int64)


def _note_edits(file: ParquetFile, piece: Replaced, edits: dict[str, dict[int, Any]]) -> None:
    try:
        cells = file.cells(file.changed(file.raw(piece.row), piece.raw))
    except FtuiError as error:
        raise FtuiError(f"row {piece.row}: {error.message}", error.hint) from None
    for name, value in cells.items():
        edits.setdefault(name, {})[piece.row] = value


def _patched(column: pl.Series, cells: dict[int, Any]) -> pl.Series:
    """A column with some cells replaced, whatever its type: the new cells are put behind it and picked from there."""
    new = _series(column.name, list(cells.values()), column.dtype)
    picked = pl.int_range(len(column), eager=True)
    picked = picked.scatter(list(cells), list(range(len(column), len(column) + len(cells))))
    return pl.concat([column, new])[picked]


def _series(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    try:
        return pl.Series(name, values, dtype=dtype)
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        reason = str(error).partition("\n")[0]
        raise FtuiError(f"column {name} cannot hold a new value: {reason}", f"its type is {dtype}") from None
