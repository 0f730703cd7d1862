"""What the journal holds: entries, each one step of undo, each a set of changes to files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple


@dataclass(frozen=True, slots=True)
class Splices:
    """Character replacements in text fields of many rows of one document, as parallel columns sorted by row.

    Stored as compressed columns, so that a fix of a million rows is one entry of a few megabytes. `before` holds an
    8-byte hash of each touched row's bytes before the change, by which a replay on a changed file finds the row again.
    """

    path: str
    rows: tuple[int, ...] | memoryview
    fields: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    texts: tuple[str, ...]


class Raw(NamedTuple):
    """A row's whole bytes replaced: turns added or removed, a role changed, a broken line mended by hand."""

    path: str
    row: int
    raw: bytes


class Deleted(NamedTuple):
    """Rows removed."""

    path: str
    rows: tuple[int, ...]


class Inserted(NamedTuple):
    """A new row after another one (-1: at the start); `row` is its RowId (NEW_ROW + k)."""

    path: str
    row: int
    after: int
    raw: bytes


class Accepted(NamedTuple):
    """A finding accepted (or, with reason None, no longer accepted) by its key."""

    key: str
    code: str
    reason: str | None


class Marked(NamedTuple):
    """Rows marked as reviewed, or unmarked."""

    path: str
    rows: tuple[int, ...]
    reviewed: bool


Change = Splices | Raw | Deleted | Inserted | Accepted | Marked


@dataclass(frozen=True, slots=True)
class Entry:
    """One step: what a person did, in words (`fix STP001 in 212 rows`), and the changes it made."""

    title: str
    changes: tuple[Change, ...]
    kind: Literal["edit", "fix", "delete", "add", "accept", "mark"] = "edit"
    code: str = ""
    """The rule of a fix."""
    sequence: int = 0
    """Position in the journal, from 1; given by the journal."""
    details: dict[str, str] = field(default_factory=dict)
