"""The review screen: outputs judged blind from the keyboard, one at a time or side by side."""

from __future__ import annotations

from ftui.project.settings import Project
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.nearest_row import NearestRow
from ftui.review.judging.session import Sitting
from ftui.tui.key import Place
from ftui.tui.review.held_key import HeldKey
from ftui.tui.screens.review_filtering import ReviewFiltering
from ftui.tui.screens.review_looking import Nearest, ReviewLooking


class ReviewScreen(ReviewFiltering, ReviewLooking):
    """All that can be done while judging."""

    def __init__(
        self, sitting: Sitting, project: Project, corrections: Corrections, nearest: Nearest | None = None
    ) -> None:
        super().__init__(sitting, project, corrections)
        self.nearest = nearest or NearestRow(project, corrections.dataset)
        self._corrected = {}
        self.held_key = HeldKey()

    def action_sample(self) -> None:
        """Sample more outputs."""
        if hasattr(self.app, "action_models"):
            self.app.action_models()
        else:
            # The folder's name may tell which models were sampled.
            self.notify(
                "In a shell: ftui sample --review DIR; what it makes joins the queue here.",
                timeout=8,
                markup=False,
            )

    def action_back(self) -> None:
        """To the screen before, else out; everything is kept."""
        self.corrections.close()
        if len(self.app.screen_stack) > 1:
            self.dismiss()
        else:
            self.app.exit()

    def help_places(self) -> list[Place]:
        return ["judge" if self.sitting.mode == "single" else "vote", "review", "app"]
