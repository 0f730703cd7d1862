"""What the app knows of the runs that it watches, whichever screen is shown: runs, log, alerts, what is snoozed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ftui.training.alerting.alerts import Alert, Alerts
from ftui.training.diagnosis.verdict import LEVELS, Level, Verdict
from ftui.tui.plot.model import Axis
from ftui.tui.training.feed import NOTHING_SAID, Reading, RunLook
from ftui.tui.training.log_lines import LogLines
from ftui.tui.training.progress import Pace
from ftui.tui.training.run_labels import labels

SNOOZE_S = 1_800.0
"""Seconds for which a snoozed verdict raises no alert, unless it gets worse."""
MOST_DRAWN = 12
"""Runs that are drawn over each other: of more nobody tells the lines apart, and 50 take 0.15 s to draw."""


class TrainingState:
    """Changed only by the app, in its own thread."""

    def __init__(self, paths: Sequence[Path] = (), clock: Callable[[], float] = time.time) -> None:
        self.paths = list(paths)
        """What a person asked to watch."""
        self.runs: list[RunLook] = []
        self.labels: dict[str, str] = {}
        """What tells the runs apart, by name."""
        self.log = LogLines()
        self.loaded: float | None = None
        """The part of the logs that is read, while they are read for the first time."""
        self.was_read = False
        self.failed = ""
        """Why nothing is read any more."""
        self.failed_hint = ""
        """What to do about it."""
        self.current = ""
        """The run whose verdicts and log are shown."""
        self.hidden: set[str] = set()
        """Runs that are not drawn."""
        self.crosshair: tuple[float, Axis] | None = None
        """Where the curves are read, and what x counts there."""
        self.newest_alert: Alert | None = None
        self.version = 0
        """Grows when the runs change."""
        self._snoozed: dict[tuple[str, str], Level] = {}
        self._alerts = Alerts(clock)
        self._judged: set[str] = set()
        """Runs that were diagnosed before: what is found in a log at once is no news."""
        self._paces: dict[str, Pace] = {}

    @property
    def run(self) -> RunLook | None:
        """The current run; the first one until somebody chose."""
        return next((each for each in self.runs if each.name == self.current), next(iter(self.runs), None))

    @property
    def shown(self) -> list[tuple[int, RunLook]]:
        """The runs that are drawn, with their numbers: the first dozen that nobody hid, and the current one."""
        chosen = [(n, each) for n, each in enumerate(self.runs) if each.name not in self.hidden]
        current = self.run
        return chosen[:MOST_DRAWN] + [each for each in chosen[MOST_DRAWN:] if each[1] is current]

    def pace(self, run: str) -> Pace:
        """How fast a run was seen to be."""
        return self._paces.setdefault(run, Pace())

    def take(self, reading: Reading, now: float) -> list[Alert]:
        """Take in what was read; gives what a person should be told at once."""
        self.loaded, self.was_read = reading.loaded, True
        for name, lines in reading.lines.items():
            self.log.add(name, lines)
        if reading.runs is None:
            return []
        self.runs = list(reading.runs)
        self.labels = labels([run.name for run in self.runs])
        self.version += 1
        alerts: list[Alert] = []
        for run in self.runs:
            self.pace(run.name).saw(now, run.last_step)
            alerts += self._news_of(run)
        if alerts:
            self.newest_alert = alerts[-1]
        return alerts

    def _news_of(self, run: RunLook) -> list[Alert]:
        if run.diagnosis is NOTHING_SAID:
            return []
        for verdict in run.diagnosis.verdicts:
            level = self._snoozed.get((run.name, verdict.code))
            if level is not None and _graver(verdict.severity, level):
                self._wake(run.name, verdict)
        alerts = self._alerts.of(run.name, run.path, run.diagnosis, run.last_step)
        known = run.name in self._judged
        self._judged.add(run.name)
        return alerts if known else []

    # Snoozing

    def snoozed_for(self, run: str, verdict: Verdict) -> float:
        """Seconds for which nobody wants to hear of a verdict; 0: it is not snoozed."""
        return self._alerts.snoozed(run).get(verdict.code, 0.0)

    def snooze(self, run: RunLook, verdict: Verdict) -> bool:
        """No alerts of this verdict for a while, unless it gets worse; or alerts again. Whether it is snoozed now."""
        if self.snoozed_for(run.name, verdict):
            self._wake(run.name, verdict)
            self._alerts.of(
                run.name, run.path, run.diagnosis, run.last_step
            )  # what stands already is no news
            return False
        self._alerts.snooze(run.name, verdict.code, SNOOZE_S)
        self._snoozed[run.name, verdict.code] = verdict.severity
        return True

    def _wake(self, run: str, verdict: Verdict) -> None:
        self._alerts.snooze(run, verdict.code, 0.0)
        self._snoozed.pop((run, verdict.code), None)


def _graver(one: Level, other: Level) -> bool:
    return LEVELS.index(one) < LEVELS.index(other)
