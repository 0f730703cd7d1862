"""The review screen: outputs judged blind from the keyboard, one at a time or side by side."""

from __future__ import annotations

from ftui.project.settings import Project
from ftui.review.judging.corrections import Corrections
from ftui.review.judging.nearest_row import NearestRow
from ftui.review.judging.session import Sitting
from ftui.tui.held_key import HeldKey
from ftui.tui.keymap import KEYS, LABELS, Place, key_name, keys_of
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

    def action_help(self) -> None:
        """The keys that judge first."""
        from ftui.tui.screens.pick_modal import Item, PickModal

        keymap: dict[str, str] = getattr(self.app, "_keymap", {})
        places: list[Place] = ["judge" if self.sitting.mode == "single" else "vote", "review", "app"]
        items = [
            Item(
                key.id, " ".join(map(key_name, keys_of(key, keymap)[:2])), key.label, key.help, LABELS[place]
            )
            for place in places
            for key in KEYS
            if key.place == place
        ]
        self.app.push_screen(PickModal("Keys", items), self._run_key)

    async def _run_key(self, name: str | None) -> None:
        key = next((key for key in KEYS if key.id == name), None)
        if key is not None:
            action = key.action.removeprefix("screen.")
            await self.app.run_action(action, self.app if key.place == "app" else self)
