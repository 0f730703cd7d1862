"""Titled parts of text in a frame, to be read and scrolled: a rule's page, a finding about a whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.cell_text import one_line
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, strip_of
from ftui.tui.wrap import wrapped

Parts = Mapping[str, str]
"""Title to text, in reading order; "name" stands beside the code, and a part of text alone has the title ""."""


class PageModal(ModalScreen[str | None]):
    """Escape, Enter or `q` goes back to the desk; the arrow keys scroll. Gives back what else was asked for."""

    DEFAULT_CSS = """
    PageModal { align: center middle; }
    PageModal > Page { width: 84; max-width: 100%; height: auto; max-height: 90%; }
    PageModal > Page { background: $surface; padding: 1 2; border: round $primary 70%; }
    """
    BINDINGS = [
        Binding("escape,enter,q", "leave", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("g,home", "scroll(-100000)", show=False),
        Binding("G,end", "scroll(100000)", show=False),
    ]
    AS_WRITTEN: Sequence[str] = ()
    """Parts whose lines are shown as they are written, in a weaker colour."""

    def __init__(self, code: str, parts: Parts | Callable[[int], Parts], keys: str = "") -> None:
        """`parts` may depend on the width in cells; `keys` says what else can be pressed."""
        super().__init__()
        self.page = Page(code, parts, self.AS_WRITTEN, keys)

    def compose(self) -> ComposeResult:
        yield self.page

    def action_scroll(self, by: int) -> None:
        self.page.scroll_by(by)

    def action_leave(self) -> None:
        self.dismiss(None)


class Page(Widget):
    """The text of a page, wrapped to the width it gets; what does not fit is scrolled, and the last line says so."""

    def __init__(
        self, code: str, parts: Parts | Callable[[int], Parts], as_written: Sequence[str], keys: str
    ) -> None:
        super().__init__()
        self.code = code
        self.parts = parts
        self.as_written = as_written
        self.keys = keys
        self.top = 0
        self._width = 0
        self._lines: list[list[Piece]] = []

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        return len(self._laid_out(width)) + 2

    @property
    def room(self) -> int:
        """Lines of text that fit above the last line."""
        return max(1, self.size.height - 1)

    def scroll_by(self, by: int) -> None:
        """Scroll as far as there is text."""
        self.top = max(0, min(self.top + by, len(self._lines) - self.room))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        palette = self.palette
        lines = self._laid_out(self.size.width)
        if y == self.size.height - 1:
            return strip_of(self._last(len(lines)), self.size.width, palette.bar)
        number = y + self.top
        return strip_of(lines[number] if number < len(lines) else [], self.size.width, palette.bar)

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    def _last(self, count: int) -> list[Piece]:
        palette = self.palette
        more = "   ↓ more" if self.top + self.room < count else ""
        return [("Esc", palette.key), (f" back{self.keys}{more}", palette.bar_dim)]

    def _laid_out(self, width: int) -> list[list[Piece]]:
        if width != self._width or not self._lines:
            self._width, self._lines = width, list(self._make(width))
        return self._lines

    def _make(self, width: int) -> Iterator[list[Piece]]:
        palette = self.palette
        parts = self.parts(width) if callable(self.parts) else self.parts
        name = one_line(parts.get("name", ""))
        yield [(f"{self.code} ", palette.bar_strong), (f" {name}", palette.bar)]
        for title, text in parts.items():
            if title == "name" or not text:
                continue
            yield []
            if title:
                yield [(title, palette.key)]
            if title in self.as_written:
                yield from ([(one_line(line), palette.bar_dim)] for line in text.splitlines())
                continue
            for start, end in wrapped(text, width):
                yield [(one_line(text[start:end].rstrip("\n")), palette.bar)]
