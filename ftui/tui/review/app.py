"""The app of `ftui review`: the review screen alone."""

from __future__ import annotations

import sys
from pathlib import Path

from ftui.project.app_settings import AppSettings, load_app_settings
from ftui.project.settings import Project
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.session import Sitting, reviewer_name
from ftui.review.store import ReviewStore
from ftui.tui.framed_app import FramedApp
from ftui.tui.screens.review import ReviewScreen


class ReviewApp(FramedApp):
    """Themes, keys and changed cells as on the desk."""

    HOME = "review"

    def __init__(self, screen: ReviewScreen, settings: AppSettings | None = None) -> None:
        super().__init__(settings)
        self.review = screen

    def get_default_screen(self) -> ReviewScreen:
        return self.review

    def redraw(self) -> None:
        """The screen hears of other colours by itself."""


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
