"""The log of the training screen: searched, filtered, followed."""

from __future__ import annotations

from textual import on

from ftui.tui.screens.training_looking import TrainingLooking
from ftui.tui.widgets.log_search import LogSearch


class TrainingLog(TrainingLooking):
    """What is done with the log works whatever is focused."""

    @property
    def search(self) -> LogSearch:
        return self.query_one(LogSearch)

    def action_search(self) -> None:
        """Look for a text in the log."""
        self._show_log()
        self.search.open(self.tail.looked_for)

    @on(LogSearch.Typed)
    def _typed(self, event: LogSearch.Typed) -> None:
        self.tail.look_for(event.text)

    @on(LogSearch.Done)
    def _done(self, event: LogSearch.Done) -> None:
        self.search.close()
        self.tail.look_for(event.text)
        self.show_pane("tail")
        if event.text:
            self.action_found(-1)

    def action_found(self, by: int) -> None:
        """The next line found, or the one before."""
        if not self.tail.looked_for:
            self.action_search()
            return
        self._show_log()
        if not self.tail.go_to_found(by):
            self.notify(f"The log does not hold {self.tail.looked_for}.", timeout=3, markup=False)

    def action_filter(self) -> None:
        """The next kind of lines."""
        self._show_log()
        self.tail.next_filter()

    def action_follow(self) -> None:
        """Follow the newest line, or stay."""
        self._show_log()
        self.tail.toggle_follow()

    def _show_log(self) -> None:
        if not self.tail.display:
            self.log_shown = True
            self.zoomed = False
            self.show_panes()
