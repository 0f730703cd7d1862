"""Single values, each with its own step and time, as records of what was logged together."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from ftui.training.readers.table import Table
from ftui.training.readers.values import number, unix_seconds
from ftui.training.record import Record

Point = tuple[float, int, str, float]
"""Time as the writer keeps it, step, the writer's name of the metric, value."""
MOST_VALUES = 2_000_000
"""Values of one run that are read, the first ones: 600 MB while they are put in order."""


def records_of(points: Iterable[Point]) -> list[Record]:
    """Records in the order of time: a metric read after another must not look like a run that went back."""
    rows: list[tuple[float, int, dict[str, float]]] = []
    for time, step, name, value in sorted(points, key=itemgetter(0)):
        if rows and rows[-1][1] == step and name not in rows[-1][2]:
            rows[-1][2][name] = value
        else:
            rows.append((time, step, {name: value}))
    table = Table()
    found = (logged_row(table, dict(values), step, time) for time, step, values in rows)
    return [record for record in found if record is not None]


def logged_row(table: Table, values: dict[str, object], step: int | None, time: object) -> Record | None:
    """The record of one logging call. A step among its values (`train/global_step` of the Hugging Face Trainer) is
    the trainer's own and counts more than the tracker's, which counts calls."""
    names = tuple([name for name in values if name[:1] != "_"])
    record = table.record(table.layout(names), [values[name] for name in names], number)
    if record is not None:
        record.step = step if record.step is None else record.step
        record.time = unix_seconds(time) if record.time is None else record.time
    return record
