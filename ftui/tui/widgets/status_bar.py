"""Where one is, what is filtered, what is not saved, and what runs in the background: one line."""

from __future__ import annotations

from ftui.tui.cell_text import one_line
from ftui.tui.widgets.bar import Bar
from ftui.tui.widgets.lines import Piece


class StatusBar(Bar):
    """File, position and chips on the left; progress and the mark for unsaved changes on the right."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.file = ""
        self.position = ""
        self.chips: tuple[str, ...] = ()
        self.selected = 0
        self.unsaved = 0
        self.progress = ""
        self.read_only = False

    def left(self) -> list[Piece]:
        palette = self.palette
        pieces: list[Piece] = [
            (f" {self.position}", palette.bar_strong),
            (f"  {one_line(self.file)}", palette.bar_dim),
        ]
        if self.selected:
            pieces.append((f"  {self.selected:,} selected", palette.bar))
        for chip in self.chips:
            pieces += [("  ", palette.bar), (f" {one_line(chip)} ", palette.chip)]
        return pieces

    def right(self) -> list[Piece]:
        palette = self.palette
        pieces: list[Piece] = [(f"{self.progress}  ", palette.bar_dim)] if self.progress else []
        if self.read_only:
            pieces.append(("read only ", palette.bar_dim))
        if self.unsaved:
            pieces.append((f"● {self.unsaved:,} unsaved ", palette.unsaved))
        return pieces
