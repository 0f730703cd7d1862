"""What follows from a watch beside the screen: alerts to a command, a stop file for the trainer, an export."""

from __future__ import annotations

import time
from collections.abc import Callable

from ftui.training.alert_command import AlertCommand
from ftui.training.alerts import Alert, Alerts
from ftui.training.export import Export
from ftui.training.stop_file import StopFile
from ftui.training.watch import News, Watch

_LATELY = 600.0
"""Seconds since a log was written within which its run may still be going on."""


class HandOver:
    """Turns the news of a watch into alerts, and acts on each once."""

    def __init__(
        self,
        tell: Callable[[str], None],
        command: AlertCommand | None = None,
        stop_file: StopFile | None = None,
        export: Export | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`tell` is told of what cannot be done, in one line each."""
        self.alerts = Alerts(wall)
        self._tell = tell
        self._command = command
        self._stop_file = stop_file
        self._export = export
        self._wall = wall
        if stop_file is not None and stop_file.exists:
            tell(
                f"{stop_file.path} is there already: a trainer that looks for it stops at once; it stays as it is"
            )

    def take(self, watch: Watch, news: News) -> list[Alert]:
        """Act on what is new; the alerts that were not told before, for a screen to show."""
        found: list[Alert] = []
        for name in news.diagnosed:
            if not self._concerns(watch, name):
                continue
            run = watch.followers[name].run
            found += self.alerts.of(name, run.path, watch.diagnoses[name], run.last_step)
        for alert in found:
            self._act(alert)
        if self._export is not None:
            self._export.flush()
        return found

    def close(self, wait: float = 0.0) -> None:
        """Write the rest of the export, and let commands end for so many seconds."""
        if self._export is not None:
            self._export.close()
        if self._command is not None:
            self._command.close(wait)

    def _concerns(self, watch: Watch, name: str) -> bool:
        """Runs that a folder holds from earlier days raise no alarm; one that is named by its path does."""
        follower = watch.followers[name]
        written = follower.written
        lately = written is not None and self._wall() - written < _LATELY
        return watch.named(name) or follower.live or (lately and not follower.run.facts.finished)

    def _act(self, alert: Alert) -> None:
        if self._stop_file is not None and self._stop_file.stops(alert):
            try:
                self._stop_file.write(alert)
            except OSError as error:
                self._tell(f"the stop file {self._stop_file.path} cannot be written: {error.strerror}")
        if self._command is not None:
            self._command.run(alert)
