"""The models of a sampling run: name, file, adapter, which one is the base, and why one cannot be used."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from ftui.tui.cell_text import cell, one_line
from ftui.tui.keymap import bindings
from ftui.tui.sampling.state import ModelLine, SamplingState
from ftui.tui.widgets.lines import Piece, over, strip_of
from ftui.tui.widgets.list_pane import ListPane

NAME = 14


class ModelList(ListPane):
    """A line a model; a mark before it says whether it is sampled."""

    HEADER = 1
    BINDINGS = bindings("models")

    def __init__(self, state: SamplingState, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.state = state
        self.left_out: frozenset[str] = frozenset()

    @property
    def count(self) -> int:
        return len(self.state.models)

    @property
    def model(self) -> ModelLine | None:
        """The model under the cursor."""
        return self.state.models[self.cursor] if 0 <= self.cursor < self.count else None

    def cursor_moved(self, old: int, new: int) -> None:  # noqa: ARG002  the list's signature
        self.screen.show_settings()  # type: ignore[attr-defined]

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y == 0:
            return strip_of([(" models", palette.header)], width, palette.header)
        number = self.line_at(y)
        if number is None:
            told = "   none yet" if self.state.described else "   looking for models …"
            empty = y == 1 and not self.count
            return strip_of([(told, palette.faint)] if empty else [], width, palette.text)
        model = self.state.models[number]
        ground = self.ground() if number == self.cursor else palette.text
        return strip_of(self._pieces(model, ground), width, ground)

    def _pieces(self, model: ModelLine, ground: Style) -> list[Piece]:
        palette = self.palette
        mark, style = ("●", palette.success)
        if model.error or model.name in self.state.failed:
            mark, style = "✗", palette.error
        elif model.name in self.left_out:
            mark, style = "○", palette.dim
        pieces = [(f" {mark} ", over(style, ground)), (cell(model.name, NAME), ground), ("  ", ground)]
        error = model.error or self.state.failed.get(model.name, "")
        if error:
            return [*pieces, (one_line(error), over(palette.error, ground))]
        if model.base:
            pieces.append(("base  ", over(palette.info, ground)))
        if model.architecture:
            pieces.append((f"{one_line(model.architecture)}  ", over(palette.dim, ground)))
        # The end of a path says more than its beginning.
        name = one_line(model.file.rpartition("/")[2] or model.file)
        pieces.append((name, ground))
        if model.adapter:
            pieces.append((f" + {one_line(model.adapter.rpartition('/')[2])}", over(palette.edited, ground)))
        return pieces
