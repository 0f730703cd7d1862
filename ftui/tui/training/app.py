"""The app of `ftui logs`: the training screen alone."""

from __future__ import annotations

import gc
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftui.project.app_settings import AppSettings, load_app_settings
from ftui.project.settings import Project
from ftui.tui.screens.command_modal import CommandModal
from ftui.tui.screens.training import TrainingScreen
from ftui.tui.training.checkpoint_model import checkpoint_model
from ftui.tui.training.feed import Feed
from ftui.tui.training.state import TrainingState
from ftui.tui.training.watching_app import WatchingApp

if TYPE_CHECKING:
    from ftui.training.alerting.hand_over import HandOver
    from ftui.training.following.watch import Watch


class TrainingApp(WatchingApp):
    """Themes, keys and changed cells as on the desk."""

    HOME = "training"

    def __init__(
        self, feed: Feed, paths: Sequence[Path], project: Project, settings: AppSettings | None = None
    ) -> None:
        super().__init__(settings)
        self._feed = feed
        self._project = project
        self._training = TrainingState(paths)
        self.wanted_data = ""
        """The rule family whose rows a person wants to see: the desk is opened on them when this app ends."""

    def training_project(self) -> Project:
        return self._project

    def make_feed(self, paths: Sequence[Path]) -> Feed:  # noqa: ARG002  it was made for them
        return self._feed

    def get_default_screen(self) -> TrainingScreen:
        return TrainingScreen(self.training)

    def after_first_paint(self) -> None:
        gc.freeze()  # the modules stay for good: a full collection of them delays a key by 50 to 150 ms
        super().after_first_paint()
        self.begin_reading()

    def redraw(self) -> None:
        """The screen hears of other colours by itself."""

    def training_to_data(self, family: str) -> None:
        if not self._project.splits:
            self.notify(
                "No data is known: run ftui logs where ftui.toml names the splits, or ftui init.", timeout=6
            )
            return
        self.wanted_data = family
        self.exit()

    def training_to_model(self, step: int, folder: Path) -> None:
        found = checkpoint_model(folder, step, self._project.model.gguf)
        if found.missing:
            self.tell_missing(step, found)
            return
        command = f"ftui sample --model {shlex.quote(found.spec)}"
        self.push_screen(
            CommandModal(f"checkpoint {step:,}", command, {"": "Sampled in a shell:", "command": command})
        )

    def on_unmount(self) -> None:
        self.close_training()


def open_logs(
    watch: Watch, project: Project, settings: AppSettings | None = None, hand_over: HandOver | None = None
) -> int:
    """Show the runs of a watch until a person leaves; returns the exit code.

    Reading, and what follows from it (`hand_over`), go on in a thread; both are closed at the end. Standard input has
    to be the terminal: who reads a log from a pipe moves the pipe to another descriptor first.
    """
    from ftui.tui.training.watch_feed import WatchFeed

    settings = settings or load_app_settings(project)
    feed = WatchFeed(watch, hand_over)
    app = TrainingApp(feed, watch.paths, project, settings)
    try:
        app.run(mouse=settings.mouse)
    finally:
        feed.hand_in()  # also where the app ended before it began to read
        sys.stdout.flush()
    if app.wanted_data:
        from ftui.tui.app import run

        logs = [path for path in app.training.paths if path.exists()]
        return run([], project, settings, family=app.wanted_data, logs=logs)
    return app.return_code or 0
