"""The files of an export: JSON Lines and CSV are appended to, Parquet is replaced as a whole."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from ftui.project.errors import FtuiError
from ftui.training.export_row import Row

_COLUMNS = Row._fields
_PARQUET = 30.0
"""Seconds between two versions of a Parquet file; more where writing one takes more than a tenth of that."""
_MANY = 100_000
"""Rows that are written before their time."""
Place = tuple[str, str, float]


class RowTable(ABC):
    """A file of rows in long form."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.resumptions: dict[str, int] = {}
        """Run → how often its rows go back to an earlier step; known after `rows`."""

    @abstractmethod
    def rows(self) -> Iterator[Place]:
        """Run, metric and step of the rows that are there, in their order. Raises FtuiError for another file."""

    @abstractmethod
    def append(self, rows: Sequence[Row], now: float) -> None:
        """Add rows: all of them, or none and an OSError."""

    def due(self, now: float, waiting: int) -> bool:  # noqa: ARG002
        """Whether it is time to write so many rows."""
        return True

    def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Let the file go."""

    def _counted(self, places: Iterator[Place]) -> Iterator[Place]:
        """The places, counting resumptions: of a run's metrics, the one that went back most often tells."""
        last: dict[tuple[str, str], float] = {}
        backs: dict[tuple[str, str], int] = {}
        for run, metric, step in places:
            key = run, metric
            if step <= last.get(key, -math.inf):
                backs[key] = backs.get(key, 0) + 1
                self.resumptions[run] = max(self.resumptions.get(run, 0), backs[key])
            last[key] = step
            yield run, metric, step


class LineTable(RowTable):
    """A text file that only grows, a line a row."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._file: IO[bytes] = path.open("a+b")
        self._end = self._file.seek(0, 2)

    def append(self, rows: Sequence[Row], now: float) -> None:  # noqa: ARG002
        if os.fstat(self._file.fileno()).st_nlink == 0:  # somebody removed or replaced it
            gone, self._file = self._file, self.path.open("a+b")
            gone.close()
            self._end = self._file.seek(0, 2)
        text = (self.head() if self._end == 0 else "") + "".join(map(self.line, rows))
        data = text.encode("utf-8", "replace")
        done = 0
        try:
            while done < len(data):  # past the file's buffer, so that what is written is known
                done += os.write(self._file.fileno(), data[done:])
        except OSError:
            os.ftruncate(self._file.fileno(), self._end)  # no half row stays behind
            raise
        self._end += len(data)

    def rows(self) -> Iterator[Place]:
        with self.path.open(encoding="utf-8", errors="replace", newline="") as text:
            yield from self._counted(self.places(line for line in text if line.endswith("\n")))
        self._drop_torn_line()

    def close(self) -> None:
        self._file.close()

    def head(self) -> str:
        """What stands above the rows."""
        return ""

    @abstractmethod
    def line(self, row: Row) -> str:
        """A row as a line, its end included."""

    @abstractmethod
    def places(self, lines: Iterator[str]) -> Iterator[Place]:
        """Run, metric and step of each row."""

    def _drop_torn_line(self) -> None:
        """A last line without an end: whoever wrote it was killed, or the disk was full."""
        if self._end == 0:
            return
        back = min(self._end, 1 << 16)
        self._file.seek(self._end - back)
        whole = self._file.read(back).rfind(b"\n") + 1
        if not whole:
            raise _foreign(self.path)
        self._end -= back - whole
        os.ftruncate(self._file.fileno(), self._end)


class JsonLines(LineTable):
    """`{"run": …, "metric": …, "step": …, "epoch": …, "time": …, "value": …}`; NaN and infinity are null."""

    def line(self, row: Row) -> str:
        values = {name: _finite(value) for name, value in zip(_COLUMNS, row, strict=True)}
        return json.dumps(values, ensure_ascii=False) + "\n"

    def places(self, lines: Iterator[str]) -> Iterator[Place]:
        for line in lines:
            try:
                row: Any = json.loads(line)
                run, metric, step = row["run"], row["metric"], float(row["step"])
            except (ValueError, TypeError, KeyError, RecursionError):
                raise _foreign(self.path) from None
            if not isinstance(run, str) or not isinstance(metric, str):
                raise _foreign(self.path)
            yield run, metric, step


class Csv(LineTable):
    """A header and a line a row; `NaN`, `inf` and `-inf` as they are, an empty cell for what is not told."""

    def head(self) -> str:
        return ",".join(_COLUMNS) + "\n"

    def line(self, row: Row) -> str:
        cells = io.StringIO()
        csv.writer(cells, lineterminator="\n").writerow(
            ["" if cell is None else _short(cell) for cell in row]
        )
        return cells.getvalue()

    def places(self, lines: Iterator[str]) -> Iterator[Place]:
        rows = csv.reader(lines)
        try:
            if next(rows, list(_COLUMNS)) != list(_COLUMNS):
                raise _foreign(self.path)
            for row in rows:
                yield row[0], row[1], float(row[2])
        except (csv.Error, ValueError, IndexError):
            raise _foreign(self.path) from None


class Parquet(RowTable):
    """Rewritten by polars, with what is there streamed through: memory does not grow with the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._every = _PARQUET
        self._next = float("-inf")

    def due(self, now: float, waiting: int) -> bool:
        return now >= self._next or waiting >= _MANY

    def rows(self) -> Iterator[Place]:
        if not self.path.exists():
            with self.path.with_name(f".{self.path.name}.new").open("wb"):
                pass  # a folder that cannot be written is told now
            self.path.with_name(f".{self.path.name}.new").unlink()
            return
        import polars as pl

        try:
            held = pl.scan_parquet(self.path).select("run", "metric", "step").collect()
            if pl.read_parquet_schema(self.path).keys() != set(_COLUMNS):
                raise _foreign(self.path)
        except pl.exceptions.PolarsError:
            raise _foreign(self.path) from None
        yield from self._counted(held.iter_rows())

    def append(self, rows: Sequence[Row], now: float) -> None:
        if not rows and self.path.exists():
            return
        import time

        import polars as pl

        began = time.perf_counter()
        text, number = pl.String, pl.Float64
        types = {
            "run": text,
            "metric": text,
            "step": number,
            "epoch": number,
            "time": number,
            "value": number,
        }
        new = pl.LazyFrame(rows, schema=types, orient="row")
        whole = pl.concat([pl.scan_parquet(self.path), new]) if self.path.exists() else new
        beside = self.path.with_name(f".{self.path.name}.new")
        try:
            whole.sink_parquet(beside, maintain_order=True)
            beside.replace(self.path)
        except pl.exceptions.PolarsError as error:
            raise OSError(str(error).splitlines()[0]) from error
        finally:
            beside.unlink(missing_ok=True)
        self._next = now + max(self._every, 10 * (time.perf_counter() - began))


def table_for(path: Path) -> RowTable:
    """The table of a file, by its suffix. Raises OSError."""
    if path.suffix == ".parquet":
        return Parquet(path)
    return Csv(path) if path.suffix == ".csv" else JsonLines(path)


def _short(cell: str | float) -> str:
    if isinstance(cell, float) and math.isfinite(cell):
        return repr(_finite(cell))
    return "NaN" if cell != cell else str(cell)  # polars takes `nan` for text, everybody knows `NaN`


def _finite(value: str | float | None) -> str | float | int | None:
    if isinstance(value, str) or value is None:
        return value
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _foreign(path: Path) -> FtuiError:
    return FtuiError(f"{path} is no export of ftui", "choose another file: what is there stays as it is")
