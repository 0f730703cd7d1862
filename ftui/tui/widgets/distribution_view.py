"""The distributions of the rows, where the record stood: bars of all rows, beside them those of the rows shown."""

from __future__ import annotations

from rich.cells import cell_len
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.cell_text import one_line
from ftui.tui.desk.distributions import Distributions, laid_out
from ftui.tui.keymap import bindings
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, strip_of


class DistributionView(Widget, can_focus=True):
    """Draws its own lines, as far as they are in the window."""

    DEFAULT_CSS = "DistributionView { height: 1fr; width: 1fr; }"
    BINDINGS = bindings("distributions")
    HEADER = 1

    def __init__(self) -> None:
        super().__init__(id="distributions")
        self.found: Distributions | None = None
        self.chips = ""
        """The filter in words, or the split: what the second bars are of."""
        self.progress = "counting …"
        self.top = 0
        self._width = 0
        self._lines: list[list[Piece]] = []

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    @property
    def page(self) -> int:
        return max(1, self.size.height - self.HEADER)

    def show(self, found: Distributions, chips: str) -> None:
        """The worker counted."""
        self.found, self.chips, self.progress = found, chips, ""
        self._width = 0
        self._move_to(self.top)
        self.refresh()

    def say(self, progress: str) -> None:
        """How far counting is."""
        if progress != self.progress:
            self.progress = progress
            self.refresh()

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y < self.HEADER:
            return strip_of(self._header(), width, palette.header)
        lines = self._laid_out()
        number = y - self.HEADER + self.top
        return strip_of(lines[number] if number < len(lines) else [], width, palette.text)

    def _header(self) -> list[Piece]:
        palette = self.palette
        parts = ["distributions"]
        if self.found is not None:
            parts.append(f"all: {self.found.whole}")
        if self.progress:
            parts.append(self.progress)
        title = f" {' · '.join(parts)} "
        style = palette.dim if self.has_focus else palette.header
        rule = "─" * max(0, self.size.width - cell_len(title) - 2)
        return [("──", palette.rule), (title, style), (rule, palette.rule)]

    def _laid_out(self) -> list[list[Piece]]:
        if self.size.width != self._width:
            self._width = self.size.width
            palette = self.palette
            self._lines = [] if self.found is None else laid_out(self.found, self._width, palette)
            self._lines[:0] = self._above()
        return self._lines

    def _above(self) -> list[list[Piece]]:
        """What stands above the charts: what the second bars are of, and why tokens are only estimated."""
        palette, found = self.palette, self.found
        lines: list[list[Piece]] = []
        if found is not None and found.note:
            lines.append([(f" {one_line(found.note)}", palette.warning)])
        if found is not None and found.shown is not None:
            lines.append(
                [(" these: ", palette.dim), (f"{one_line(self.chips)}, {found.shown}", palette.edited)]
            )
        return lines

    def _move_to(self, top: int) -> None:
        top = max(0, min(top, len(self._laid_out()) - self.page))
        if top != self.top:
            self.top = top
            self.refresh()

    def renew(self) -> None:
        """The colours changed."""
        self._width = 0
        self.refresh()

    def action_scroll(self, by: int) -> None:
        self._move_to(self.top + by)

    def action_page(self, pages: float) -> None:
        self._move_to(self.top + int(pages * max(1, self.page - 1)))

    def action_top(self) -> None:
        self._move_to(0)

    def action_bottom(self) -> None:
        self._move_to(len(self._laid_out()))

    def on_mount(self) -> None:
        self.focus()

    def on_resize(self) -> None:
        self._move_to(self.top)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._move_to(self.top + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._move_to(self.top - 3)
