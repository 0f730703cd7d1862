"""The app of `ftui review`: the review screen alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import SystemCommand
from textual.screen import Screen

from ftui.project.app_settings import AppSettings, load_app_settings
from ftui.project.errors import FtuiError
from ftui.project.locations import config_dir
from ftui.project.settings import Project
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.session import Sitting, reviewer_name
from ftui.review.store import ReviewStore
from ftui.tui.cell_diff import CellDiffMixin
from ftui.tui.keymap import KEYS, bindings, read_keymap
from ftui.tui.screens.review import ReviewScreen
from ftui.tui.themed_app import ThemedApp
from ftui.tui.widgets.key_bar import KeyBar


class ReviewApp(ThemedApp, CellDiffMixin, inherit_bindings=False):
    """Themes, keys and changed cells as on the desk."""

    BINDINGS = bindings("app")
    TITLE = "ftui"
    ENABLE_COMMAND_PALETTE = True
    CSS = """
    ModalScreen { background: transparent; }
    ToastRack { align-horizontal: right; scrollbar-size: 0 0; }
    Toast { padding: 0 1; width: auto; max-width: 60%; margin-bottom: 0; }
    """

    def __init__(self, screen: ReviewScreen, settings: AppSettings | None = None) -> None:
        super().__init__(settings or AppSettings())
        self.review = screen
        self.cell_diff = self.settings.cell_diff
        self.animation_level = "none"

    def get_default_screen(self) -> ReviewScreen:
        return self.review

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self.theme_changed)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.call_after_refresh(self._after_first_paint)

    def _after_first_paint(self) -> None:
        keymap, warnings = read_keymap(config_dir() / "keymap.toml")
        if keymap:
            self.set_keymap(keymap)
            self.review.query_one("#keys", KeyBar).renew()
        self.load_other_themes()
        for warning in dict.fromkeys([*self.warnings, *warnings]):
            self.notify(warning, severity="warning", timeout=10, markup=False)
        self.warnings.clear()

    def redraw(self) -> None:
        """The screen hears of other colours by itself."""

    def write_to_terminal(self, sequence: str) -> None:
        """Send a sequence that draws nothing (the clipboard's) as it is."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """What the palette lists: the themes, and what works while judging."""
        yield SystemCommand("Theme", "Other colours.", self.action_change_theme)
        for key in KEYS:
            if key.place in ("review", "app") and key.id != "palette":
                yield SystemCommand(
                    f"{key.label}  {self.review.key(key.id)}", key.help, partial(self.review._run_key, key.id)
                )

    def on_resize(self) -> None:
        self.forget_cells()

    def _resumed(self, _: Any) -> None:
        self.action_redraw()

    def action_redraw(self) -> None:
        """Draw the whole screen anew, whatever the terminal shows."""
        self.forget_cells()
        self.refresh(layout=True)

    def action_request_quit(self) -> None:
        """Leave: everything is kept, and corrections that are not saved are offered at the next start."""
        self.exit()

    def _handle_exception(self, error: Exception) -> None:
        if isinstance(error, FtuiError):
            self.review.complain(error)
        else:
            super()._handle_exception(error)


def open_review(
    folder: Path, reviewer: str | None, project: Project, settings: AppSettings | None = None
) -> int:
    """Judge the outputs of a review; returns the exit code. Raises FtuiError where there is none."""
    settings = settings or load_app_settings(project)
    store = ReviewStore.open(folder)
    try:
        corrections = Corrections(project)
        sitting = Sitting(store, reviewer_name(reviewer), project.sampling.seed)
        app = ReviewApp(ReviewScreen(sitting, project, corrections), settings)
        try:
            app.run(mouse=settings.mouse)
        finally:
            corrections.close()
            sys.stdout.flush()
    finally:
        store.close()
    return app.return_code or 0
