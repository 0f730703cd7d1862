"""The runs beside each other: how far, last and best losses, the gap, what is said of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.message import Message
from textual.strip import Strip

from ftui.training.diagnosis.verdict import LEVELS
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from ftui.tui.cell_text import cell
from ftui.tui.keymap import bindings
from ftui.tui.plot.heading import x_name
from ftui.tui.plot.model import COLOURS
from ftui.tui.training.run_curves import value_at
from ftui.tui.training.run_labels import sign_of
from ftui.tui.training.state import TrainingState
from ftui.tui.widgets.lines import Piece, over, strip_of
from ftui.tui.widgets.list_pane import ListPane

if TYPE_CHECKING:
    from rich.style import Style

    from ftui.tui.plot.model import Axis
    from ftui.tui.training.feed import RunLook

SIGNS: Mapping[str, str] = {"critical": "✖", "warning": "▲", "info": "●"}
STYLES: Mapping[str, str] = {"critical": "error", "warning": "warning", "info": "info"}
"""Levels of verdicts in the colours of findings."""
_COLUMNS = (("steps", 8), ("train", 8), ("valid.", 8), ("best", 8), ("at", 8), ("gap", 8))
"""Shown from the left as long as there is room; the gap is validation less training loss."""
_NAME = 14


class RunTable(ListPane):
    """A line a run; the cursor chooses whose verdicts and log are shown."""

    HEADER = 1
    BINDINGS = bindings("runs")

    class Chosen(Message):
        """Another run is under the cursor."""

    def __init__(self, state: TrainingState, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.state = state

    @property
    def count(self) -> int:
        return len(self.state.runs)

    def cursor_moved(self, old: int, new: int) -> None:  # noqa: ARG002  the list's signature
        if 0 <= new < self.count:
            self.state.current = self.state.runs[new].name
            self.post_message(self.Chosen())

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        columns = _COLUMNS[: max(2, (width - _NAME - 10) // 9)]
        name = max(_NAME, min(32, width - 10 - 9 * len(columns)))
        if y == 0:
            heads = "".join(f" {title:>{size}}" for title, size in columns)
            shown = len(self.state.shown)
            title = "run" if shown == self.count else f"run, {shown} of {self.count} drawn"
            if self.state.crosshair is not None:
                title = f"run, at {x_name(*self.state.crosshair)}"
            last = "verdicts" if width - 5 - name - len(heads) >= len("verdicts") else "said"
            return strip_of(
                [(f"   {cell(title, name)}{heads}  {last}", palette.header)], width, palette.header
            )
        number = self.line_at(y)
        if number is None:
            return strip_of([], width, palette.text)
        run = self.state.runs[number]
        ground = self.ground() if number == self.cursor else palette.text
        drawn = any(each is run for _, each in self.state.shown)
        colour = getattr(palette, f"curve_{number % COLOURS + 1}") if drawn else palette.faint
        sign = sign_of(number) if self.count > 1 else " "
        figures = dict(_figures(run))
        if self.state.crosshair is not None:
            figures |= _read(run, *self.state.crosshair)
        pieces: list[Piece] = [(f"{sign}━ " if drawn else f"{sign}· ", over(colour, ground))]
        pieces.append(
            (
                cell(self.state.labels.get(run.name, run.name), name),
                ground if drawn else over(palette.dim, ground),
            )
        )
        pieces += [(f" {figures.get(title, ''):>{size}}", ground) for title, size in columns]
        room = width - 5 - name - sum(size + 1 for _, size in columns)
        verdicts = list(self._verdicts(run, ground, by_name=True))
        if sum(cell_len(text) for text, _ in verdicts) > room:
            verdicts = list(self._verdicts(run, ground, by_name=False))
        return strip_of([*pieces, ("  ", ground), *verdicts], width, ground)

    def _verdicts(self, run: RunLook, ground: Style, *, by_name: bool) -> Iterator[Piece]:
        """What is said of a run, without the infos; where there is no room for names, how often."""
        said = run.diagnosis.verdicts
        if any(verdict.code == "healthy" for verdict in said):
            yield "✓ healthy" if by_name else "✓", over(self.palette.success, ground)
        for level in LEVELS[:-1]:
            codes = [verdict.code for verdict in said if verdict.severity == level]
            style = over(getattr(self.palette, STYLES[level]), ground)
            if codes:
                names = " ".join(f"{SIGNS[level]} {code}" for code in codes)
                yield f"{names} " if by_name else f"{SIGNS[level]}{len(codes)} ", style


def _read(run: RunLook, x: float, axis: Axis) -> dict[str, str]:
    """The losses at the crosshair."""
    train, evaluated = (value_at(run, metric, x, axis) for metric in (TRAIN_LOSS, EVAL_LOSS))
    gap = f"{apart:+.3g}" if train and evaluated and isfinite(apart := evaluated[0] - train[0]) else ""
    said = {"train": train, "valid.": evaluated}
    return {"gap": gap} | {name: f"{found[0]:.4g}" if found else "" for name, found in said.items()}


def _figures(run: RunLook) -> Iterator[tuple[str, str]]:
    if run.last_step is not None:
        yield "steps", f"{run.last_step:,.0f}"
    train, evaluated = run.curves.get(TRAIN_LOSS), run.curves.get(EVAL_LOSS)
    if train is not None and len(train):
        yield "train", f"{train.value[-1]:.4g}"
    finite = evaluated.finite() if evaluated is not None else None
    if evaluated is None or finite is None or not len(finite):
        return
    best = int(finite.value.argmin())
    yield "valid.", f"{evaluated.value[-1]:.4g}"
    yield "best", f"{finite.value[best]:.4g}"
    yield "at", f"{finite.step[best]:,.0f}"
    if train is not None and len(train) and isfinite(apart := evaluated.value[-1] - train.value[-1]):
        yield "gap", f"{apart:+.3g}"
