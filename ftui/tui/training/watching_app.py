"""What an app knows of training runs while any screen is shown: the reader, the state, the alerts."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import on
from textual.events import Event, InputEvent
from textual.screen import ModalScreen

from ftui.tui.framed_app import FramedApp
from ftui.tui.training.reader import TrainingFailed, TrainingRead, TrainingReader

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.await_complete import AwaitComplete
    from textual.screen import Screen

    from ftui.project.app_settings import AppSettings
    from ftui.project.settings import Project
    from ftui.training.alerting.alerts import Alert
    from ftui.tui.screens.training import TrainingScreen
    from ftui.tui.training.checkpoint_model import Sampled
    from ftui.tui.training.feed import Feed
    from ftui.tui.training.state import TrainingState

ALERT_S = 12.0
"""Seconds for which the notice of an alert stands."""
LOW, NARROW = 30, 100
"""Lines and cells of a terminal under which an alert takes as little room as it can."""
ENDING_S = 0.5
"""Seconds that a reading thread has to let its files go when the app ends: a reading takes a tenth of one. What must
not be lost is written all the same."""


class WatchingApp(FramedApp):
    """Logs are read from when the training screen is first opened, and alerts come whatever is shown then."""

    training_reader: TrainingReader | None = None
    _training: TrainingState | None = None

    def __init__(self, settings: AppSettings | None = None) -> None:
        super().__init__(settings)
        self._untold: list[Alert] = []
        """Alerts of the notice that is shown, or that waits until a dialog is closed; the newest last."""
        self._told_until = 0.0

    first_logs: Sequence[Path] = ()
    """What is watched in place of the project's own logs."""

    def training_project(self) -> Project:
        """The project whose settings, data and checkpoints belong to the runs."""
        raise NotImplementedError

    def make_feed(self, paths: Sequence[Path]) -> Feed:
        """The way to the logs."""
        from ftui.training.following.watch import Watch
        from ftui.tui.training.watch_feed import WatchFeed

        project = self.training_project()
        return WatchFeed(Watch(paths, project), settings=project.training)

    @property
    def training(self) -> TrainingState:
        """All that is known of runs; begun when it is first asked for."""
        if self._training is None:
            from ftui.tui.training.state import TrainingState

            logs = self.training_project().training.logs
            self._training = TrainingState(self.first_logs or ([] if logs is None else [logs]))
        return self._training

    @property
    def training_thresholds(self) -> Mapping[str, Mapping[str, float]]:
        """Thresholds of verdicts as ftui.toml sets them."""
        return self.training_project().training.thresholds

    def training_now(self) -> float:
        """The clock by which runs were heard of."""
        return self.training_reader.feed.now() if self.training_reader is not None else time.monotonic()

    def action_training(self) -> None:
        """Open the training screen."""
        from ftui.tui.screens.training import TrainingScreen

        if self.training.paths:
            self.begin_reading()
        if not any(isinstance(each, TrainingScreen) for each in self.screen_stack):
            self.push_screen(TrainingScreen(self.training))

    async def on_event(self, event: Event) -> None:
        """While a key is echoed nothing is read."""
        if isinstance(event, InputEvent):
            self.make_room()
        await super().on_event(event)

    def make_room(self) -> None:
        """Something is going to be painted: the reading thread stands aside for a moment."""
        if self.training_reader is not None:
            self.training_reader.room.want()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if self.training_reader is not None:
            self.training_reader.room.painted()

    def begin_reading(self) -> None:
        """Start the thread, once."""
        if self.training_reader is None:
            self.training_reader = TrainingReader(self.make_feed(self.training.paths), self.post_message)
            self.training_reader.start()

    def watch_log(self, path: Path) -> None:
        """Follow one more file or folder."""
        if self.training.failed:
            self.tell_failed()
            return
        if path in self.training.paths:
            self.notify(f"{path} is watched already.", timeout=3, markup=False)
            return
        self.training.paths.append(path)
        if self.training_reader is None:
            self.begin_reading()
        else:
            self.training_reader.add(path)

    # What the thread says

    @on(TrainingRead)
    def _training_read(self, event: TrainingRead) -> None:
        try:
            alerts = self.training.take(event.reading, self.training_now())
        finally:
            event.taken()
        for alert in alerts:
            self.tell_alert(alert)
        for notice in event.reading.notices:
            self.notify(notice, severity="warning", timeout=10, markup=False)

    @on(TrainingFailed)
    def _training_failed(self, event: TrainingFailed) -> None:
        self.training.failed, self.training.failed_hint = event.error, event.hint
        self.tell_failed()

    def tell_failed(self) -> None:
        """Why nothing is read any more, and what to do about it."""
        error, hint = self.training.failed, self.training.failed_hint
        said = f"Logs are not read: {error}. {hint[:1].upper()}{hint[1:]}."
        self.notify(said, severity="error", timeout=15, markup=False)

    def tell_alert(self, alert: Alert) -> None:
        """The terminal's bell, and one notice of all that nobody has seen yet."""
        if self.settings.bell:
            self.bell()
        if self._untold and not self._is_told():
            self._untold.clear()
        self._untold.append(alert)
        self._tell_newest()

    def _is_told(self) -> bool:
        """Whether the notice of alerts stands still, or waits until a dialog is closed."""
        return isinstance(self.screen, ModalScreen) or time.monotonic() < self._told_until

    def _tell_newest(self) -> None:
        """A notice that names the newest verdict, how many more there are, and the key that leads to it.

        One at a time, and none over a dialog: of many, a low terminal would show nothing else.
        """
        if not self._untold or isinstance(self.screen, ModalScreen):
            return
        alert, more = self._untold[-1], len(self._untold) - 1
        verdict, key = alert.verdict, self.home.key
        if self.screen is self.training_screen():
            leads = f"{key('newest-alert')} shows {'them' if more else 'it'}"
        else:
            leads = f"{key('training')} opens the training screen"
        several = f"{self.training.labels.get(alert.run, alert.run)}: " if len(self.training.runs) > 1 else ""
        said = f"{several}{verdict.severity} {verdict.code}"
        leads = f"+{more:,} more, {leads}" if more else leads
        self.clear_notifications()
        self._told_until = time.monotonic() + ALERT_S
        low = self.size.height < LOW or self.size.width < NARROW
        self.notify(
            f"{said} · {leads}" if low else f"{verdict.message}  {leads}",
            title="" if low else said,
            severity="error" if verdict.severity == "critical" else "warning",
            timeout=ALERT_S,
            markup=False,
        )

    def dismiss_alert(self) -> bool:
        """Take the notice of alerts away; False where there is none."""
        shown = bool(self._untold) and time.monotonic() < self._told_until
        if shown:
            self.clear_notifications()
        self._untold.clear()
        return shown

    def pop_screen(self) -> AwaitComplete:
        """What was not told over a dialog is told when it is closed."""
        left = super().pop_screen()
        if self._untold:
            self.call_after_refresh(self._tell_newest)
        return left

    def training_screen(self) -> TrainingScreen | None:
        """The training screen, where it is open."""
        from ftui.tui.screens.training import TrainingScreen

        return next((each for each in self.screen_stack if isinstance(each, TrainingScreen)), None)

    # What explains a verdict

    def training_to_data(self, family: str) -> None:
        """Show the rows with findings of a rule family."""
        raise NotImplementedError

    def training_to_model(self, step: int, folder: Path) -> None:
        """Sample a checkpoint, or say what makes it a file that can be sampled."""
        raise NotImplementedError

    def tell_missing(self, step: int, found: Sampled) -> None:
        """Why a checkpoint cannot be sampled, and the command that makes it a file that can be."""
        from ftui.tui.screens.command_modal import CommandModal
        from ftui.tui.screens.page_modal import PageModal

        title = f"checkpoint {step:,}"
        if not found.command:
            self.push_screen(PageModal(title, {"": found.missing}))
            return
        where = "Run it in the folder of llama.cpp, whose script it is; then press the key again."
        parts = {"": found.missing, "command": found.command, "where": where}
        self.push_screen(CommandModal(title, found.command, parts))

    def close_training(self) -> None:
        """End the thread and let go of the logs."""
        if self.training_reader is not None:
            self.training_reader.close()
            self.training_reader.join(ENDING_S)
