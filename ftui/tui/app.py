"""The terminal app: themes, keys, the background work, and the way in and out."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, cast

from textual import on, work
from textual.events import Event, InputEvent
from textual.message import Message
from textual.worker import get_current_worker

from ftui.project.app_settings import AppSettings
from ftui.project.errors import FtuiError
from ftui.tui.desk.checking import Checker
from ftui.tui.desk.opening import Opening
from ftui.tui.review.judging_app import JudgingApp
from ftui.tui.screens.desk import DeskScreen
from ftui.tui.training.watching_app import WatchingApp

if TYPE_CHECKING:
    from ftui.dataset.session import Session
    from ftui.project.settings import Project
    from ftui.store.entry import Entry

TICK = 0.25
"""Seconds between two reports of a background job: a status line that changes oftener only costs bytes."""


class FtuiApp(JudgingApp, WatchingApp):
    """The data desk on a session. Slow work runs in threads and in a process; they only post messages here."""

    HOME = "desk"

    class Grown(Message):
        """The index of a file has grown."""

        def __init__(self, percent: int) -> None:
            super().__init__()
            self.percent = percent

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, FtuiApp.Grown)

    class Indexed(Message):
        """Every record of every file is known; an error names what could not be read."""

        def __init__(self, error: str = "") -> None:
            super().__init__()
            self.error = error

    def __init__(
        self,
        session: Session | Opening,
        settings: AppSettings | None = None,
        checker: Callable[[FtuiApp], Checker] | None = None,
    ) -> None:
        """An `Opening` becomes a session after the first paint: its imports and its journal take 50 ms."""
        super().__init__(settings)
        self._session = session
        self._warned_of_others = False
        self._early: list[InputEvent] = []
        """What was typed before the journal was open."""
        self._make_checker = checker
        self.first_family = ""
        """A rule family: its rows are shown at the start."""

    @property
    def session(self) -> Session:
        """What changes go through; in the first tenth of a second it can only be looked at."""
        return cast("Session", self._session)

    def make_checker(self) -> Checker | None:
        return self._make_checker(self) if self._make_checker is not None else None

    # The desk

    def redraw(self) -> None:
        """Have every line drawn again: the colours changed."""
        desk = self.desk
        desk.table.repaint()
        desk.record.renew()
        if desk.charts is not None:
            desk.charts.renew()
        for widget in desk.query("*"):
            widget.refresh()
        self.repaint_sampling()

    def get_default_screen(self) -> DeskScreen:
        return DeskScreen(self.session)

    @property
    def desk(self) -> DeskScreen:
        """The screen that all others lie on."""
        return cast("DeskScreen", self.screen_stack[0])

    # Coming up

    async def on_event(self, event: Event) -> None:
        """Hold back what is typed in the first tenth of a second: it may be an edit."""
        if isinstance(event, InputEvent) and isinstance(self._session, Opening):
            self._early.append(event)
        else:
            await super().on_event(event)

    def after_first_paint(self) -> None:
        """What a person need not wait for: the journal, other themes, the keymap, the index, the check."""
        gc.freeze()  # the modules stay for good: a full collection of 38,000 objects delays a key by 15 to 60 ms
        self._open_session()
        super().after_first_paint()
        for event in self._early:
            self.post_message(event)
        self._early.clear()
        if self.first_family:
            self.training_to_data(self.first_family)
        self.index()

    # Training

    def training_project(self) -> Project:
        return self.session.dataset.project

    def training_to_data(self, family: str) -> None:
        """The desk, with the rows that a rule family found."""
        from ftui.tui.desk.filters import Filter

        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.desk.set_filter(Filter(rule=family))
        self.desk.wanted_family = family
        if self.desk.found.state == "done":
            self.desk.show_family()
        else:
            self.notify("The rows are still being checked; what is found joins.", timeout=4)

    def training_to_model(self, step: int, folder: Path) -> None:
        """The sampling screen, with the checkpoint among the models."""
        from ftui.tui.training.checkpoint_model import checkpoint_model

        found = checkpoint_model(folder, step, self.training_project().model.gguf)
        if found.missing:
            self.tell_missing(step, found)
            return
        if found.spec not in self.choices.models:
            self.choose(self.choices._replace(models=(*self.choices.models, found.spec)))
        self.action_models()

    def _open_session(self) -> None:
        if isinstance(self._session, Opening):
            from ftui.dataset.session import Session

            dataset = self._session.dataset
            try:
                self._session = Session.open(dataset)
            except FtuiError as error:
                self.warnings.append(f"{error}; opened for reading only")
                self._session = Session.open(dataset, read_only=True)
            self.desk.take_session(self._session)
        self.session.on_change.append(self._session_changed)
        if self.session.resume is not None:
            self.call_after_refresh(self.desk.offer_resume)

    def reopened(self) -> None:
        """The documents read other bytes now: everything known of their rows is old."""
        desk = self.desk
        desk.rows.forget_all()
        desk.found.forget_all()
        desk.renew_splits()
        desk.reorder()
        desk.show_record()
        desk.show_unsaved()
        self.index()

    @work(thread=True, exclusive=True, group="index", exit_on_error=False)
    def index(self) -> None:
        """Find every record of every file, in a thread."""
        worker = get_current_worker()
        documents = self.session.dataset.documents
        last = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal last
            now = monotonic()
            if now - last >= TICK:
                last = now
                self.post_message(self.Grown(100 * done // max(1, total)))

        try:
            for document in documents:
                if not document.complete:
                    document.build_index(progress, lambda: worker.is_cancelled)
        except (FtuiError, OSError) as error:
            self.post_message(self.Indexed(str(error)))
        else:
            self.post_message(self.Indexed())

    @on(Grown)
    def _grown(self, event: Grown) -> None:
        self.desk.renew_splits()
        self.desk.go_to_line()
        self.desk.show_progress(f"reading {event.percent} %")

    @on(Indexed)
    def _indexed(self, event: Indexed) -> None:
        desk = self.desk
        desk.renew_splits()
        desk.go_to_line()
        desk.show_position()
        desk.show_progress("")
        if event.error:
            self.notify(event.error, severity="error", timeout=15, markup=False)
        elif desk.complete:
            self.check()

    # Colours of code

    @work(thread=True, group="grammar", exit_on_error=False)
    def load_grammar(self, language: str) -> None:
        """Bring a grammar into memory, then draw the record with its colours."""
        from ftui.tui.desk import syntax

        syntax.load(language)
        self.call_from_thread(self.desk.record.renew)

    def stop(self) -> None:
        """Stop what runs in the background."""
        self.workers.cancel_group(self, "index")
        self.workers.cancel_group(self.desk, "save")
        if self.checker is not None and self.desk.found.state == "running":
            self.checker.stop()

    # Changes

    def _session_changed(self, entry: Entry, undone: bool) -> None:  # noqa: ARG002  the session's signature
        desk = self.desk
        places = desk.changed(entry)
        if not self._warned_of_others:
            self._warned_of_others = True
            self._warn_of_others()
        if desk.found.state not in ("running", "done"):
            return
        if places is None or "marker" in entry.details:
            # Very many rows, or a choice of the end marker, by which every answer is judged.
            self.check()
        elif places and self.checker is not None:
            self.checker.update(sorted(places))

    def _warn_of_others(self) -> None:
        """At the first edit: another ftui has edits of the same file, so that this one cannot save over it."""
        for file, process in self.session.held_elsewhere().items():
            name = self.session.dataset.documents[file].display_path
            who = f"process {process}" if process > 0 else "another process"
            self.notify(
                f"{name} is open in another ftui with edits ({who}): save yours under another name, "
                f"{self.desk.key('save-as')}.",
                severity="warning",
                timeout=15,
                markup=False,
            )

    # Leaving

    def action_request_quit(self) -> None:
        """Leave at once when everything is saved, else ask."""
        editor = self.desk.editor
        if editor is not None and editor.changed:
            keep, discard = self.desk.key("editor-keep"), self.desk.key("editor-discard")
            self.notify(
                f"The text in the editor is not kept yet: {keep} keeps, {discard} discards it.",
                severity="warning",
            )
            return
        if self.sampling.phase == "running":
            self.ask_to_stop_sampling(self._leave)
        else:
            self._leave()

    def _leave(self) -> None:
        unsaved = self.session.unsaved
        if not unsaved:
            self.exit()
            return
        from ftui.dataset.steps import count_in_words
        from ftui.tui.screens.ask_modal import AskModal, Choice

        choices = [
            Choice("s", "save and leave", "save"),
            Choice("l", "leave; the edits are kept and offered the next time", "leave"),
        ]
        question = f"Not saved: {count_in_words(unsaved, 'step')}."
        self.push_screen(AskModal(question, "", choices, escape="stay"), self._quit_answered)

    def _quit_answered(self, answer: str | None) -> None:
        if answer == "leave":
            self.exit()
        elif answer == "save":
            self.desk.save(then=self.exit)

    def on_unmount(self) -> None:
        if self.checker is not None:
            self.checker.close()
        self.close_sampler()
        self.close_training()


def make_checker(app: FtuiApp) -> Checker:
    """The rules in a process of their own; its log lies beside the journal, or with the user's state."""
    from ftui.project.locations import state_dir
    from ftui.tui.desk.background import Background

    folder = app.session.dataset.project.root / ".ftui"
    return Background(app.session, app.post_message, folder if folder.is_dir() else state_dir())


def run(
    paths: Sequence[str | Path],
    project: Project,
    settings: AppSettings | None = None,
    *,
    family: str = "",
    logs: Sequence[Path] = (),
) -> int:
    """Open the files and show them; returns the exit code. Raises FtuiError when nothing can be read.

    `family`: only the rows that a rule family found, at first. `logs`: what the training screen watches.
    """
    from ftui.dataset.dataset import Dataset
    from ftui.project.app_settings import load_app_settings

    settings = settings or load_app_settings(project)
    dataset = Dataset.open(paths, project)
    app = FtuiApp(Opening(dataset), settings, make_checker)
    app.first_family = family
    app.first_logs = logs
    try:
        app.run(mouse=settings.mouse)
    finally:
        if not isinstance(app.session, Opening):
            app.session.close()
        dataset.close()
        sys.stdout.flush()
    return app.return_code or 0
