"""What every file format gives: records as byte ranges, read a page or a run at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from ftui.dataset.record import FieldEdit, Parsed, Problem

FormatName = Literal["jsonl", "json", "csv", "tsv", "parquet"]
Progress = Callable[[int, int], None]
"""Called with (bytes or rows done, total)."""
Cancelled = Callable[[], bool]


def no_progress(_done: int, _total: int) -> None:
    """For work that nobody watches."""


def never() -> bool:
    """For work that nobody cancels."""
    return False


class WriteCancelled(Exception):  # noqa: N818 - an outcome, not an error
    """The write was cancelled: what was written so far is not a whole file and must be thrown away."""


@dataclass(frozen=True, slots=True)
class Section:
    """A named run of records in one file: a JSON object of arrays has one a key; other files have one, named ""."""

    name: str
    start: int
    stop: int


class Records(Protocol):
    """Read side of one file. The index may still be growing: `len()` is what is known so far.

    Reading is safe from several threads. The file descriptor opened first is kept, so that the records stay those of
    the file as opened even after it was replaced on disk. Nothing here changes the file.
    """

    path: Path
    format: FormatName
    compression: Literal["gzip", "zstd"] | None

    @property
    def complete(self) -> bool:
        """Whether the index has reached the end of the file."""

    @property
    def sections(self) -> Sequence[Section]:
        """The named runs of records known so far, in file order."""

    def __len__(self) -> int: ...

    def first(self, count: int) -> None:
        """Make at least `count` records readable (fewer if the file ends), reading no more of the file than needed.

        Raises FtuiError when nothing can be read: empty, a directory, no permission, not data.
        """

    def index(self, progress: Progress, cancelled: Cancelled) -> None:
        """Find every record; returns early when cancelled."""

    def notes(self) -> Sequence[Problem]:
        """What is odd between the records: blank lines, line endings. Known once the index is complete."""

    def raw(self, row: int) -> bytes:
        """The exact bytes of a record, without its line ending or separator (Parquet: the row as JSON)."""

    def raws(self, start: int, stop: int) -> list[bytes]:
        """The bytes of a run of records, read in one go."""

    def line(self, row: int) -> int | None:
        """The file's own line, from 1, on which the record begins; None for Parquet."""

    def row_at_line(self, line: int) -> int:
        """The record that holds this line, or the nearest before it."""

    def parse(self, raw: bytes) -> Parsed:
        """The value of a record's bytes; never raises."""

    def edit(self, raw: bytes, edits: Sequence[FieldEdit]) -> bytes:
        """The record with some characters of some fields replaced: only these characters' bytes change.

        Raises FtuiError when a field is not there or is not a text.
        """

    def update(self, raw: bytes, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        """The record changed so that it reads as `value`: only what differs gets new bytes.

        Raises FtuiError when the record cannot be read, or cannot hold the value.
        """

    def encode(self, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
        """A new record's bytes, in the file's own style."""

    def fit(self, raw: bytes) -> bytes:
        """Bytes typed by a person as they can stand in the file as one record: line breaks become spaces where they
        would cut it in two. `write` does the same, so that no record can break up into several.
        """

    def write(self, out: BinaryIO, pieces: Iterable[Piece], progress: Progress, cancelled: Cancelled) -> None:
        """Write the whole file anew: untouched bytes verbatim, separators and line endings kept.

        `pieces` cover the file in order; every base record not named in any piece is deleted.
        Compression is applied. An index not yet finished is finished first. Raises OSError as the file system does,
        WriteCancelled when cancelled, ValueError when pieces are out of order.
        """

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Base records start..stop (exclusive), byte for byte."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """Base record `row` with new bytes, in its place."""

    row: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class Added:
    """A new record; `section` says where in a file with several."""

    raw: bytes
    section: str = ""


Piece = Kept | Replaced | Added
