"""The way from the desk to the outputs of its project's newest review."""

from __future__ import annotations

from pathlib import Path

from ftui.project.errors import FtuiError
from ftui.tui.sampling.app import SamplingApp


class JudgingApp(SamplingApp):
    """Corrections go through the session that the desk has open."""

    def action_newest_review(self) -> None:
        """Judge what was sampled last."""
        from ftui.review.location import newest

        if self.sampling.folder:
            folder = Path(self.sampling.folder)
        else:
            try:
                folder = newest(self.session.dataset.root)
            except FtuiError:
                key = self.desk.key("models")
                self.notify(f"Nothing is sampled yet: {key} samples outputs from a model.", timeout=6)
                return
        self.judge(folder)

    def judge(self, folder: Path) -> None:
        """Open the review of a folder over what is on the screen. Raises FtuiError."""
        from ftui.review.judging.corrections import Corrections
        from ftui.review.judging.session import Sitting, reviewer_name
        from ftui.review.store import ReviewStore
        from ftui.tui.screens.review import ReviewScreen

        project = self.session.dataset.project
        store = ReviewStore.open(folder)
        try:
            sitting = Sitting(store, reviewer_name(None), project.sampling.seed)
            screen = ReviewScreen(sitting, project, Corrections(project, self.session))
        except FtuiError:
            store.close()
            raise
        self.push_screen(screen, lambda _: store.close())
