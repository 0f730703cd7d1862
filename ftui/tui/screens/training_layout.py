"""The panes of the training screen: curves and verdicts above, the runs, the log below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size

from ftui.tui.keymap import bindings
from ftui.tui.plot.model import Axis, Panel
from ftui.tui.screens.keyed import KeyedScreen
from ftui.tui.training.state import TrainingState
from ftui.tui.widgets.curve_plot import CurvePlot
from ftui.tui.widgets.key_bar import KeyBar
from ftui.tui.widgets.log_search import LogSearch
from ftui.tui.widgets.log_tail import LogTail
from ftui.tui.widgets.run_table import RunTable
from ftui.tui.widgets.training_bar import TrainingProgress, TrainingTitle
from ftui.tui.widgets.training_curves import TrainingCurves
from ftui.tui.widgets.verdict_list import VerdictList

Pane = Literal["curves", "verdicts", "runs", "tail"]
PANES: tuple[Pane, ...] = ("curves", "verdicts", "runs", "tail")
TICK = 0.25
"""Seconds between two paints of what came."""
NARROW = 100
"""Cells of width under which the verdicts stand below the curves."""
SHORT = 30
"""Lines under which the log is shown only when it is asked for."""
LOW = 14
"""Lines under which one pane is shown: the curves, until another is gone to."""
MOST_RUNS = 6
"""Lines of the run table before it scrolls."""
_FEW = 3
"""Lines of the verdicts below the curves."""
_BARS = 3
"""Lines of the title, the progress and the keys."""
_LEAST_LOG = 5
"""Lines of the log, its border and its heading among them."""


class TrainingLayout(KeyedScreen, inherit_bindings=False):
    """What fits is shown; one pane alone when it is zoomed."""

    DEFAULT_CSS = """
    TrainingLayout { background: $background; }
    TrainingLayout #upper { height: 1fr; layout: horizontal; }
    TrainingLayout #verdicts { width: 42; border-left: solid $panel; }
    TrainingLayout.-wide #verdicts { width: 56; }
    TrainingLayout #runs { border-top: solid $panel; }
    TrainingLayout #tail { border-top: solid $panel; }
    TrainingLayout.-narrow #upper { layout: vertical; }
    TrainingLayout.-narrow #verdicts { width: 1fr; border-left: none; border-top: solid $panel; }
    TrainingLayout.-zoomed #verdicts, TrainingLayout.-zoomed #tail, TrainingLayout.-zoomed #runs
        { width: 1fr; border: none; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-medium"), (150, "-wide")]
    BINDINGS = bindings("training")
    AUTO_FOCUS = "#curves"

    def __init__(self, state: TrainingState) -> None:
        super().__init__()
        self.state = state
        self.pane: Pane = "curves"
        self.zoomed = False
        self.log_shown: bool | None = None
        """Whether somebody asked for the log, or for none; None: as there is room."""
        self.chart = ""
        """What the uppermost panel shows; empty: the first chart that there is."""
        self.axis: Axis = "step"
        self.panels: dict[str, Panel] = {}
        """Every chart that was shown, with its scale and smoothing."""

    def compose(self) -> ComposeResult:
        yield TrainingTitle(self.state, self.now, id="training-title")
        with Container(id="upper"):
            yield TrainingCurves(id="curves")
            yield VerdictList(id="verdicts")
        yield RunTable(self.state, id="runs")
        yield LogTail(self.state.log, id="tail")
        yield LogSearch()
        yield TrainingProgress(self.state, id="training-progress")
        yield KeyBar(id="keys")

    def now(self) -> float:
        """The clock by which runs were heard of."""
        now: float = self.app.training_now()  # type: ignore[attr-defined]
        return now

    @property
    def plot(self) -> CurvePlot:
        return self.query_one("#curves", CurvePlot)

    @property
    def verdicts(self) -> VerdictList:
        return self.query_one("#verdicts", VerdictList)

    @property
    def table(self) -> RunTable:
        return self.query_one("#runs", RunTable)

    @property
    def tail(self) -> LogTail:
        return self.query_one("#tail", LogTail)

    # Panes

    def _shown(self) -> Sequence[Pane]:
        height = self.app.size.height
        has_lines = len(self.state.log) > 0
        log = self.log_shown if self.log_shown is not None else height >= SHORT and has_lines
        run = self.state.run
        shown: list[Pane] = ["curves"]
        if run is not None and (run.curves or run.diagnosis.verdicts):
            shown.append("verdicts")
        if len(self.state.runs) > 1 and (height >= SHORT or self.pane == "runs"):
            shown.append("runs")
        return [*shown, "tail"] if log or self.pane == "tail" else shown

    def reachable(self) -> Sequence[Pane]:
        """The panes that Tab goes through."""
        shown = self._shown()
        there = {"runs": len(self.state.runs) > 1, "tail": len(self.state.log) > 0}
        return [pane for pane in PANES if pane in shown or there.get(pane, False)]

    def show_panes(self) -> None:
        """Which panes are on the screen, and how high they are."""
        size, shown = self.app.size, self._shown()
        alone = self.zoomed or size.height < LOW
        if self.pane not in shown:
            self.pane = "curves"
        self.set_class(alone, "-zoomed")
        for pane in PANES:
            self.query_one(f"#{pane}").display = pane == self.pane if alone else pane in shown
        self.query_one("#upper").display = not alone or self.pane in ("curves", "verdicts")
        beside = size.width >= NARROW or alone
        self.verdicts.styles.height = "1fr" if beside else _FEW + 1
        runs = min(MOST_RUNS, len(self.state.runs)) + 1 + 1
        self.table.styles.height = "1fr" if alone else runs
        taken = (0 if beside else _FEW + 1) + (runs if "runs" in shown else 0)
        self.tail.styles.height = "1fr" if alone else log_height(size.height, taken)
        if not self.query_one(LogSearch).is_open:  # or what is being typed there would be taken for keys
            self.set_focus(self.query_one(f"#{self.pane}"))  # at once: the next key may have come already
        keys = self.query_one("#keys", KeyBar)
        keys.place = self.pane
        keys.renew()

    def show_pane(self, pane: Pane) -> None:
        """Focus a pane, and show it where it was not."""
        self.pane = pane
        self.show_panes()

    def on_descendant_focus(self) -> None:
        pane = getattr(self.focused, "id", None)
        if pane in PANES and pane != self.pane:
            self.show_pane(pane)

    def action_pane(self, by: int) -> None:
        """The next pane."""
        panes = self.reachable()
        self.show_pane(panes[(panes.index(self.pane) + by) % len(panes)])

    def action_zoom_pane(self) -> None:
        """This pane alone, or all."""
        self.zoomed = not self.zoomed
        self.show_panes()

    def action_toggle_log(self) -> None:
        """The log, or more room for the curves."""
        self.log_shown = "tail" not in self._shown()
        if not self.log_shown and self.pane == "tail":
            self.pane = "curves"
        self.show_panes()

    def on_resize(self, event: events.Resize) -> None:
        if event.size != Size(0, 0):
            self.call_after_refresh(self.show_panes)


def log_height(height: int, taken: int) -> int:
    """Lines for the log: three tenths of the screen, but so few that the curves keep half of it."""
    left = height - _BARS - taken - height // 2
    return max(_LEAST_LOG, min(max(8, height * 3 // 10), left))
