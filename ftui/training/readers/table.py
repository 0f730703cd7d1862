"""Rows of named values, of a CSV file or of JSON lines, as records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ftui.training.readers.columns import EPOCH, MOST_COLUMNS, PLACES, STEP, TIME, Columns
from ftui.training.readers.values import epoch_of, number, step_of, unix_seconds
from ftui.training.record import Facts, Record

_MOST_LAYOUTS = 4096
"""Kinds of rows that are remembered; a log whose every row is of another kind must not fill memory."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where what stands in rows of one kind: indices of the places (None: not there), and index and name of metrics."""

    step: int | None
    epoch: int | None
    time: int | None
    metrics: tuple[tuple[int, str], ...]


class Table:
    """What the columns of one log mean, and where in the run its rows stand."""

    def __init__(
        self,
        chosen: Mapping[str, str] | None = None,
        facts: Facts | None = None,
        epoch_is_step: bool = False,
    ) -> None:
        """What is learnt of the columns is put into `facts`."""
        self._facts = facts if facts is not None else Facts()
        self._columns = Columns(chosen, self._facts.guessed)
        self._epoch_is_step = epoch_is_step
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._seen = set(self._facts.columns)
        self._step: int | None = None
        self._epoch: float | None = None
        self._counted_before = 0
        """Steps of the epochs before, where the step begins anew with every epoch."""

    def layout(self, names: tuple[str, ...]) -> Layout:
        """As `learn`, which is asked once for each kind of row."""
        known = self._layouts.get(names)
        if known is not None:
            return known
        before = self._columns.given_up
        found = self.learn(names)
        if self._columns.given_up != before:  # what was learnt before is void
            self._layouts.clear()
        if len(self._layouts) < _MOST_LAYOUTS:
            self._layouts[names] = found
        return found

    def learn(self, names: Sequence[str]) -> Layout:
        """What rows with these columns hold; a column without a name, or that stands twice, is passed over."""
        self._columns.add(name for name in names if name)
        known = self._facts.columns
        new = [name for name in dict.fromkeys(names) if name and name not in self._seen]
        new = new[: MOST_COLUMNS - len(known)]
        known += new
        self._seen.update(new)
        self._facts.absent = self._columns.absent
        where: dict[str, int] = {}
        for index, name in enumerate(names):
            if name in self._columns.parts:
                where.setdefault(self._columns.parts[name], index)
        metrics = tuple((index, part) for part, index in where.items() if part not in PLACES)
        return Layout(where.get(STEP), where.get(EPOCH), where.get(TIME), metrics)

    def record(
        self, layout: Layout, row: Sequence[object], read: Callable[..., float | None]
    ) -> Record | None:
        """The record of a row; None where it holds no number, or a step that is none."""
        values: dict[str, float] = {}
        for index, name in layout.metrics:
            cell = row[index]
            if cell != "" and (value := read(cell)) is not None:
                values[name] = value
        step = epoch = time = None
        if layout.step is not None and row[layout.step] != "":
            step = step_of(row[layout.step])
            if step is None:
                return None
        if layout.epoch is not None:
            epoch = epoch_of(read(row[layout.epoch]))
        if layout.time is not None:
            time = unix_seconds(row[layout.time])
            if time is None and (value := number(row[layout.time])) is not None:
                values[TIME] = value
        return Record(values, self._place(step, epoch), epoch, time) if values else None

    def _place(self, step: int | None, epoch: float | None) -> int | None:
        """The step of a row. A row without one, as of an evaluation, belongs at the last that was told."""
        if self._epoch_is_step:
            return step_of(epoch)
        if step is None:
            return self._step
        step += self._counted_before
        if epoch is not None:
            if (
                self._step is not None
                and self._epoch is not None
                and step < self._step
                and epoch > self._epoch
            ):
                # Batches counted from the beginning of each epoch; a run that was resumed goes back in epochs too.
                begun_at_zero = step == self._counted_before
                step += self._step + begun_at_zero - self._counted_before
                self._counted_before = self._step + begun_at_zero
            self._epoch = epoch
        self._step = step
        return step
