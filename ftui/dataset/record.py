"""One record of a file as bytes and as a value, and what is wrong with its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

ProblemKind = Literal[
    "bad-json", "nan", "lone-surrogate", "byte-order-mark", "invalid-utf8", "not-an-object", "duplicate-keys",
    "ragged-row", "unclosed-quote", "truncated-stream", "line-separator", "big-number", "too-deep",
    "long-line", "blank-lines", "line-endings",
]  # fmt: skip

RowId = int
"""Identity of a row in its document: its number in the file as opened, or NEW_ROW + k for the k-th added row."""
NEW_ROW: RowId = 1 << 40


class Problem(NamedTuple):
    """What is wrong with a record's bytes."""

    kind: ProblemKind
    message: str
    """One clause for a person: what, where (byte column from 1 in the record when known)."""
    fatal: bool
    """True: no value could be read. False: the value was read, but other readers will fail or differ."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The value of a record: an object (dict), a bare array (list), or None where nothing could be read."""

    value: dict[str, Any] | list[Any] | None
    problems: tuple[Problem, ...] = ()


class FieldEdit(NamedTuple):
    """Replace characters start..end of the decoded text of a field by `text`.

    field is a path such as `output` or `messages[2].content`; offsets are characters (code points) of the field's text
    as it is before the edit. Several edits of one field are all relative to that same text and do not overlap.
    """

    field: str
    start: int
    end: int
    text: str
