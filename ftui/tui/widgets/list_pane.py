"""A list with a cursor that paints only what is seen, however long it is."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.palette import Palette


class ListPane(Widget, can_focus=True):
    """The base of the row table and the findings: `count` lines, a cursor, a window that follows it.

    Not a ScrollView: its scrollbars cost one style change a cell (1.6 KB a repaint for two columns).
    """

    DEFAULT_CSS = "ListPane { height: 1fr; width: 1fr; }"
    HEADER = 0
    """Lines above the list that do not scroll."""

    cursor: reactive[int] = reactive(0, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.top = 0
        self.wheel = True

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    @property
    def count(self) -> int:
        raise NotImplementedError

    @property
    def page(self) -> int:
        """Lines of the list that fit."""
        return max(1, self.size.height - self.HEADER)

    def render_line(self, y: int) -> Strip:
        raise NotImplementedError

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, self.count - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        if not self.follow():
            self.repaint_lines(old, new)
        self.cursor_moved(old, new)

    def cursor_moved(self, old: int, new: int) -> None:
        """Called after the cursor moved and the window followed."""

    def follow(self) -> bool:
        """Bring the cursor into the window; True when the window moved (and all of it is painted anew)."""
        page = self.page
        top = min(max(self.top, self.cursor - page + 1), self.cursor)
        top = max(0, min(top, self.count - page))
        if top == self.top:
            return False
        self.top = top
        self.refresh()
        return True

    def repaint_lines(self, *lines: int) -> None:
        """Paint some lines of the list anew."""
        width = self.size.width
        for line in lines:
            y = line - self.top + self.HEADER
            if self.HEADER <= y < self.size.height:
                self.refresh(Region(0, y, width, 1))

    def refresh_header(self) -> None:
        """Paint the lines above the list anew."""
        if self.HEADER:
            self.refresh(Region(0, 0, self.size.width, self.HEADER))

    def ground(self) -> Style:
        """The cursor's background: weaker while another pane is focused."""
        return self.palette.cursor if self.has_focus else self.palette.cursor_blurred

    def line_at(self, y: int) -> int | None:
        """The line of the list at a line of the widget."""
        line = y - self.HEADER + self.top
        return line if y >= self.HEADER and line < self.count else None

    def action_move(self, by: int) -> None:
        self.cursor += by

    def action_page(self, pages: float) -> None:
        step = max(1, int((self.page - 1) * abs(pages)))
        step = step if pages > 0 else -step
        self.top = max(0, min(self.top + step, self.count - self.page))
        old, self.cursor = self.cursor, self.cursor + step
        if old == self.cursor:
            self.follow()
        self.refresh()

    def action_top(self) -> None:
        self.cursor = 0

    def action_bottom(self) -> None:
        self.cursor = self.count - 1

    def on_focus(self) -> None:
        self.repaint_lines(self.cursor)

    def on_blur(self) -> None:
        self.repaint_lines(self.cursor)

    def on_resize(self) -> None:
        self.follow()
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._wheel(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._wheel(-3)

    def _wheel(self, by: int) -> None:
        """Move the window, and the cursor only as far as it must to stay in it."""
        self.top = max(0, min(self.top + by, self.count - self.page))
        self.cursor = max(self.top, min(self.cursor, self.top + self.page - 1))
        self.refresh()
