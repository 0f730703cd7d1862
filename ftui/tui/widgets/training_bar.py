"""The lines above and below the training screen: which run, when it was heard of last, how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.cells import cell_len

from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.tui.cell_text import one_line
from ftui.tui.durations import in_words
from ftui.tui.plot.heading import x_name
from ftui.tui.plot.numbers import short
from ftui.tui.training.progress import done, left
from ftui.tui.training.run_curves import value_at
from ftui.tui.training.state import TrainingState
from ftui.tui.widgets.bar import Bar
from ftui.tui.widgets.lines import Piece

if TYPE_CHECKING:
    from ftui.tui.plot.model import Axis
    from ftui.tui.training.feed import RunLook

LONG_AGO = 60.0
"""Seconds after which a live run's silence stands out."""
_WIDEST = 30
_NARROWEST = 8
_NAME = 24
"""Cells of a run's name before its format is left out."""
_ROOM_FOR_LOSSES = 100
"""Cells; in a narrower terminal the legend of the curves alone tells the newest losses."""
_LOSSES = ((TRAIN_LOSS, "train"), (EVAL_LOSS, "validation"))
_ELSE = 74
"""Cells that the words beside the progress bar take."""


class TrainingTitle(Bar):
    """The run on the left; on the right whether it lives."""

    def __init__(
        self,
        state: TrainingState,
        now: Callable[[], float],
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self.state = state
        self.now = now

    def left(self) -> list[Piece]:
        palette, state, run = self.palette, self.state, self.state.run
        pieces: list[Piece] = [(" training ", palette.bar_strong)]
        if run is None:
            return pieces
        at = f"  run {state.runs.index(run) + 1} of {len(state.runs)}" if len(state.runs) > 1 else ""
        read_as = f"  {run.format}" if run.format else ""
        taken = sum(cell_len(text) for text, _ in self.right())
        room = self.size.width - taken - cell_len(at) - len(" training  ") - 2
        read_as = read_as if room - cell_len(read_as) >= _NAME else ""
        pieces.append((f" {_end_of(one_line(run.name), room - cell_len(read_as))}", palette.bar))
        return [*pieces, (read_as + at, palette.bar_dim)]

    def right(self) -> list[Piece]:
        palette, state, run = self.palette, self.state, self.state.run
        if state.failed:
            return [(f"reading stopped: {one_line(state.failed)} ", palette.unsaved)]
        if state.loaded is not None:
            return [(f"● reading {state.loaded:.0%} ", palette.chip)]
        if run is None:
            return []
        if run.trouble:
            return [(f"{one_line(run.trouble)} ", palette.unsaved)]
        if run.facts.finished:
            return [("finished ", palette.chip)]
        if run.last_line is None:
            return []
        ago = self.now() - run.last_line
        return [(f"last line {in_words(ago)} ago ", palette.unsaved if ago > LONG_AGO else palette.bar_dim)]


class TrainingProgress(Bar):
    """Steps, epochs, remaining time; the newest losses."""

    def __init__(self, state: TrainingState, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.state = state

    def left(self) -> list[Piece]:
        palette, run = self.palette, self.state.run
        if run is None or run.last_step is None:
            return []
        total = f" of {run.facts.total_steps:,}" if run.facts.total_steps else ""
        pieces: list[Piece] = [(f" step {run.last_step:,.0f}{total}", palette.bar_strong)]
        if self.state.crosshair is not None and self.size.width < _ROOM_FOR_LOSSES:
            return pieces  # what the curves say at the crosshair takes the room
        if run.last_epoch is not None:
            epochs = f" of {run.facts.total_epochs:g}" if run.facts.total_epochs else ""
            pieces.append((f" · epoch {run.last_epoch:.4g}{epochs}", palette.bar))
        part = done(run)
        if part is not None and not run.facts.finished:
            pieces.append(("  ", palette.bar))
            pieces += self._bar(part)
            pieces.append((f" {int(100 * part + 1e-9)}%", palette.bar))
            remaining = left(run, self.state.pace(run.name))
            if remaining is not None:
                about = "~" if remaining.estimated else ""
                pieces.append((f" · {about}{in_words(remaining.seconds)} left", palette.bar))
        return pieces

    def right(self) -> list[Piece]:
        palette, run = self.palette, self.state.run
        if run is not None and self.state.crosshair is not None:
            return list(self._reading(run, *self.state.crosshair))
        if run is None or self.size.width < _ROOM_FOR_LOSSES:
            return []
        pieces: list[Piece] = []
        for metric, name in _LOSSES:
            curve = run.curves.get(metric)
            if curve is not None and len(curve):
                pieces.append((f"  {name} ", palette.bar_dim))
                pieces.append((f"{curve.value[-1]:.4g}", palette.bar_strong))
        return [*pieces, (" ", palette.bar)]

    def _reading(self, run: RunLook, x: float, axis: Axis) -> Iterator[Piece]:
        """The losses of the current run at the crosshair; of points that lie elsewhere, where."""
        palette = self.palette
        yield f"at {x_name(x, axis)}", palette.bar_strong
        read = [(name, value_at(run, metric, x, axis)) for metric, name in _LOSSES]
        if len(self.state.runs) > 1:
            yield f"  {self.state.labels.get(run.name, run.name)[-_NAME:]}", palette.bar
        for name, found in read:
            if found is not None:
                value, at = found
                yield f"  {name} ", palette.bar_dim
                yield short(value), palette.bar_strong
                if x_name(at, axis) != x_name(x, axis):
                    yield f" (at {x_name(at, axis)})", palette.bar_dim
        if not any(found for _, found in read):
            yield "  no loss here", palette.bar_dim
        yield " ", palette.bar

    def _bar(self, part: float) -> list[Piece]:
        width = max(_NARROWEST, min(_WIDEST, self.size.width - _ELSE))
        full = round(part * width)
        return [("━" * full, self.palette.key), ("─" * (width - full), self.palette.bar_dim)]


def _end_of(text: str, room: int) -> str:
    """The end of a path, which tells most of it."""
    if cell_len(text) <= room:
        return text
    end = text[-max(1, room) :]
    while end and cell_len(end) >= max(1, room):
        end = end[1:]
    return f"…{end}"
