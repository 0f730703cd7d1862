"""`--export FILE`: every point of every run as a row, written while the logs grow, and gone on with later."""

from __future__ import annotations

import fcntl
import math
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from ftui.project.errors import FtuiError
from ftui.training.export_row import Row
from ftui.training.export_table import RowTable, table_for
from ftui.training.plain import unicode
from ftui.training.record import Record
from ftui.training.run import Run

SUFFIXES = (".parquet", ".csv", ".jsonl")
_HELD = 200_000
"""Rows that wait for a disk that is full; of more, the oldest are given up, and that is said."""
_RETRY = 5.0


class _Mark:
    """How far the export is with one run, so that a log that is read again gives no row twice."""

    def __init__(self) -> None:
        self.last: dict[str, float] = {}
        """Metric → the step of its last row."""
        self.resumptions = 0
        """How often the rows go back to an earlier step."""
        self.heard = 0
        """How often the run went back since it was begun to be read (again)."""


class Export:
    """Listens to runs, and appends what is new to a file at each `flush`. Faults are told once; reading goes on."""

    def __init__(
        self,
        path: Path,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Go on with the file if it is there. Raises FtuiError for one that is not ours or is being written."""
        if path.suffix not in SUFFIXES:
            raise FtuiError(
                f"--export {path}: not a kind of file that is known", f"end it in {', '.join(SUFFIXES)}"
            )
        self.path = path
        self.rows = 0
        """Rows written by this export."""
        self._tell = tell
        self._clock = clock
        self._marks: dict[str, _Mark] = {}
        self._waiting: list[Row] = []
        self._told: set[str] = set()
        self._retry_at = -math.inf
        try:
            self._lock = _locked(path)
        except OSError as error:
            raise FtuiError(f"cannot export to {path}: {_reason(error)}", "choose another file") from error
        try:
            self._table: RowTable = table_for(path)
            try:
                self._go_on(self._table.rows())
            except (FtuiError, OSError):
                self._table.close()
                raise
        except FtuiError:
            self._release()
            raise
        except OSError as error:
            self._release()
            raise FtuiError(f"cannot export to {path}: {_reason(error)}", "choose another file") from error

    def begun(self, run: Run) -> None:
        """The run is read from its beginning: what was exported of it is not told again."""
        self._mark(run).heard = 0

    def point(self, run: Run, metric: str, step: float, value: float, record: Record) -> None:
        """Take a point, unless it is in the file already."""
        mark = self._mark(run)
        if mark.heard < mark.resumptions or step <= mark.last.get(metric, -math.inf):
            return
        mark.last[metric] = step
        self._waiting.append(Row(_name(run), _line(metric), step, record.epoch, record.time, value))

    def went_back(self, run: Run, step: float) -> None:
        """The run was resumed from an earlier step: its rows follow, after those that they supersede."""
        mark = self._mark(run)
        mark.heard += 1
        if mark.heard > mark.resumptions:
            mark.resumptions = mark.heard
            for metric, last in mark.last.items():
                mark.last[metric] = min(last, math.nextafter(step, -math.inf))

    def flush(self, last: bool = False) -> None:
        """Write what is new, whole rows only. Never raises for a disk."""
        if not self._waiting and not last:
            return
        now = self._clock()
        if (now < self._retry_at or not self._table.due(now, len(self._waiting))) and not last:
            return
        try:
            self._table.append(self._waiting, now)
        except OSError as error:
            self._retry_at = now + _RETRY
            self._fail(f"export to {self.path}: {_reason(error)}; it is tried again")
            self._bound()
            return
        self.rows += len(self._waiting)
        self._waiting = []

    def close(self) -> None:
        """Write the rest and let the file go."""
        if self._lock.closed:
            return
        self.flush(last=True)
        self._table.close()
        self._release()

    def _release(self) -> None:
        with suppress(OSError):
            Path(self._lock.name).unlink()
        self._lock.close()

    def _go_on(self, rows: Iterable[tuple[str, str, float]]) -> None:
        for run, metric, step in rows:
            mark = self._marks.setdefault(run, _Mark())
            mark.last[metric] = step
        for run, times in self._table.resumptions.items():
            self._marks[run].resumptions = times

    def _mark(self, run: Run) -> _Mark:
        return self._marks.setdefault(_name(run), _Mark())

    def _bound(self) -> None:
        if len(self._waiting) > _HELD:
            del self._waiting[: len(self._waiting) - _HELD]
            self._fail(f"export to {self.path}: rows are lost, for more than {_HELD:,} wait to be written")

    def _fail(self, message: str) -> None:
        if message not in self._told:
            self._told.add(message)
            self._tell(message)


def _name(run: Run) -> str:
    return _line(str(run.path))


def _line(text: str) -> str:
    """A name on one line: what is appended to a file is cut at line ends."""
    return " ".join(unicode(text).splitlines())


def _locked(path: Path) -> IO[bytes]:
    """A lock beside the file, held while it is exported to; a Parquet file is replaced, so the lock is not on it."""
    place = path.with_name(f".{path.name}.lock")
    while True:
        lock = place.open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise FtuiError(f"another ftui exports to {path}", "choose another file") from None
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock.fileno()), place.stat()):
                return lock
        lock.close()  # whoever held it took it away between the two


def _reason(error: OSError) -> str:
    return (os.strerror(error.errno) if error.errno else str(error)).lower()
