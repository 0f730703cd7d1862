"""The training screen: curves, verdicts, runs and the log of what is being trained."""

from __future__ import annotations

from pathlib import Path

from textual.dom import DOMNode

from ftui.tui.key import Key, Place
from ftui.tui.screens.training_layout import PANES, TICK
from ftui.tui.screens.training_verdicts import TrainingVerdicts
from ftui.tui.widgets.training_bar import TrainingProgress, TrainingTitle


class TrainingScreen(TrainingVerdicts):
    """Draws what the app knows of the runs, at most four times a second."""

    _drawn: object = None
    _arranged: object = None
    _log_is_next = False
    """Curves and log are painted in turn: both at once are 4.9 KB at 120×40, the curves alone 3.7 KB."""

    def on_mount(self) -> None:
        self.show_panes()
        self.show_all()
        self.set_interval(TICK, self._tick)
        self.app.theme_changed_signal.subscribe(self, self._repaint)

    def on_screen_resume(self) -> None:
        """What came while another screen was seen was never painted."""
        self.show_all()

    def renew(self) -> None:
        """Paint what has changed."""
        if self._changed():
            self.show_all()
        else:
            self._paint_lines()
            self.tail.renew()

    def _tick(self) -> None:
        """Paint what has changed of the curves, or of the verdicts and the log."""
        if not self.is_current:
            return
        if self._changed() and not self._log_is_next:
            self.app.make_room()  # type: ignore[attr-defined]
            self._show_runs()
            self._log_is_next = True
            return
        if self._log_is_next:
            self.app.make_room()  # type: ignore[attr-defined]
            self.show_verdicts()
        self.tail.renew()
        self._paint_lines()
        self._log_is_next = False

    def _changed(self) -> bool:
        return self._drawn != self._known()

    def _known(self) -> object:
        """What differs when curves and verdicts have to be painted anew."""
        state, run = self.state, self.state.run
        loaded = state.loaded if run is None or not run.has_loss else state.loaded is None
        return state.version, loaded, state.was_read, self.plot.size

    def _paint_lines(self) -> None:
        self.query_one("#training-title", TrainingTitle).renew()
        self.query_one("#training-progress", TrainingProgress).renew()

    def show_all(self) -> None:
        """Everything anew: curves, verdicts, runs, log."""
        self.show_verdicts()
        self._show_runs()
        self._paint_lines()
        self.tail.renew()

    def _show_runs(self) -> None:
        self._drawn = self._known()
        several = len(self.state.runs) > 1
        if self._arranged != (arranged := self._arrangement()):
            self._arranged = arranged
            self.show_panes()
        run = self.state.run
        if run is not None and run.has_loss:
            self.tail.nothing = f" no lines of text: this is {run.format or 'no text log'}"
        self.tail.run = run.name if run is not None and several else ""
        self.show_curves()
        self.table.refresh()

    def _arrangement(self) -> object:
        """What it depends on which panes are shown."""
        run = self.state.run
        judged = run is not None and bool(run.curves or run.diagnosis.verdicts)
        return len(self.state.runs), len(self.state.log) > 0, judged

    def _repaint(self, _: object) -> None:
        """The colours changed."""
        self.plot.renew()
        self.verdicts.repaint()
        for widget in self.query("*"):
            widget.refresh()

    def action_open(self) -> None:
        """Follow one more file or folder."""
        if self.state.failed:
            self.app.tell_failed()  # type: ignore[attr-defined]
            return
        from ftui.tui.screens.input_modal import InputModal

        def validate(text: str) -> str:
            if text and not Path(text).expanduser().parent.is_dir():
                return "there is no such folder"
            return ""

        def answered(text: str | None) -> None:
            if text:
                self.app.watch_log(Path(text).expanduser())  # type: ignore[attr-defined]

        says = "A log file, or a folder with runs. A file that is not there yet is waited for."
        self.app.push_screen(InputModal("Open a log", says, "", "runs/", validate), answered)

    def action_back(self) -> None:
        """Drop the crosshair, what is looked for, the zoom; else leave."""
        if self.app.dismiss_alert():  # type: ignore[attr-defined]
            return
        if self.plot.crosshair is not None:
            self.plot.action_drop_crosshair()
        elif self.tail.looked_for or self.tail.at is not None:
            self.tail.look_for("")
            self.tail.action_bottom()
        elif self.zoomed:
            self.action_zoom_pane()
        elif len(self.app.screen_stack) > 1:
            self.dismiss()
        elif self.state.loaded is not None:
            self.app.exit()
        else:
            self.notify("q leaves.", timeout=2)

    # Help

    def help_places(self) -> list[Place]:
        return [self.pane, "training", "app", *(place for place in PANES if place != self.pane)]

    def target_of(self, key: Key) -> DOMNode | None:
        if key.place in PANES and not key.action.startswith("screen."):
            self.show_pane(key.place)
            return self.query_one(f"#{key.place}")
        return super().target_of(key)
