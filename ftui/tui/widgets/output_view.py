"""Titled texts in a pane that scrolls: the prompt, or one output with what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.palette import Palette
from ftui.tui.text_blocks import Block, laid_out
from ftui.tui.widgets.lines import Piece, strip_of


class OutputView(Widget):
    """Lays its texts out once a width; draws the lines that are seen."""

    DEFAULT_CSS = """
    OutputView { width: 1fr; height: 1fr; padding: 0 1; }
    OutputView.-beside { border-left: solid $panel; }
    """

    class Turned(Message):
        """The mouse wheel turned over the text."""

        def __init__(self, view: OutputView, by: int) -> None:
            super().__init__()
            self.view = view
            self.by = by

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.top = 0
        self.heading: Sequence[Piece] = ()
        """A line above the texts that does not scroll."""
        self.blocks: Sequence[Block] = ()
        self.spelt = False
        self._laid_out: list[list[Piece]] = []
        self._width = -1

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    @property
    def room(self) -> int:
        """Lines of text that fit."""
        return max(1, self.content_size.height - bool(self.heading))

    def show(
        self, blocks: Sequence[Block], heading: Sequence[Piece] = (), *, spelt: bool = False, top: int = 0
    ) -> None:
        """Show texts, scrolled to a line; the same ones are not laid out again: 100 kB take 0.2 s."""
        same = self.spelt == spelt and self.blocks == tuple(blocks)
        self.blocks, self.heading, self.spelt, self.top = tuple(blocks), tuple(heading), spelt, top
        if same:
            self.refresh()
        else:
            self.renew()

    def renew(self) -> None:
        """Lay everything out anew: the texts, the width or the colours changed."""
        self._width = -1
        self.refresh()

    def lines(self, width: int | None = None) -> list[list[Piece]]:
        """All lines at a width, else at the present one."""
        width = self.content_size.width if width is None else width
        if width != self._width:
            self._width = width
            self._laid_out = laid_out(self.blocks, max(2, width), self.palette, spelt=self.spelt)
        return self._laid_out

    def scroll_lines(self, by: int) -> bool:
        """Scroll as far as there is text; False where there is no more."""
        top = max(0, min(self.top + by, len(self.lines()) - self.room))
        moved = top != self.top
        if moved:
            self.top = top
            self.refresh()
        return moved

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if self.heading and y == 0:
            return strip_of(self.heading, width, palette.bar)
        lines = self.lines()
        number = y - bool(self.heading) + self.top
        more = y == self.size.height - 1 and number < len(lines) - 1
        if more and len(lines) - number > 1:
            left = f"↓ {len(lines) - number:,} more lines"
            return strip_of([(left, palette.faint)], width, palette.text)
        return strip_of(lines[number] if number < len(lines) else [], width, palette.text)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.post_message(self.Turned(self, 3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.post_message(self.Turned(self, -3))
