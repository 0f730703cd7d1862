"""LEK005: rows of one user, document or conversation in two splits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ftui.project.settings import Severity
from ftui.project.split_names import split_rank
from ftui.rules import meta_columns
from ftui.rules.chunk import Chunk
from ftui.rules.leakage.far_leaks import FarLeaks, is_most
from ftui.rules.row_index.shingles import I64, U64
from ftui.rules.rule import ChunkInfo, Context, Finding, Fix, Place, Row

CODE = "LEK005"
_NOBODY = frozenset(
    (
        "",
        "none",
        "null",
        "nan",
        "unknown",
        "anonymous",
        "anon",
        "n/a",
        "na",
        "-",
        "-1",
        "deleted",
        "[deleted]",
    )
)
"""Values that name no group."""
_CLASSES = 10
_ROWS = 100
"""Fewer values than that, in so many rows, make a column found by its name one of classes."""
_TRIED = 20
_SHOWN = 60


class GroupColumns(NamedTuple):
    """Where rows say whose they are."""

    names: tuple[str, ...]
    named: bool
    """By the project, not found by their usual name."""


class Keys(NamedTuple):
    """The rows of a chunk with a group, a line for each row and column."""

    row: I64
    key: U64


@dataclass(slots=True)
class State:
    """All rows with a group, sorted by group, then split, then place."""

    columns: GroupColumns
    splits: list[str]
    key: U64
    split: NDArray[np.int16]
    file: NDArray[np.int32]
    row: I64
    severity: dict[str, Severity] = field(default_factory=dict)
    whole: frozenset[str] = frozenset()
    """Splits with one finding in place of one a row."""

    def members(self, key: int) -> slice:
        """The lines of one group."""
        wanted = np.uint64(key)
        first = int(np.searchsorted(self.key, wanted))
        return slice(first, int(np.searchsorted(self.key, wanted, side="right")))

    def place(self, line: int) -> Place:
        """Where the row of a line is."""
        return Place(int(self.file[line]), self.splits[self.split[line]], int(self.row[line]))


def survey(sample: Sequence[Chunk], context: Context) -> GroupColumns | None:
    """The group columns."""
    names = meta_columns.find(sample, context.project).group
    return GroupColumns(names, bool(context.project.meta.group)) if names else None


def groups_of(value: Any, columns: GroupColumns) -> Iterator[tuple[str, str, int]]:
    """The groups of a row's value: column, text of the value, and the key of both."""
    for name in columns.names:
        held = meta_columns.value(value, name)
        for each in held if isinstance(held, list) else (held,):
            if each is None or not isinstance(each, str | int | float):
                continue
            said = str(each).strip()
            if said.casefold() not in _NOBODY:
                digest = blake2b(f"{name}\0{said}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
                yield name, said, int.from_bytes(digest, "little")


def gather(chunk: Chunk, columns: GroupColumns | None, context: Context) -> Keys | None:  # noqa: ARG001
    """The groups of the rows of a chunk."""
    if columns is None:
        return None
    rows: list[int] = []
    found: list[int] = []
    for row, parsed in zip(chunk.numbers, chunk.parsed, strict=True):
        for _, _, key in groups_of(parsed.value, columns):
            rows.append(row)
            found.append(key)
    return Keys(np.array(rows, np.int64), np.array(found, np.uint64))


def find(
    parts: Sequence[tuple[ChunkInfo, Keys | None]], columns: GroupColumns | None, context: Context
) -> FarLeaks:
    """The rows of later splits whose group is in an earlier one."""
    if columns is None:
        return FarLeaks(
            skipped="no column says whose a row is (user, document, conversation): set group under [data.meta]"
        )
    state = _state([(info, found) for info, found in parts if found is not None], columns)
    if not len(state.key):
        return FarLeaks(skipped=f"no row has a group in {', '.join(columns.names)}")
    fresh = np.append(True, state.key[1:] != state.key[:-1])
    values, rows = int(fresh.sum()), len(state.key)
    if not columns.named and values < _CLASSES and rows >= _ROWS:
        return FarLeaks(skipped=f"{columns.names[0]} has {values} values only: classes, not groups")
    leaks = FarLeaks(state=state)
    starts = np.flatnonzero(fresh)
    first = np.repeat(state.split[starts], np.diff(np.append(starts, rows)))
    shared = state.split > first
    for split in range(len(state.splits)):
        _judge(split, shared, leaks, state, context)
    return leaks


def _state(parts: Sequence[tuple[ChunkInfo, Keys]], columns: GroupColumns) -> State:
    names = list(dict.fromkeys(info.split for info, _ in parts))
    splits = sorted(names, key=lambda name: (split_rank(name), names.index(name)))
    sizes = [len(found.row) for _, found in parts]
    key = np.concatenate([np.zeros(0, np.uint64), *(found.key for _, found in parts)])
    row = np.concatenate([np.zeros(0, np.int64), *(found.row for _, found in parts)])
    file = np.repeat(np.array([info.file for info, _ in parts], np.int32), sizes)
    split = np.repeat(np.array([splits.index(info.split) for info, _ in parts], np.int16), sizes)
    order = np.lexsort((row, file, split, key))
    return State(columns, splits, key[order], split[order], file[order], row[order])


def _judge(split: int, shared: NDArray[np.bool_], leaks: FarLeaks, state: State, context: Context) -> None:
    name = state.splits[split]
    mine = state.split == split
    rows = _distinct(state, mine)
    flagged = _distinct(state, mine & shared)
    most = 2 * len(flagged) > len(rows)
    severity: Severity = "info" if most and not state.columns.named else "warning"
    state.severity[name] = severity
    if is_most(len(flagged), len(rows)):
        state.whole |= {name}
        leaks.whole.append(_whole(name, mine & shared, len(flagged), len(rows), state, context))
        leaks.count(severity, 1)
    elif len(flagged):
        for file in np.unique(flagged[:, 0]).tolist():
            leaks.add(file, flagged[flagged[:, 0] == file, 1])
        leaks.count(severity, len(flagged))


def _distinct(state: State, lines: NDArray[np.bool_]) -> I64:
    """(file, row) of these lines, each row once, sorted."""
    pairs: I64 = np.unique(np.stack([state.file[lines].astype(np.int64), state.row[lines]], axis=1), axis=0)
    return pairs


def _whole(
    split: str, lines: NDArray[np.bool_], flagged: int, rows: int, state: State, context: Context
) -> Finding:
    groups = len(np.unique(state.key[lines]))
    at = int(np.flatnonzero(lines)[0])
    first = state.place(state.members(int(state.key[at])).start)
    files = set(np.unique(state.file[lines]).tolist())
    return Finding(
        CODE,
        f"{split}: {flagged:,} of {rows:,} rows are of {groups:,} groups that an earlier split has too "
        f"({', '.join(state.columns.names)}): groups were not kept together",
        evidence={
            "split": split,
            "columns": list(state.columns.names),
            "rows": rows,
            "rows_of_shared_groups": flagged,
            "shared_groups": groups,
            "for_example": {
                "row": state.place(at).row,
                "and": {"path": context.files[first.file].path, "split": first.split, "row": first.row},
            },
        },
        related=[first],
        severity=state.severity[split],
        file=files.pop() if len(files) == 1 else None,
    )


def inspect(row: Row, state: State, context: Context) -> Finding | None:
    """The earlier row of the same group, if any."""
    split = row.place.split
    own = state.splits.index(split) if split in state.splits else len(state.splits)
    if own == 0 or split in state.whole:
        return None
    for column, said, key in groups_of(row.parsed.value, state.columns):
        lines = state.members(key)
        earlier = _still_there(lines, own, key, state, context)
        if earlier is not None:
            return _finding(row, column, said, earlier, lines.stop - lines.start, state, context)
    return None


def _still_there(lines: slice, own: int, key: int, state: State, context: Context) -> Place | None:
    """The first row of the group in an earlier split that still is of it."""
    for line in range(lines.start, min(lines.stop, lines.start + _TRIED)):
        if state.split[line] >= own:
            return None
        place = state.place(line)
        other = None if context.fetch is None else context.fetch(place.file, place.row)
        if other is not None and any(
            key == each for *_, each in groups_of(other.parsed.value, state.columns)
        ):
            return place
    return None


def _finding(
    row: Row, column: str, said: str, earlier: Place, size: int, state: State, context: Context
) -> Finding:
    text = said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"
    return Finding(
        CODE,
        f"{column} “{text}” is in the {earlier.split} split too (row {earlier.row})",
        field=column,
        evidence={
            "column": column,
            "value": text,
            "group_size": size,
            "leaks_from": {
                "path": context.files[earlier.file].path,
                "split": earlier.split,
                "row": earlier.row,
            },
        },
        related=[earlier],
        fix=Fix(f"Remove this row from the {row.place.split} split", "unsafe", "remove"),
        severity=state.severity.get(row.place.split),
    )
