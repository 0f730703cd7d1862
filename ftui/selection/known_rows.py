"""What a split needs to know of all rows: what ties them, their labels, whose they are, when they were made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ftui.dataset.dataset import Dataset
from ftui.dataset.example import Example
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, RuleSettings
from ftui.rules import engine, reading
from ftui.rules.leakage import groups as group_leak
from ftui.rules.leakage import temporal as temporal_leak
from ftui.rules.leakage.groups import GroupColumns, groups_of
from ftui.rules.leakage.temporal import TimeColumn
from ftui.rules.row_index.shingles import I64
from ftui.rules.rule import Context
from ftui.selection.row_columns import Coded, coded
from ftui.selection.ties import Ties, ties_of

By = Literal["stratified", "time", "group"]
THRESHOLD = 0.75
"""Shingle Jaccard from which rows stay together: below LEK002's, as each file has template words of its own."""


@dataclass
class KnownRows:
    """What is known of all readable rows, in file order."""

    ties: Ties
    labels: Coded
    groups: list[Coded]
    times: NDArray[np.float64] | None
    group_columns: GroupColumns | None
    time_column: TimeColumn | None
    total: int


def look(
    dataset: Dataset, project: Project, by: By, jobs: int, progress: engine.Progress | None
) -> KnownRows:
    """Read all rows: what ties them, and what their columns say."""
    options = {**project.rules.options, "DUP002": {"threshold": THRESHOLD}}
    plain = replace(project, rules=RuleSettings(options=options), production=(), benchmarks=())
    done = engine.check(dataset, plain, select=("DUP001", "DUP002"), jobs=jobs, progress=progress, debug=True)
    try:
        index = done.context.shared["rows"]
        order = np.lexsort((index.row, index.file))
        file, row = index.file[order], index.row[order].astype(np.int64)
        rows: dict[int, I64] = {int(each): row[file == each] for each in np.unique(file)}
        sample = reading.sample(dataset, reading.runs(dataset))
        context = Context(project, ())
        groups = group_leak.survey(sample, context)
        time = temporal_leak.survey(sample, context)
        if groups is not None and not groups.named and _is_class(sample, groups):
            groups = None
        if by == "group" and groups is None:
            raise FtuiError("no column says whose a row is", "set group under [data.meta] in ftui.toml")
        if by == "time" and time is None:
            raise FtuiError("no column says when a row was made", "set time under [data.meta] in ftui.toml")
        asked: list[Callable[[Any, Example | None], str | None]] = [_label]
        columns = groups.names if groups else ()
        asked += [_group(groups, name) for name in columns if groups]
        times = time if by == "time" else None
        if times is not None:
            asked.append(lambda value, _: None if (at := times.of(value)) is None else str(at))
        plain_labels = bool(index.labelled.any())
        answers = (
            coded(dataset, rows, *asked)
            if plain_labels or len(asked) > 1
            else [Coded([], np.full(len(row), -1, np.int64))]
        )
        moments = None
        if times is not None:
            held = answers.pop()
            known = np.array([float(name) for name in held.names] or [0.0])
            moments = np.where(held.codes >= 0, known[np.maximum(held.codes, 0)], np.nan)
        ties = ties_of(index, [each.codes for each in answers[1:]])
        return KnownRows(ties, answers[0], answers[1:], moments, groups, time, done.row_count)
    finally:
        done.close()


def _is_class(sample: Sequence[Any], groups: GroupColumns) -> bool:
    """Whether a column found by its name has so few values that they are classes, as LEK005 sees it."""
    values = [
        key for chunk in sample for parsed in chunk.parsed for _, _, key in groups_of(parsed.value, groups)
    ]
    return len(set(values)) < 10 and len(values) >= 100


def _label(_: Any, example: Example | None) -> str | None:
    return example.label if example else None


def _group(groups: GroupColumns, column: str) -> Callable[[Any, Example | None], str | None]:
    one = GroupColumns((column,), groups.named)

    def told(value: Any, _: Example | None) -> str | None:
        return next((said for _, said, _ in groups_of(value, one)), None)

    return told
