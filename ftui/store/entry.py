"""What the journal holds: entries, each one step of undo, each a set of changes to files."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from itertools import islice
from operator import eq
from typing import Literal, NamedTuple, Protocol

HASH_SIZE = 8
EntryKind = Literal["edit", "fix", "delete", "add", "accept", "mark"]


def row_hash(raw: bytes) -> bytes:
    """The 8 bytes by which a row's content is found again (half the time of blake2b on rows of 700 bytes)."""
    return sha1(raw, usedforsecurity=False).digest()[:HASH_SIZE]


def row_hashes(raws: Iterable[bytes]) -> bytes:
    """The hashes of several rows, joined."""
    return b"".join([sha1(raw, usedforsecurity=False).digest()[:HASH_SIZE] for raw in raws])


class Splice(NamedTuple):
    """Replace characters start..end of a field's decoded text; the same four parts as a FieldEdit."""

    field: str
    start: int
    end: int
    text: str


class Edit(Protocol):
    """Anything with the four parts of a splice: FieldEdit and Splice."""

    @property
    def field(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class Splices:
    """Character replacements in text fields of many rows of one document, as parallel columns sorted by row.

    One element a splice: a row with two splices stands twice in `rows`. `fields` and `texts` are tables,
    `field_of` and `text_of` the index of each splice in them. `before` holds the hash of each touched row's
    bytes before the change (8 bytes a distinct row; empty until the session fills it), by which a replay on a
    changed file finds it.
    """

    path: str
    rows: array[int]
    starts: array[int]
    ends: array[int]
    field_of: array[int]
    text_of: array[int]
    fields: tuple[str, ...]
    texts: tuple[str, ...]
    before: bytes = b""

    @classmethod
    def of(cls, path: str, edits: Iterable[tuple[int, Iterable[Edit]]], before: bytes = b"") -> Splices:
        """Splices from (row, edits) pairs; rows ascending, each row once."""
        rows, starts, ends, field_of, text_of = (array(code) for code in "qIIII")
        fields: dict[str, int] = {}
        texts: dict[str, int] = {}
        last = -1
        for row, splices in edits:
            if row <= last:
                raise ValueError(f"rows must ascend: {row} after {last}")
            last = row
            for splice in splices:
                rows.append(row)
                starts.append(splice.start)
                ends.append(splice.end)
                field_of.append(fields.setdefault(splice.field, len(fields)))
                text_of.append(texts.setdefault(splice.text, len(texts)))
        return cls(path, rows, starts, ends, field_of, text_of, tuple(fields), tuple(texts), before)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[int, list[Splice]]]:
        """Each touched row with its splices, ascending."""
        first = 0
        while first < len(self.rows):
            last = bisect_right(self.rows, self.rows[first], first)
            yield self.rows[first], self._between(first, last)
            first = last

    def at(self, row: int) -> list[Splice]:
        """The splices of one row; empty when it is not touched."""
        first = bisect_left(self.rows, row)
        return self._between(first, bisect_right(self.rows, row, first))

    def touched(self) -> array[int]:
        """The distinct rows, ascending."""
        rows = self.rows
        if not any(map(eq, rows, islice(rows, 1, None))):
            return rows
        return array("q", dict.fromkeys(rows))

    def _between(self, first: int, last: int) -> list[Splice]:
        return [
            Splice(self.fields[self.field_of[i]], self.starts[i], self.ends[i], self.texts[self.text_of[i]])
            for i in range(first, last)
        ]


class Raw(NamedTuple):
    """A row's whole bytes replaced: turns added or removed, a role changed, a broken line mended by hand."""

    path: str
    row: int
    raw: bytes
    before: bytes = b""
    """The row's hash before the change; filled by the session, as in every change below."""


class Deleted(NamedTuple):
    """Rows removed; `rows` ascend and `before` holds 8 bytes a row."""

    path: str
    rows: Sequence[int]
    before: bytes = b""


class Inserted(NamedTuple):
    """A new row after another one (-1: at the start); `row` is its RowId (NEW_ROW + k).

    `before` is the hash of the row it was put after (empty at the start).
    """

    path: str
    row: int
    after: int
    raw: bytes
    before: bytes = b""


class Accepted(NamedTuple):
    """A finding accepted (or, with reason None, no longer accepted) by its key."""

    key: str
    code: str
    reason: str | None
    previous: str | None = None
    """The reason that stood before, for undo; filled by the session."""


class Marked(NamedTuple):
    """Rows marked as reviewed, or unmarked; `before` holds 8 bytes a row: the content that was reviewed."""

    path: str
    rows: Sequence[int]
    reviewed: bool
    before: bytes = b""


Change = Splices | Raw | Deleted | Inserted | Accepted | Marked


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: what a person did, in words (`fix STP001 in 212 rows`), and the changes it made."""

    title: str
    changes: tuple[Change, ...]
    kind: EntryKind = "edit"
    code: str = ""
    """The rule of a fix."""
    sequence: int = 0
    """Position in the journal, from 1; given by the journal, as is `at`."""
    at: str = ""
    """When it was made: ISO 8601, UTC."""
    details: dict[str, str] = field(default_factory=dict)
