"""What follows from a watch beside the screen: alerts to a command, a stop file for the trainer, an export."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.project.locations import state_dir
from ftui.training.alerting.alerts import Alert, Alerts

if TYPE_CHECKING:
    from ftui.training.alerting.alert_command import AlertCommand
    from ftui.training.alerting.stop_file import StopFileWriter
    from ftui.training.export import Export
    from ftui.training.following.watch import News, Watch

PATIENCE = 60.0
"""Seconds for which the commands of alerts are waited for at the end."""
_LATELY = 600.0
"""Seconds since a log was written within which its run may still be going on."""


class HandOver:
    """Turns the news of a watch into alerts, and acts on each once. `export` is the listener of the watch.

    It may be closed from another thread than the one that takes news: one that waits for a disk holds nothing up.
    """

    def __init__(
        self,
        *,
        on_alert: str | None = None,
        stop_file: Path | None = None,
        stop_on: Collection[str] = (),
        export: Path | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Raises FtuiError for a command, a stop file or an export that cannot be."""
        self.notices: deque[str] = deque(maxlen=50)
        """What a person should know, one line each: whoever shows them takes them away."""
        self._passed_on = 0
        self._acting = threading.Lock()
        self._closed = False
        self.alerts = Alerts(wall)
        """For those who watch; a screen can snooze them."""
        self._acted = Alerts(wall)
        self._wall = wall
        tell = self.notices.append
        self._command: AlertCommand | None = None
        self._stop_file: StopFileWriter | None = None
        self.export: Export | None = None
        # Each is loaded only where it is asked for: `ftui logs --once` is to answer at once.
        if on_alert is not None:
            from ftui.training.alerting.alert_command import AlertCommand

            self._command = AlertCommand(on_alert, tell, _log())
        if stop_file is not None:
            from ftui.training.alerting.stop_file import StopFileWriter

            self._stop_file = StopFileWriter(stop_file, stop_on)
        if export is not None:
            from ftui.training.export import Export

            self.export = Export(export, tell)
        if self._stop_file is not None and self._stop_file.exists:
            tell(
                f"{stop_file} is there already: a trainer that looks for it stops at once; it stays as it is"
            )

    @property
    def stops(self) -> bool:
        """Whether a trainer is told to stop."""
        return self._stop_file is not None

    def take(self, watch: Watch, news: News) -> list[Alert]:
        """Act on what is new; the alerts that were not told before, for a person to see. Nothing once it is closed."""
        with self._acting:
            return [] if self._closed else self._take(watch, news)

    def _take(self, watch: Watch, news: News) -> list[Alert]:
        self._pass_on(watch)
        told: list[Alert] = []
        for name in news.diagnosed:
            told += self._alerts_of(self.alerts, watch, name)
            if self._concerns(watch, name):
                self._act(self._alerts_of(self._acted, watch, name))
        if self.export is not None:
            self.export.flush()
        return told

    def take_all(self, watch: Watch) -> None:
        """Act on every run as it is, whenever it was written: somebody asked for just this (`--once`)."""
        self._pass_on(watch)
        for name in watch.runs:
            self._act(self._alerts_of(self._acted, watch, name))

    def close(self, wait: float = 0.0) -> None:
        """Write the rest of the export, and let commands end for so many seconds; once."""
        with self._acting:
            if self._closed:
                return
            self._closed = True
            if self.export is not None:
                self.export.close()
        if self._command is not None:
            self._command.close(wait)

    def _pass_on(self, watch: Watch) -> None:
        for notice in watch.notices[self._passed_on :]:
            self.notices.append(notice)
        self._passed_on = len(watch.notices)

    def _concerns(self, watch: Watch, name: str) -> bool:
        """Whether to act: runs that a folder holds from earlier days stop nothing; one named by its path does."""
        follower = watch.followers[name]
        written = follower.written
        lately = written is not None and self._wall() - written < _LATELY
        return watch.named(name) or follower.live or (lately and not follower.run.facts.finished)

    def _alerts_of(self, alerts: Alerts, watch: Watch, name: str) -> list[Alert]:
        run = watch.followers[name].run
        return alerts.of(name, run.path, watch.diagnoses[name], run.last_step)

    def _act(self, alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            if self._stop_file is not None and self._stop_file.stops(alert):
                try:
                    self._stop_file.write(alert)
                except OSError as error:
                    reason = error.strerror or str(error)
                    self.notices.append(f"the stop file {self._stop_file.path} cannot be written: {reason}")
            if self._command is not None:
                self._command.run(alert)


def _log() -> Path | None:
    """Where the output of commands goes; None where nothing can be written."""
    path = state_dir() / "on-alert.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
    except OSError:
        return None
    return path
