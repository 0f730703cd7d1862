"""LEK004: held-out rows that are older than the newest training row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ftui.project.settings import Severity
from ftui.project.split_names import split_rank
from ftui.rules import meta_columns
from ftui.rules.chunk import Chunk
from ftui.rules.leakage.far_leaks import FarLeaks, is_most
from ftui.rules.row_index.shingles import I64
from ftui.rules.rule import ChunkInfo, Context, Finding, Fix, Place, Row
from ftui.text.dates import day_first, moment, shown

CODE = "LEK004"
_NEWEST = 20
"""Training rows kept by name: when the newest is edited, the next one counts."""
_FIRST, _END = -62_135_596_800_000_000, 253_370_764_800_000_000
"""The years 1 to 9998: what no date says, as that of another time zone may be, is none."""
_DATED = 0.5
"""Share of the rows that must have a readable date."""


class TimeColumn(NamedTuple):
    """Where a row says when it was made."""

    name: str
    named: bool
    """By the project, not found by its usual name."""
    day_first: bool | None

    def of(self, value: Any) -> int | None:
        """When a row (its value) was made."""
        at = moment(meta_columns.value(value, self.name), self.day_first)
        return at if at is not None and _FIRST <= at < _END else None


class Times(NamedTuple):
    """The dated rows of a chunk."""

    row: I64
    at: I64


@dataclass(slots=True)
class State:
    """What the judgement of one row needs."""

    column: TimeColumn
    newest: list[tuple[int, Place]]
    """Training rows, the newest first."""
    most: dict[str, bool] = field(default_factory=dict)
    """Held-out split to whether most of its rows are older."""
    whole: frozenset[str] = frozenset()
    """Splits with one finding in place of one a row."""


def survey(sample: Sequence[Chunk], context: Context) -> TimeColumn | None:
    """The time column, and how slashed dates are meant in it."""
    name = meta_columns.find(sample, context.project).time
    if name is None:
        return None
    values = [meta_columns.value(parsed.value, name) for chunk in sample for parsed in chunk.parsed]
    orders = {day_first(value) for value in values} - {None}
    return TimeColumn(name, context.project.meta.time is not None, orders.pop() if len(orders) == 1 else None)


def gather(chunk: Chunk, column: TimeColumn | None, context: Context) -> Times | None:  # noqa: ARG001
    """When the rows of a chunk were made; None for splits that are not compared."""
    if column is None or split_rank(chunk.split) > 2:
        return None
    found = [
        (row, at)
        for row, parsed in zip(chunk.numbers, chunk.parsed, strict=True)
        if (at := column.of(parsed.value)) is not None
    ]
    return Times(*np.array(found, np.int64).reshape(-1, 2).T)


def find(
    parts: Sequence[tuple[ChunkInfo, Times | None]], column: TimeColumn | None, context: Context
) -> FarLeaks:
    """The older rows of every held-out split."""
    if column is None:
        return FarLeaks(skipped="no column says when a row was made: set time under [data.meta]")
    splits: dict[str, list[tuple[int, Times]]] = {}
    rows: dict[str, int] = {}
    for info, found in parts:
        rows[info.split] = rows.get(info.split, 0) + info.count
        if found is not None and len(found.row):
            splits.setdefault(info.split, []).append((info.file, found))
    training = {name: each for name, each in splits.items() if split_rank(name) == 0}
    held_out = {name: each for name, each in splits.items() if split_rank(name) in (1, 2)}
    reason = _lacking(column, rows, splits, training, held_out)
    if reason:
        return FarLeaks(skipped=reason)
    newest = _newest(training)
    state = State(column, newest)
    leaks = FarLeaks(state=state)
    every = np.sort(np.concatenate([found.at for each in training.values() for _, found in each]))
    for name, each in held_out.items():
        _judge(name, each, every, leaks, state, context)
    return leaks


def _lacking(
    column: TimeColumn,
    rows: Mapping[str, int],
    splits: Mapping[str, list[tuple[int, Times]]],
    training: Mapping[str, Any],
    held_out: Mapping[str, Any],
) -> str:
    """Why there is nothing to judge, if so."""
    compared = sum(count for name, count in rows.items() if split_rank(name) <= 2)
    dated = sum(len(found.row) for each in splits.values() for _, found in each)
    if compared and dated < _DATED * compared:
        return f"the column {column.name} holds a readable date in {dated:,} of {compared:,} rows only"
    if not training or not held_out:
        missing = "training" if not training else "validation or test"
        return f"no {missing} split has rows with a date in {column.name}"
    return ""


def _newest(training: Mapping[str, list[tuple[int, Times]]]) -> list[tuple[int, Place]]:
    found: list[tuple[int, Place]] = []
    for split, parts in training.items():
        for file, times in parts:
            best = np.argsort(-times.at, kind="stable")[:_NEWEST]
            pairs = zip(times.at[best].tolist(), times.row[best].tolist(), strict=True)
            found += [(at, Place(file, split, row)) for at, row in pairs]
    return sorted(found, key=lambda each: (-each[0], each[1].file, each[1].row))[:_NEWEST]


def _judge(
    split: str,
    parts: Sequence[tuple[int, Times]],
    every: I64,
    leaks: FarLeaks,
    state: State,
    context: Context,
) -> None:
    newest = state.newest[0][0]
    at = np.concatenate([found.at for _, found in parts])
    older = int((at < newest).sum())
    state.most[split] = 2 * older > len(at)
    severity = _severity(split, state)
    if older and is_most(older, len(at)):
        state.whole |= {split}
        leaks.whole.append(_whole(split, parts, at, every, state, context))
        leaks.count(severity, 1)
    elif older:
        for file, found in parts:
            leaks.add(file, found.row[found.at < newest])
        leaks.count(severity, older)


def _severity(split: str, state: State) -> Severity:
    return "info" if state.most[split] and not state.column.named else "warning"


def _whole(
    split: str, parts: Sequence[tuple[int, Times]], at: I64, every: I64, state: State, context: Context
) -> Finding:
    newest, place = state.newest[0]
    older = int((at < newest).sum())
    # The chance that a held-out row is older than a training row: a half where the split is random in time.
    inverted = 1 - float(np.searchsorted(every, at, side="right").mean()) / len(every)
    if inverted < 0.05:
        newer = len(every) - int(np.searchsorted(every, int(np.median(at)), side="right"))
        what = f"{newer:,} of {len(every):,} training rows are newer than half of it"
    elif inverted > 0.8:
        what = "it lies before the training rows"
    else:
        what = "it was not split by time"
    files = {file for file, _ in parts}
    return Finding(
        CODE,
        f"{split}: {older:,} of {len(at):,} dated rows are older than the newest training row "
        f"({shown(newest)}): {what}",
        evidence={
            "split": split,
            "column": state.column.name,
            "dated_rows": len(at),
            "older_rows": older,
            "older_than_a_training_row": round(inverted, 4),
            "held_out": [shown(int(at.min())), shown(int(at.max()))],
            "training": [shown(int(every[0])), shown(int(every[-1]))],
            "newest_training_row": {"path": context.files[place.file].path, "row": place.row},
        },
        related=[each for _, each in state.newest],
        severity=_severity(split, state),
        file=files.pop() if len(files) == 1 else None,
    )


def inspect(row: Row, state: State, context: Context) -> Finding | None:
    """Whether one row is older than the newest training row."""
    split = row.place.split
    if split_rank(split) not in (1, 2) or split in state.whole:
        return None
    at = state.column.of(row.parsed.value)
    newest = _still_newest(state, context)
    if at is None or newest is None or at >= newest[0]:
        return None
    place = newest[1]
    return Finding(
        CODE,
        f"made {shown(at)}, before the newest training row ({shown(newest[0])}, row {place.row})",
        field=state.column.name,
        evidence={
            "column": state.column.name,
            "time": shown(at),
            "newest_training_row": {
                "path": context.files[place.file].path,
                "row": place.row,
                "time": shown(newest[0]),
            },
        },
        related=[place],
        fix=Fix(f"Remove this row from the {split} split", "unsafe", "remove"),
        severity=_severity(split, state) if split in state.most else None,
    )


def _still_newest(state: State, context: Context) -> tuple[int, Place] | None:
    """The newest training row that still says so."""
    for at, place in state.newest:
        row = None if context.fetch is None else context.fetch(place.file, place.row)
        if row is not None and state.column.of(row.parsed.value) == at:
            return at, place
    return None
