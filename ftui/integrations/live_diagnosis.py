"""The rules of `ftui logs` inside a training process: fed entry by entry, asked seldom enough to cost nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.project.errors import FtuiError
from ftui.training.alerting.alerts import Alert, Alerts
from ftui.training.alerting.stop_file import GRAVE, stops
from ftui.training.diagnosis.diagnose import HEALTHY, diagnose, rules
from ftui.training.diagnosis.inputs import Context
from ftui.training.diagnosis.thresholds import check
from ftui.training.diagnosis.verdict import Diagnosis, Verdict
from ftui.training.readers.hf_entry import record_of
from ftui.training.readers.hf_state import tell_state
from ftui.training.run import Run

if TYPE_CHECKING:
    from ftui.project.settings import Project

_SHARE = 0.02
"""The most of the training time that diagnoses between evaluations may take."""
Thresholds = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Judging:
    """How a run is judged, and which verdicts stop it."""

    thresholds: Thresholds = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    stop_on: frozenset[str] = frozenset(("critical",))
    every: float = 1.0
    """Least seconds between two diagnoses."""
    project: Project | None = None

    @staticmethod
    def of(
        project: Project | None,
        thresholds: Thresholds,
        ignore: Iterable[str],
        stop_on: Iterable[str] | None,
        every: float,
    ) -> Judging:
        """What the project says with what is given over it; raises FtuiError for what no rule knows."""
        said: dict[str, Mapping[str, float]] = dict(project.training.thresholds) if project else {}
        for code, values in thresholds.items():
            said[code] = {**said.get(code, {}), **values}
        ignored = (*(project.training.ignore if project else ()), *ignore)
        if stop_on is None:
            stop_on = (project.training.stop_on if project else ()) or ("critical",)
        codes = [rule.code for rule in rules()]
        check(rules(), said, ignored, (HEALTHY,))
        for name in stop_on:
            if name not in (*GRAVE, *codes):
                raise FtuiError(
                    f"stop_on: no verdict is called {name!r}", f"There are {', '.join((*GRAVE, *codes))}."
                )
        return Judging(said, ignored, frozenset(stop_on), every, project)

    def stops(self, verdict: Verdict) -> bool:
        """Whether this verdict ends the run."""
        return stops(verdict, self.stop_on)


class LiveDiagnosis:
    """One run that is judged while it trains; the verdicts are those of reading its log afterwards."""

    def __init__(
        self,
        path: Path,
        judging: Judging,
        context: Callable[[Run], Context],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.run = Run(path, "hf-state")
        self.diagnosis = Diagnosis((), ())
        self._judging = judging
        self._context = context
        self._clock = clock
        self._next = clock()
        self._judged = 0
        self._alerts = Alerts(time.time)

    def take(self, entry: Mapping[str, object], step: int) -> None:
        """Add one entry of the trainer's log."""
        record = record_of(entry, step, self.run.facts)
        if record is not None:
            self.run.add(record)

    def tell(self, state: Mapping[str, object]) -> None:
        """What the trainer's state says of the whole run."""
        tell_state(state, self.run.facts)

    @property
    def due(self) -> bool:
        """Whether something new came, and the last diagnosis lies back long enough."""
        return self.run.version != self._judged and self._clock() >= self._next

    def judge(self) -> list[Alert]:
        """Diagnose the run as it is now; what is new in its verdicts, or graver than it was."""
        started = self._clock()
        self._next = started + self._judging.every
        self._judged = self.run.version
        judging = self._judging
        self.diagnosis = diagnose(self.run, self._context(self.run), judging.thresholds, judging.ignore)
        ended = self._clock()
        self._next = ended + max(judging.every, (ended - started) / _SHARE)
        return self._alerts.of(self.run.path.name, self.run.path, self.diagnosis, self.run.last_step)
