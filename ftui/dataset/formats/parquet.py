"""Parquet: rows shown and edited as JSON, saved by rewriting the file with the edited cells replaced."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from ftui.dataset import json_spans, json_update
from ftui.dataset.formats import parquet_values
from ftui.dataset.formats.base import Cancelled, FormatName, Piece, Progress, Section, WriteCancelled
from ftui.dataset.formats.json_value import parse_json
from ftui.dataset.formats.parquet_footer import read_footer
from ftui.dataset.formats.source import Source
from ftui.dataset.record import FieldEdit, Parsed, Problem
from ftui.project.errors import FtuiError

if TYPE_CHECKING:
    import polars as pl

_BLOCK = 1000
_BLOCKS_KEPT = 8


class ParquetRecords:
    """Rows of a Parquet file; polars is imported with the first row read.

    Kept at a save: column names, order and types (nested lists and structs, categories, enumerations, time units and
    zones, decimals), nulls, the file's key-value metadata, its compression codec, the size of its row groups, and the
    exact value of every cell that was not edited. Not kept, for polars does not write them: the mark that a column
    holds no nulls, field numbers, encodings, bloom filters, sorting columns, page sizes and the name of the program
    that wrote it. A copy of a row is made from its JSON, which says NaN as null and knows microseconds at most.
    """

    format: FormatName = "parquet"

    def __init__(self, source: Source) -> None:
        self.path: Path = source.path
        self.compression: Literal["gzip", "zstd"] | None = source.compression
        self.source = source
        self.footer = read_footer(source)
        self._blocks: OrderedDict[int, list[bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._schema: pl.Schema | None = None

    @property
    def complete(self) -> bool:
        return True

    @property
    def sections(self) -> Sequence[Section]:
        return (Section("", 0, len(self)),)

    def notes(self) -> Sequence[Problem]:
        return ()

    def __len__(self) -> int:
        return self.footer.rows

    def first(self, count: int) -> None:
        self.raws(0, min(count, _BLOCK))

    def index(self, progress: Progress, cancelled: Cancelled) -> None:  # noqa: ARG002 - the footer says it all
        progress(len(self), len(self))

    # --- reading

    @property
    def _file(self) -> str:
        """The file as opened, also after it was replaced on disk."""
        return f"/dev/fd/{self.source.descriptor()}"

    @property
    def schema(self) -> pl.Schema:
        """Column names and types."""
        if self._schema is None:
            self._schema = self._frame(0, 0).schema
        return self._schema

    def _frame(self, start: int, count: int | None) -> pl.DataFrame:
        import polars as pl

        try:
            return pl.scan_parquet(self._file, glob=False).slice(start, count).collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            reason = str(error).partition("\n")[0]
            raise FtuiError(f"{self.path}: cannot be read: {reason}", "fetch the file again") from None

    def raw(self, row: int) -> bytes:
        if not 0 <= row < len(self):
            raise IndexError(row)
        return self._block(row // _BLOCK)[row % _BLOCK]

    def raws(self, start: int, stop: int) -> list[bytes]:
        stop = min(stop, len(self))
        if stop - start > 2 * _BLOCK:
            return _rows(self._frame(start, stop - start))
        found: list[bytes] = []
        while start < stop:
            block, at = divmod(start, _BLOCK)
            taken = self._block(block)[at : at + stop - start]
            found += taken
            start += len(taken)
        return found

    def _block(self, number: int) -> list[bytes]:
        with self._lock:
            if number in self._blocks:
                self._blocks.move_to_end(number)
            else:
                self._blocks[number] = _rows(self._frame(number * _BLOCK, _BLOCK))
                if len(self._blocks) > _BLOCKS_KEPT:
                    self._blocks.popitem(last=False)
            return self._blocks[number]

    def line(self, row: int) -> int | None:  # noqa: ARG002 - there are no lines
        return None

    def row_at_line(self, line: int) -> int:
        """The row of that number, from 1: a Parquet file has no lines."""
        return max(0, min(line, len(self)) - 1)

    def parse(self, raw: bytes) -> Parsed:
        return parse_json(raw, arrays=False)

    # --- changing

    def edit(self, raw: bytes, edits: Sequence[FieldEdit]) -> bytes:
        return self._checked(raw, json_spans.replace_texts(raw, edits))

    def update(self, raw: bytes, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        return self._checked(raw, json_update.update(raw, value))

    def encode(self, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        if not isinstance(value, Mapping):
            raise FtuiError("a row here needs a value for each column", f"columns: {', '.join(self.schema)}")
        self.cells(value)
        return parquet_values.to_json({name: value.get(name) for name in self.schema})

    def _checked(self, old: bytes, new: bytes) -> bytes:
        """The new row, when its columns can hold it."""
        self.cells(self.changed(old, new))
        return new

    def changed(self, old: bytes, new: bytes) -> dict[str, Any]:
        """The columns whose JSON differs; a column that is gone becomes null.

        Raises FtuiError when the new row is no object.
        """
        before, after = parse_json(old, arrays=False).value, parse_json(new, arrays=False).value
        if not isinstance(after, dict):
            raise FtuiError(
                "this row is no JSON object: Parquet cannot hold it", "mend the row, or delete it"
            )
        known = before if isinstance(before, dict) else {}
        extra = {name: value for name, value in after.items() if name not in self.schema}
        named = {name: after.get(name) for name in self.schema}
        return extra | {k: v for k, v in named.items() if k not in known or not json_update.same(known[k], v)}

    def cells(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """JSON values as values of their columns.

        Raises FtuiError when one does not fit.
        """
        import polars as pl

        cells: dict[str, Any] = {}
        for name, item in value.items():
            if name not in self.schema:
                raise FtuiError(
                    f"there is no column {name} in this file", f"columns: {', '.join(self.schema)}"
                )
            try:
                cells[name] = parquet_values.from_json(item, self.schema[name])
                pl.Series([cells[name]], dtype=self.schema[name])
            except (ValueError, TypeError, AttributeError, OverflowError, pl.exceptions.PolarsError) as error:
                hint = f"its type is {self.schema[name]}"
                raise FtuiError(
                    f"column {name} cannot hold this value: {str(error).splitlines()[0]}", hint
                ) from None
        return cells

    def fit(self, raw: bytes) -> bytes:
        return raw

    def write(self, out: BinaryIO, pieces: Iterable[Piece], progress: Progress, cancelled: Cancelled) -> None:
        import polars as pl

        from ftui.dataset.formats.parquet_writer import rewritten

        if cancelled():
            raise WriteCancelled
        frame = rewritten(self, self._frame(0, None), pieces)
        progress(len(self) // 2, len(self))
        if cancelled():
            raise WriteCancelled
        metadata = {k: v for k, v in pl.read_parquet_metadata(self._file).items() if k != "ARROW:schema"}
        target = self.source.writer(out)
        buffer = io.BytesIO()
        frame.write_parquet(
            buffer,
            compression=self.footer.codec,
            row_group_size=self.footer.group_rows,
            metadata=metadata or None,
        )
        target.write(buffer.getbuffer())
        if target is not out:
            target.close()
        progress(len(self), len(self))

    def close(self) -> None:
        self.source.close()


def _rows(frame: pl.DataFrame) -> list[bytes]:
    return [parquet_values.to_json(row) for row in frame.iter_rows(named=True)]
