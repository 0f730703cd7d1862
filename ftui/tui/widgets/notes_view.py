"""Warnings and messages under the settings: as high as it needs, up to a limit."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.cell_text import one_line
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, strip_of
from ftui.tui.wrap import wrapped


class NotesView(Widget):
    """Wrapped texts, a mark before each; the newest stay when there is no room for all."""

    DEFAULT_CSS = "NotesView { height: auto; max-height: 9; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.notes: list[tuple[str, str]] = []

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    def show(self, notes: Sequence[tuple[str, str]]) -> None:
        """Show severity and text of each."""
        if list(notes) != self.notes:
            self.notes = list(notes)
            self.display = bool(self.notes)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        lines = self._lines(self.size.width)
        hidden = max(0, len(lines) - self.size.height)
        at = y + hidden
        return strip_of(lines[at] if at < len(lines) else [], self.size.width, self.palette.text)

    def _lines(self, width: int) -> list[list[Piece]]:
        palette = self.palette
        marks = {"error": "✗ ", "warning": "▲ ", "info": "· "}
        lines: list[list[Piece]] = []
        for severity, text in self.notes:
            mark = marks[severity]
            shown = one_line(text)
            for start, end in wrapped(shown, max(4, width - 4)):
                part = set_cell_size(shown[start:end].rstrip(), max(4, width - 4)).rstrip()
                lines.append([(f" {mark}", palette.severity(severity)), (part, palette.text)])
                mark = "  "
        return lines
