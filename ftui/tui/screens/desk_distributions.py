"""The desk's distributions: of all rows, and of those that the table shows; they follow the filter and the edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftui.tui.desk.order import Place
from ftui.tui.screens.desk_layout import Pane
from ftui.tui.screens.desk_panes import DeskPanes

if TYPE_CHECKING:
    from textual.timer import Timer

    from ftui.store.entry import Entry
    from ftui.tui.desk.checking import Counted, CountingProgress

PAUSE = 0.3
"""Seconds without another filter or edit before the rows are counted anew."""


class DeskDistributions(DeskPanes):
    """The charts stand where the record stands, until they are closed or the record is asked for."""

    _counting: Timer | None = None
    _came_from: Pane = "table"

    def action_distributions(self) -> None:
        """Show how the rows are distributed, or the record again."""
        from ftui.tui.widgets.distribution_view import DistributionView

        if self.charts is not None:
            self.pane = self._came_from
            self.close_charts()
        elif self.editor is not None:
            self.notify("The editor is open: keep or discard its text first.", severity="warning")
        elif self.checker is None:
            self.notify("The files are still being read.", timeout=3)
        else:
            self._came_from = self.pane
            self.charts = DistributionView()
            self.query_one("#rows").mount(self.charts, after=self.record)
            self.pane = "record"
            self.show_panes()
            self.show_keys("distributions")
            self._count()

    def close_charts(self) -> None:
        """The record has its place again."""
        if self.charts is None:
            return
        if self.checker is not None:
            self.checker.stop_counting()
        self.charts.remove()
        self.charts = None
        self.show_pane(self.pane)

    def action_back(self) -> None:
        if self.charts is not None and self.pane == "record":
            self.zoomed = False
            self.action_distributions()
        else:
            super().action_back()

    def action_stop(self) -> None:
        """Stop counting, too."""
        super().action_stop()
        if self.checker is not None and self.charts is not None:
            self.checker.stop_counting()

    # What the worker counts

    def _count_soon(self) -> None:
        if self.charts is not None:
            if self._counting is not None:
                self._counting.stop()
            self._counting = self.set_timer(PAUSE, self._count)

    def _count(self) -> None:
        from ftui.tui.desk.distributions import packed

        if self.charts is None or self.checker is None or not self.splits:
            return
        self.charts.say("counting …")
        rows = packed(self.table.order) if self.filter else None
        self.checker.count(self.splits[self.split].name, rows)

    def counting(self, event: CountingProgress) -> None:
        """The worker says how far it is."""
        if self.charts is not None:
            self.charts.say(f"counting {event.percent} %  {self.key('stop')} stops")

    def counted(self, event: Counted) -> None:
        """The worker counted, or stopped."""
        if self.charts is None:
            return
        if event.found is None:
            self.charts.say(event.error or "stopped")
            return
        split = f"split {self.splits[self.split].name}" if len(self.splits) > 1 else ""
        chips = [part for part in (split, *self.filter.chips()) if part]
        self.charts.show(event.found, " and ".join(chips))

    # What it follows

    def show_rows(self, keep: Place | None) -> None:
        super().show_rows(keep)
        self._count_soon()

    def changed(self, entry: Entry) -> set[Place] | None:
        places = super().changed(entry)
        self._count_soon()
        return places
