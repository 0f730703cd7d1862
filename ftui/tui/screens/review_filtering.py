"""Which outputs are judged: by stratum, flag, model, judged or not; one or several at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from textual import work

from ftui.project.errors import FtuiError
from ftui.review.judging.queue import Filter, Judged
from ftui.tui.screens.pick_modal import Item, PickModal
from ftui.tui.screens.review_judging import ReviewJudging

JUDGED: dict[Judged, str] = {"open": "not judged yet", "judged": "judged before", "all": "judged or not"}


class ReviewFiltering(ReviewJudging):
    """Filters are kept for the next sitting."""

    @work
    async def action_filter(self) -> None:
        """Switch parts of the filter on and off, until Escape."""
        sitting = self.sitting
        while self.is_seen:
            items = self._parts()
            note = "Enter switches it on or off   Esc done   models are counted, not named, while one judges"
            chosen = await self.app.push_screen_wait(PickModal("What to judge", items, note=note))
            if chosen is None:
                return
            kind, _, name = chosen.partition(" ")
            self._set(_switched(sitting.wanted, kind, name))

    def _parts(self) -> list[Item]:
        sitting, wanted = self.sitting, self.sitting.wanted
        groups = [
            ("strata", "stratum", sitting.strata, wanted.strata),
            ("flags", "flag", sitting.flags, wanted.flags),
            ("models", "model", sitting.models, wanted.models),
        ]
        items = [
            Item(f"{kind} {name}", "●" if name in on else " ", name, "", title)
            for kind, title, names, on in groups
            for name in names
        ]
        return items + [
            Item(f"judged {value}", "●" if wanted.judged == value else " ", words, "", "judged")
            for value, words in JUDGED.items()
        ]

    def action_filter_drop(self) -> None:
        """Show everything that waits."""
        self._set(Filter())

    def _set(self, wanted: Filter) -> None:
        try:
            self.sitting.set_filter(wanted)
        except FtuiError as error:
            self.complain(error)
            return
        self._next(None)

    def action_mode(self) -> None:
        """One output, or several side by side."""
        try:
            self.sitting.set_mode("pair" if self.sitting.mode == "single" else "single")
        except FtuiError as error:
            self.complain(error)
            return
        self.reading = replace(self.reading, against="")
        self.revealed = None  # it may be of an output that is on the screen now
        self._next(None)


def _switched(wanted: Filter, kind: str, name: str) -> Filter:
    if kind == "judged":
        return replace(wanted, judged=cast("Judged", name))
    return replace(wanted, **{kind: getattr(wanted, kind) ^ {name}})
