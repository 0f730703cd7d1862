"""The curves of the training screen: what is drawn, over which axis, and how it is looked at."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on

from ftui.tui.cell_text import one_line
from ftui.tui.plot.model import Mark, Panel
from ftui.tui.screens.training_layout import TrainingLayout
from ftui.tui.training import run_curves
from ftui.tui.training.feed import RunLook
from ftui.tui.widgets.curve_plot import CurvePlot
from ftui.tui.widgets.training_bar import TrainingProgress

_SMALL = 7
"""Lines of the plot for each panel under the first."""
_LARGE = 12
"""Lines of the first panel before another is shown under it."""
_SHARES = 3
"""How much more height the first panel has."""


class TrainingLooking(TrainingLayout):
    """Nothing here changes what is known of a run."""

    def show_curves(self) -> None:
        """Everything that is drawn, anew."""
        state, plot = self.state, self.plot
        drawn = state.shown
        runs = [run for _, run in drawn]
        charts = run_curves.charts(runs)
        if self.chart not in charts:
            self.chart = charts[0] if charts else ""
        if runs and self.axis not in run_curves.axes(runs):
            self.axis = "step"
        room = 1 + max(0, (self._plot_height() - _LARGE) // _SMALL)
        others = [chart for chart in charts if chart != self.chart and chart in run_curves.FIRST]
        chosen = [self.chart, *others][:room] if charts else []
        panels = [self._panel(chart, drawn, first=at == 0) for at, chart in enumerate(chosen)]
        plot.empty = list(self._why_empty())
        borders = run_curves.borders(state.run, self.axis) if state.run is not None else []
        plot.show(panels, self._marks(), borders, self.axis)
        self._read_off()

    @on(CurvePlot.Moved)
    def _read_off(self) -> None:
        """Values at the crosshair stand below the curves too."""
        at = None if self.plot.crosshair is None else (self.plot.crosshair, self.axis)
        if at != self.state.crosshair:
            self.state.crosshair = at
            self.query_one("#training-progress", TrainingProgress).renew()
            self.table.refresh()

    def _plot_height(self) -> int:
        return self.plot.size.height or self.app.size.height // 2

    def _panel(self, chart: str, drawn: list[tuple[int, RunLook]], *, first: bool) -> Panel:
        panel = self.panels.get(chart)
        if panel is None:
            panel = self.panels[chart] = Panel(run_curves.title_of(chart), [])
            panel.fit = "robust" if chart == run_curves.LOSS else "all"
        panel.lines = run_curves.lines_of(chart, drawn, self.axis, self.state.labels)
        panel.share = _SHARES if first else 1
        return panel

    def _marks(self) -> list[Mark]:
        """The verdicts of the current run, numbered as in the list."""
        run = self.state.run
        if run is None or run.name in self.state.hidden:
            return []
        chosen = self.verdicts.verdict
        marked = [
            (number, verdict.since_step, verdict.severity)
            for number, verdict in enumerate(run.diagnosis.verdicts, 1)
            if verdict.since_step is not None
            and verdict.code != "healthy"
            and (verdict is chosen or not self.state.snoozed_for(run.name, verdict))
        ]
        places = run_curves.places_of(run, [step for _, step, _ in marked], self.axis)
        return [
            Mark(x, str(number), level)
            for x, (number, _, level) in zip(places, marked, strict=True)
            if x is not None
        ]

    def _why_empty(self) -> Iterator[str]:
        """Why there is no curve, and what to do."""
        state, run = self.state, self.state.run
        if state.failed:
            yield f"Logs are not read: {one_line(state.failed)}."
            hint = one_line(state.failed_hint)
            yield f"{hint[:1].upper()}{hint[1:]}."
        elif state.loaded is not None:
            yield f"reading … {state.loaded:.0%}"
        elif run is None:
            yield from self._why_no_run()
        elif run.name in state.hidden:
            yield "Every run is hidden: Space in the runs shows one again."
        elif run.trouble:
            yield f"{run.path} {run.trouble}."
            yield "Its curves come as soon as it is written."
        elif not run.has_loss:
            yield from self.why_no_loss(run)

    def _why_no_run(self) -> Iterator[str]:
        if not self.state.paths:
            yield "No training log is known."
            yield f"{self.key('open-log')} opens one: a log file, or a folder with runs."
            yield 'To find it the next time: logs = "PATH" under [training] in ftui.toml.'
        elif not self.state.was_read:
            yield "reading …"
        else:
            yield f"No training log in {', '.join(map(str, self.state.paths))} yet."
            yield "Looked for: console logs (.log, .out, .txt), tables (.csv, .jsonl), trainer_state.json,"
            yield "TensorBoard events, and what trackers keep."
            yield f"It is looked for again every 5 seconds; {self.key('open-log')} opens another."

    # What is looked at

    def _choose(self, chart: str | None) -> None:
        if chart is not None:
            self.chart = chart
            self.show_curves()

    def action_metric(self, by: int) -> None:
        """The next chart on top."""
        charts = run_curves.charts(run for _, run in self.state.shown)
        if charts:
            self._choose(charts[(charts.index(self.chart) + by) % len(charts)])

    def action_choose_metric(self) -> None:
        """Choose the chart on top."""
        from ftui.tui.screens.pick_modal import Item, PickModal

        charts = run_curves.charts(run for _, run in self.state.shown)
        if not charts:
            self.notify("No values yet.", timeout=2)
            return
        items = [Item(chart, "", run_curves.title_of(chart)) for chart in charts]
        self.app.push_screen(PickModal("Metric", items), self._choose)

    def action_axis(self) -> None:
        """By step, by epoch, by time, as far as the log tells."""
        axes = run_curves.axes(run for _, run in self.state.shown)
        if len(axes) == 1:
            self.notify("The log tells of steps alone.", timeout=3)
            return
        at = axes.index(self.axis) if self.axis in axes else 0
        self.axis = axes[(at + 1) % len(axes)]
        self.show_curves()
        self.notify(f"by {self.axis}", timeout=1.5)

    def action_log_scale(self) -> None:
        self.plot.action_log()

    def action_smooth(self, by: int) -> None:
        self.plot.action_smooth(by)

    def action_fit(self) -> None:
        self.plot.action_fit()

    def place_on_step(self, step: float) -> None:
        """The crosshair on a step of the current run."""
        run = self.state.run
        x = run_curves.place_of(run, step, self.axis) if run is not None else None
        if x is not None:
            self.plot.place(x)

    @on(CurvePlot.MarkChosen)
    def _mark_chosen(self, event: CurvePlot.MarkChosen) -> None:
        if event.mark.label.isdigit():
            self.verdicts.cursor = int(event.mark.label) - 1

    def why_no_loss(self, run: RunLook) -> Iterator[str]:
        """What was seen instead of a loss, and how to say which column it is."""
        why, hint = (*run.no_loss, "", "")[:2]
        yield f"No loss found in {run.path.name}{':' if why else '.'}"
        if why:
            yield f"{why}."
        if hint:
            yield f"{hint[0].upper()}{hint[1:]}."
        yield "It is read on: its curves come with the first loss."
