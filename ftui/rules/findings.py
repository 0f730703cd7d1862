"""Findings with their place in the files: path, row, line, an id for this run and a key that survives reordering."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ftui.dataset.record import Parsed
from ftui.project.settings import Severity
from ftui.rules.rule import Finding, Fix

MAX_RELATED = 20
_ID_BYTES = 8
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A row of a file, as reports and the screen name it; `file` is the number of the file in the check."""

    path: str
    split: str
    row: int | None
    line: int | None
    file: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The members of the interface's `related`."""
        return {"path": self.path, "split": self.split, "row": self.row, "line": self.line}


@dataclass(frozen=True, slots=True)
class Located:
    """A finding, where it is, what it is called and whether a person accepted it."""

    id: str
    key: str
    code: str
    name: str
    severity: Severity
    place: FilePlace
    field: str
    start: int | None
    end: int | None
    message: str
    evidence: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    related: tuple[FilePlace, ...] = ()
    fix: Fix | None = None
    accepted: str | None = None
    """The reason with which it was accepted."""

    @property
    def file(self) -> int | None:
        """The number of the file in the check; None for a finding about the whole project."""
        return self.place.file

    @property
    def path(self) -> str:
        """The file's path, relative to the project where it can be, with forward slashes."""
        return self.place.path

    @property
    def split(self) -> str:
        """The split's name."""
        return self.place.split

    @property
    def row(self) -> int | None:
        """The row's number in its file; None for a finding about a whole file or project."""
        return self.place.row

    @property
    def line(self) -> int | None:
        """The line from 1 on which the record begins; None for Parquet."""
        return self.place.line

    def as_json(self) -> dict[str, Any]:
        """The finding object of the interface, with `accepted` added where a person accepted it."""
        found: dict[str, Any] = {
            "id": self.id, "key": self.key, "code": self.code, "name": self.name, "severity": self.severity,
            **self.place.as_json(), "field": self.field, "start": self.start, "end": self.end,
            "message": self.message, "evidence": dict(self.evidence),
            "related": [each.as_json() for each in self.related],
            "fix": self.fix and {"title": self.fix.title, "safety": self.fix.safety, "kind": self.fix.kind},
        }  # fmt: skip
        if self.accepted is not None:
            found["accepted"] = self.accepted
        return found


def order(found: Located) -> tuple[Any, ...]:
    """Sort key: path, row, field, start, code; whole-file findings come first in their file."""
    row = -1 if found.row is None else found.row
    start = -1 if found.start is None else found.start
    return (found.path, row, _natural(found.field), start, found.code)


def _natural(path: str) -> tuple[Any, ...]:
    """messages[2] before messages[10]."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in _DIGITS.split(path))


def content_digest(parsed: Parsed, raw: bytes) -> str:
    """What a row says, whatever its place, key order and spelling of numbers: 16 hexadecimal digits.

    An unreadable row is its bytes.
    """
    if parsed.value is None:
        return _digest(raw)
    try:
        data = orjson.dumps(parsed.value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):  # lone surrogates, numbers beyond 64 bits
        data = json.dumps(parsed.value, sort_keys=True, default=str).encode()
    return _digest(data)


def whole_digest(finding: Finding, path: str) -> str:
    """The same for a finding about a whole file, by the file and what it says of it, or about the project."""
    return "whole" if finding.file is None else _digest(_bytes(f"{path}\x1f{finding.message}"))


def key_of(code: str, field_path: str, digest: str) -> str:
    """What acceptances and baselines know a finding by: `CODE-content-field`.

    The code and the content stand in it readably, so that one can tell which rows to look at without inspecting all.
    """
    return f"{code}-{digest}-{_digest(_bytes(field_path))[:4]}"


def content_of_key(key: str) -> tuple[str, str]:
    """The code and the content digest in a key; empty strings when it is not one."""
    parts = key.split("-")
    return (parts[0], parts[1]) if len(parts) == 3 else ("", "")


def ids_of(found: Sequence[Finding], place: FilePlace) -> list[str]:
    """An id for each finding of one row: the same in every run on the same files, and unique in a run."""
    seen: dict[str, int] = {}
    ids: list[str] = []
    for each in found:
        text = "\x1f".join(map(str, (each.code, place.path, place.row, each.field, each.start, each.end)))
        ordinal = seen.get(text, 0)
        seen[text] = ordinal + 1
        ids.append(_digest(_bytes(f"{text}\x1f{ordinal}")))
    return ids


def plain(value: Any) -> Any:
    """Evidence as JSON holds it: numpy numbers, tuples and sets become numbers and lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, Iterable):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return str(value)


def _bytes(text: str) -> bytes:
    """File and field names may hold lone surrogates."""
    return text.encode(errors="surrogatepass")


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_ID_BYTES).hexdigest()
