"""What a reader of a log format is: bytes in, as they were appended; records out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import ClassVar

from ftui.training.record import Facts, Record

LONGEST_LINE = 1_000_000
"""Bytes of one unfinished line that are held; what is longer is no line of a training log."""


class Reader(ABC):
    """Turns what is appended to one log file into records. One instance a file; fed in pieces of any size."""

    format: ClassVar[str]
    """The name in reports and in `[training] format`: `hf-console`."""
    title: ClassVar[str]
    """What a person calls it: "Hugging Face Trainer console"."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.facts = Facts()
        self.columns: Mapping[str, str] = {}
        """`[training.columns]`: `step`, `epoch`, `time` or a metric → the log's own name. Only logs of no known writer
        need it; it is set before the first bytes."""

    @classmethod
    @abstractmethod
    def recognise(cls, head: bytes, path: Path) -> float:
        """How sure it is that a file that begins like this is of this format: 0 not at all, 1 certainly.

        `head` holds up to 64 KiB, and the file's last 64 KiB after them where it is longer.
        """

    @abstractmethod
    def feed(self, data: bytes) -> list[Record]:
        """The records that these further bytes complete. Never raises for what a file may hold."""

    def finish(self) -> list[Record]:
        """The records in what was left unfinished: nothing more will come of this file."""
        return []


class LineReader(Reader):
    """A reader of text: whole lines, split at newlines and at the carriage returns of progress bars."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._rest = b""
        self._dropping = False
        """In the middle of a line that is too long to be one of a log."""

    def feed(self, data: bytes) -> list[Record]:
        data = self._rest + data
        if b"\r" in data:
            data = data.replace(b"\r", b"\n")
        whole, ended, self._rest = data.rpartition(b"\n")
        if self._dropping and ended:
            whole, self._dropping = whole.partition(b"\n")[2], False
        if self._dropping or len(self._rest) > LONGEST_LINE:
            self._rest, self._dropping = b"", True
        return self._records(whole)

    def finish(self) -> list[Record]:
        rest, self._rest = self._rest, b""
        return self._records(rest)

    def _records(self, whole: bytes) -> list[Record]:
        if not whole:
            return []
        if len(whole) > LONGEST_LINE:
            whole = b"\n".join([line for line in whole.split(b"\n") if len(line) <= LONGEST_LINE])
        return self.read_lines([line for line in whole.decode("utf-8", "replace").split("\n") if line])

    def read_lines(self, lines: Iterable[str]) -> list[Record]:
        """The records of several lines, none of them empty."""
        found: list[Record] = []
        for line in lines:
            found += self.read_line(line)
        return found

    @abstractmethod
    def read_line(self, line: str) -> Iterable[Record]:
        """The records of one line without its end; usually none or one."""


class WholeReader(Reader):
    """A reader of a file that its writer replaces as a whole (a JSON document, a SQLite database, a folder).

    It is never fed: `load` is called again whenever `state` has changed, and everything read before is dropped.
    `path` may lead to a run inside a database file (`metrics.db/a-run`): where several runs share one.
    """

    def state(self) -> object:
        """What differs when the source has changed; None where there is nothing. Raises nothing."""
        return file_state(self.path)

    def feed(self, data: bytes) -> list[Record]:
        raise TypeError(f"{type(self).__name__} is loaded, not fed {len(data)} bytes")

    @abstractmethod
    def load(self) -> list[Record]:
        """Every record of the file as it is now. A file in the middle of being written gives what can be read of it."""


def file_state(path: Path) -> tuple[int, int, int] | None:
    """File number, size and time of change of a file; None where there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
