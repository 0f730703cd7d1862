"""One line of pieces: the base of the tabs, the status bar and the key bar. Textual's Footer costs a style a key."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, strip_of


class Bar(Widget):
    """A line with pieces on the left and on the right; the left gives way."""

    DEFAULT_CSS = "Bar { height: 1; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self._shown: tuple[Sequence[Piece], Sequence[Piece]] = ((), ())

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    def left(self) -> Sequence[Piece]:
        """What stands on the left."""
        return ()

    def right(self) -> Sequence[Piece]:
        """What stands on the right."""
        return ()

    def renew(self) -> None:
        """Paint the line anew when what it says has changed."""
        now = (self.left(), self.right())
        if now != self._shown:
            self.refresh()

    def render_line(self, _y: int) -> Strip:
        palette, width = self.palette, self.size.width
        left, right = self._shown = (self.left(), self.right())
        right_width = sum(cell_len(text) for text, _ in right)
        room = max(0, width - right_width)
        filled = strip_of(left, room, palette.bar)
        return Strip.join([filled, strip_of(right, width - room, palette.bar)])
