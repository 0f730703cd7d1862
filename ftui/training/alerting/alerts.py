"""Alerts: a verdict that a run has for the first time, or more gravely than before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from ftui.training.diagnosis.evidence_units import units_of
from ftui.training.diagnosis.verdict import LEVELS, Diagnosis, Level, Verdict
from ftui.training.plain import plain_number, plain_value


@dataclass(frozen=True, slots=True)
class Alert:
    """A verdict that somebody is to be told of, once."""

    run: str
    """The run's name, as lists show it."""
    path: Path
    verdict: Verdict
    at: float
    """Unix seconds."""
    step: float | None = None
    """The step that the run had reached."""


class Alerts:
    """Remembers what was told. What goes away and comes back is not told again, what grows graver is.

    A run that went back to an earlier step trains anew: what no longer stands then is told again when it comes back.
    """

    def __init__(self, clock: Callable[[], float], lowest: Level = "warning") -> None:
        self._clock = clock
        self._lowest = LEVELS.index(lowest)
        self._told: dict[tuple[str, str], int] = {}
        self._snoozed: dict[tuple[str, str], float] = {}
        self._reached: dict[str, float] = {}
        """Run → its step at the last diagnosis."""

    def of(self, run: str, path: Path, diagnosis: Diagnosis, step: float | None = None) -> list[Alert]:
        """The alerts in a run's new diagnosis. A snoozed one comes when its time is over, if it still stands."""
        now = self._clock()
        alerts = []
        if step is not None:
            if step < self._reached.get(run, step):
                self._forget(run, standing={verdict.code for verdict in diagnosis.verdicts})
            self._reached[run] = step
        for verdict in diagnosis.verdicts:
            key, level = (run, verdict.code), LEVELS.index(verdict.severity)
            if level > self._lowest or level >= self._told.get(key, len(LEVELS)):
                continue
            if now < self._snoozed.get(key, 0.0):
                continue
            self._told[key] = level
            alerts.append(Alert(run, path, verdict, now, step))
        return alerts

    def _forget(self, run: str, standing: Collection[str]) -> None:
        gone = [key for key in self._told if key[0] == run and key[1] not in standing]
        for key in gone:
            del self._told[key]

    def snooze(self, run: str, code: str, seconds: float) -> None:
        """Say nothing of this verdict for so long; after that it is told again, if it still stands."""
        self._told.pop((run, code), None)
        self._snoozed[run, code] = self._clock() + seconds

    def snoozed(self, run: str) -> Mapping[str, float]:
        """The snoozed verdicts of a run: code → seconds that are left."""
        now = self._clock()
        return {code: until - now for (of, code), until in self._snoozed.items() if of == run and until > now}


def alert_report(alert: Alert) -> dict[str, object]:
    """An alert as plain values: what a command is told on its standard input, and what a stop file says."""
    verdict = alert.verdict
    report: dict[str, object] = plain_value(
        {
            "run": alert.path,
            "code": verdict.code,
            "severity": verdict.severity,
            "step": plain_number(alert.step),
            "since_step": plain_number(verdict.since_step),
            "message": verdict.message,
            "advice": verdict.advice,
            "sure": verdict.sure,
            "evidence": verdict.evidence,
            "units": units_of(verdict.code, verdict.evidence),
            "time": alert.at,
        }
    )
    return report
