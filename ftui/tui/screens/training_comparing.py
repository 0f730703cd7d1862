"""Runs beside each other: which are drawn, and which one is looked at."""

from __future__ import annotations

from textual import on

from ftui.tui.screens.training_log import TrainingLog
from ftui.tui.widgets.run_table import RunTable


class TrainingComparing(TrainingLog):
    """The run under the cursor is the one whose verdicts and log are shown."""

    @on(RunTable.Chosen)
    def _run_chosen(self) -> None:
        self.show_all()

    def show_all(self) -> None:
        """Everything anew."""
        raise NotImplementedError

    def action_show_run(self) -> None:
        """Draw the run, or not."""
        run = self.state.run
        if run is not None:
            self.state.hidden ^= {run.name}
            self.show_all()

    def action_only_run(self) -> None:
        """Draw this run alone; again: all."""
        run = self.state.run
        if run is None:
            return
        others = {each.name for each in self.state.runs if each is not run}
        self.state.hidden = set() if self.state.hidden == others else others
        self.show_all()
