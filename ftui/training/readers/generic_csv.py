"""Tables with a header, of any writer: comma, semicolon or tab between the cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.training.readers.columns import EPOCH, MOST_COLUMNS, STEP, TIME, guess
from ftui.training.readers.reader import LineReader
from ftui.training.readers.table import Layout, Table
from ftui.training.readers.values import LONGEST_NUMBER, number, unix_seconds
from ftui.training.record import Record

_SEPARATORS = ",;\t"
_LOOKED_AT = 50
"""Lines by which a table of numbers is told from one of texts."""
_NUMBERS = 0.7
"""Of the filled cells; a table with a column or two of words is a log still."""
_LONGEST_CELL = 200


class CsvReader(LineReader):
    """A table whose columns are guessed by their names, or told by `[training.columns]`."""

    format = "csv"
    title = "CSV or TSV with a header"
    epoch_is_step: ClassVar[bool] = False

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._separator = ","
        self._header: list[str] = []
        self._layout: Layout | None = None
        self._table: Table | None = None
        self._read = cell_number

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        header, share = look(head)
        if not header or share < _NUMBERS:
            return 0.0
        parts = {found[0] for name in header if (found := guess(name)) is not None}
        if parts & {TRAIN_LOSS, EVAL_LOSS}:
            return 0.5 if parts & {STEP, EPOCH, TIME} else 0.3
        return 0.1 if parts & {STEP, EPOCH} else 0.0

    def read_line(self, line: str) -> Iterator[Record]:
        if not self._header:
            self._begin(line)
            return
        cells = split(line, self._separator)
        if cells and cells[0].strip() == self._header[0] and self._is_header(cells):
            self._take_header(cells)
            return
        if len(cells) != len(self._header):
            return
        assert self._table is not None
        assert self._layout is not None
        record = self._table.record(self._layout, cells, self._read)
        if record is not None:
            yield record

    def finish(self) -> list[Record]:
        """A last line without its end may be cut: in its last cell, which therefore does not count."""
        rest, self._rest = self._rest, b""
        cells = split(rest.decode("utf-8", "replace"), self._separator)
        if self._table is None or self._layout is None or len(cells) != len(self._header):
            return []
        if self._layout.step == len(cells) - 1 or (
            self.epoch_is_step and self._layout.epoch == len(cells) - 1
        ):
            return []
        record = self._table.record(self._layout, [*cells[:-1], ""], self._read)
        return [] if record is None else [record]

    def _begin(self, line: str) -> None:
        line = line.lstrip("\ufeff# ")
        separator = max(_SEPARATORS, key=line.count)
        cells = split(line, separator)
        if self._is_header(cells):
            self._separator = separator
            self._read = local_number if separator == ";" else cell_number
            self._take_header(cells)

    def _is_header(self, cells: list[str]) -> bool:
        return len(cells) > 1 and bool(cells[0].strip()) and all(number(cell) is None for cell in cells)

    def _take_header(self, cells: list[str]) -> None:
        if self._table is None:
            self._table = Table(self.columns, self.facts, self.epoch_is_step)
        self._header = [cell.strip() for cell in cells]
        self._layout = self._table.learn(self._header)


def cell_number(cell: str) -> float | None:
    """The number in a cell."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return None if "_" in cell or len(cell) > LONGEST_NUMBER else value


def local_number(cell: str) -> float | None:
    """The number in a cell, also with a comma before the decimals, as spreadsheets in many languages write it."""
    found = cell_number(cell)
    return cell_number(cell.replace(",", ".")) if found is None and cell.count(",") == 1 else found


def split(line: str, separator: str) -> list[str]:
    """The cells of a line; a quoted cell may hold the separator. At most as many as columns are kept."""
    if '"' not in line:
        return line.split(separator, MOST_COLUMNS)
    try:
        return next(csv.reader([line], delimiter=separator), [])[: MOST_COLUMNS + 1]
    except csv.Error:
        return []


def look(head: bytes) -> tuple[list[str], float]:
    """The header of a table, and which part of the cells filled below it are numbers or times; no header: no table."""
    lines = head[:65_536].decode("utf-8", "replace").replace("\r", "\n").split("\n")
    lines = [line for line in lines if line.strip()]
    if not lines or "\0" in lines[0]:
        return [], 0.0
    first = lines[0].lstrip("\ufeff# ")
    separator = max(_SEPARATORS, key=first.count)
    header = [cell.strip() for cell in split(first, separator)]
    if len(header) < 2 or any(number(cell) is not None or len(cell) > _LONGEST_CELL for cell in header):
        return [], 0.0
    if not any(header) or "{" in first:
        return [], 0.0
    rows = lines[1 : _LOOKED_AT + 1]
    if len(lines) <= _LOOKED_AT and len(rows) > 1 and not head.endswith((b"\n", b"\r")):
        rows.pop()
    filled = numeric = 0
    for row in rows:
        cells = split(row, separator)
        if len(cells) != len(header):
            return header, 0.0
        for cell in cells:
            bare = cell.strip()
            filled += bool(bare)
            numeric += (
                number(bare) is not None
                or unix_seconds(bare) is not None
                or (separator == ";" and local_number(bare) is not None)
            )
    return header, 1.0 if not filled else numeric / filled
