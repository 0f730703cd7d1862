"""One training run: its metrics as series, grown record by record."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ftui.training.metrics import CORE, EVAL_LOSS, MEAN_TRAIN_LOSS, TRAIN_LOSS, evaluated_set
from ftui.training.record import Facts, Record
from ftui.training.series import MOST_POINTS, MOST_POINTS_OF_OTHERS, Curve, Series

_LAGGING = 2
"""Points by which another rank's copy of a line may lie behind; a step further back is a resumed run."""
_METRICS = 500
"""Names that are kept: a log whose names hold numbers would make a new series a line."""
_LONGEST_NAME = 500
"""Characters of a metric's name."""
_SET_ASIDE = 8
"""Resumptions whose superseded points are held; of earlier ones only the steps are known."""
_MOST_SET_ASIDE = 4 * MOST_POINTS
"""Points of all of them together: 17 MB."""
_RESTARTS = 1000
"""Resumptions that are told; a log that goes back more often is no log of one run."""


class Listener(Protocol):
    """Hears what a run takes in, point by point: series are thinned, an export is not."""

    def begun(self, run: Run) -> None:
        """The run is empty: what follows may be what was heard before."""

    def point(self, run: Run, metric: str, step: float, value: float, record: Record) -> None:
        """A point was added."""

    def went_back(self, run: Run, step: float) -> None:
        """The points from this step on were set aside."""


@dataclass(frozen=True, slots=True)
class Restart:
    """The run went back: training was resumed from a checkpoint, or begun again in the same log."""

    from_step: float
    to_step: float


class Run:
    """A run as its log tells it.

    Lines that came twice (several ranks, a file read again after it was truncated) count once. When the step goes
    back, the points from there on are set aside in `superseded` and the run goes on from the earlier step.
    """

    def __init__(self, path: Path, format: str = "", listener: Listener | None = None) -> None:  # noqa: A002
        self.path = path
        self.format = format
        self.series: dict[str, Series] = {}
        self.facts = Facts()
        self.restarts: list[Restart] = []
        self.superseded: deque[dict[str, Series]] = deque(maxlen=_SET_ASIDE)
        self.repeated = 0
        """Values that were there already."""
        self.counted_steps = False
        """The log tells no steps; the training records are counted."""
        self.last_step: float | None = None
        self.last_epoch: float | None = None
        self.arrivals: deque[float] = deque(maxlen=200)
        """When lines came in while the log was watched, by the watcher's clock; empty for a log read at once."""
        self.version = 0
        """Grows with every record."""
        self.borrowed: set[str] = set()
        """Metrics of which only another log of the same run tells."""
        self._at = 0.0
        """The step of the last record, told or counted."""
        self._listener = listener
        if listener is not None:
            listener.begun(self)

    def add(self, record: Record) -> bool:
        """Take a record in; whether it told anything new."""
        if record.step is None:
            step = self._counted(record)
        else:
            self._at = step = float(record.step)
        if self.last_step is None or step <= self.last_step:
            if self._goes_back(record, step):
                self._restart(step)
            new = False
            for name, value in record.values.items():
                new |= self._add(name, value, step, record)
        else:
            new = self._add_after_all(step, record)
        if new:
            self.version += 1
            if self.last_step is None or step >= self.last_step:
                self.last_step = step
                self.last_epoch = record.epoch if record.epoch is not None else self.last_epoch
        return new

    def borrow(self, other: Run) -> None:
        """Show the metrics of another log of this run that this one does not have; they grow with the other.

        Points of a metric are never mixed from two logs: one may round, or average, otherwise.
        """
        for name, series in other.series.items():
            mine = self.series.get(name)
            if mine is None or (name in self.borrowed and mine is not series):
                self.series[name] = series
                self.borrowed.add(name)
                self.version += 1
        if self.last_step is None:
            self.last_step, self.last_epoch = other.last_step, other.last_epoch

    def curve(self, metric: str) -> Curve:
        """The points of a metric; empty where there are none."""
        return (self.series.get(metric) or Series()).curve()

    def count(self, metric: str) -> int:
        """How many points of this metric the log has; a series holds fewer of a long one."""
        series = self.series.get(metric)
        return 0 if series is None else len(series) + series.left_out

    @property
    def evaluated_sets(self) -> dict[str, str]:
        """Evaluation sets with a loss of their own: name → metric. Empty where there is one validation loss."""
        named = {name: evaluated_set(name) for name in self.series if name != EVAL_LOSS}
        return {of: name for name, of in named.items() if of is not None}

    @property
    def has_loss(self) -> bool:
        """Whether any loss was found at all."""
        summed_up = not self.facts.values.keys().isdisjoint((TRAIN_LOSS, EVAL_LOSS, MEAN_TRAIN_LOSS))
        return summed_up or bool(self.count(TRAIN_LOSS) or self.count(EVAL_LOSS) or self.evaluated_sets)

    def _counted(self, record: Record) -> float:
        """The step of a record that tells none; an evaluation stands at that of the training before it."""
        self.counted_steps = True
        if record.epoch is not None and self.last_epoch is not None and record.epoch < self.last_epoch:
            trained = self.series.get(TRAIN_LOSS, Series())
            place = bisect_left(trained.epoch, record.epoch)
            if place < len(trained):
                return trained.step[place]  # resumed, begun anew, or the line of a rank that lags
        evaluations = self.series.get(EVAL_LOSS, Series())
        again = EVAL_LOSS in record.values and len(evaluations) and evaluations.step[-1] >= self._at
        if TRAIN_LOSS in record.values or again:
            self._at += 1
        return self._at

    def _goes_back(self, record: Record, step: float) -> bool:
        for name, value in record.values.items():
            series = self.series.get(name)
            if series is None or name in self.borrowed or not len(series) or step >= series.step[-1]:
                continue
            before = series.at(step)
            if before is None and step < series.whole_from:
                return False  # thinned away: the next point that was kept tells
            if before is not None and _same(before, value):
                return False
            return series.points_from(step) > _LAGGING
        return False

    def _restart(self, step: float) -> None:
        if len(self.restarts) < _RESTARTS:
            self.restarts.append(Restart(self.last_step or 0.0, step))
        own = {name: series for name, series in self.series.items() if name not in self.borrowed}
        cut = {name: series.cut(step) for name, series in own.items()}
        self._set_aside({name: series for name, series in cut.items() if len(series)})
        self.last_step = None
        self._at = step
        if self._listener is not None:
            self._listener.went_back(self, step)

    def _set_aside(self, cut: dict[str, Series]) -> None:
        """Hold the latest of what was superseded; of a part too large by itself only losses and the like."""
        if _points(cut) > _MOST_SET_ASIDE:
            cut = {name: series for name, series in cut.items() if name in CORE}
        self.superseded.append(cut)
        while len(self.superseded) > 1 and sum(map(_points, self.superseded)) > _MOST_SET_ASIDE:
            self.superseded.popleft()

    def _add(self, name: str, value: float, step: float, record: Record) -> bool:
        series = self.series.get(name)
        if series is None or name in self.borrowed:
            self.borrowed.discard(name)
            if len(self.series) >= _METRICS or len(name) > _LONGEST_NAME:
                return False
            series = self.series[name] = Series(MOST_POINTS if name in CORE else MOST_POINTS_OF_OTHERS)
        if len(series) and step <= series.step[-1]:
            self.repeated += 1
            return False
        series.append(step, value, record.epoch, record.time)
        if self._listener is not None:
            self._listener.point(self, name, step, value, record)
        return True

    def _add_after_all(self, step: float, record: Record) -> bool:
        """As `_add` for each value, where no point lies at this step or after it: nine of ten records, in half the
        time."""
        new, known, epoch, time = False, self.series, record.epoch, record.time
        for name, value in record.values.items():
            series = known.get(name)
            if series is None or self.borrowed or self._listener is not None:
                new |= self._add(name, value, step, record)
            else:
                series.append(step, value, epoch, time)
                new = True
        return new


def _points(several: Mapping[str, Series]) -> int:
    return sum(map(len, several.values()))


def _same(one: float, other: float) -> bool:
    """Consoles print four digits, so the fifth may differ."""
    return one == other or (one != one and other != other) or abs(one - other) <= 1e-3 * abs(one)
