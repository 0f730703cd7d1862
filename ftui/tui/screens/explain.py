"""A rule's page: what it finds, why it hurts, an example, how to fix it, how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.cell_text import one_line
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, strip_of
from ftui.tui.wrap import wrapped

CODE = ("example",)
"""Parts whose lines are shown as they are written."""


class ExplainModal(ModalScreen[None]):
    """Escape, Enter, `x` or `q` goes back to the desk; the arrow keys scroll."""

    DEFAULT_CSS = """
    ExplainModal { align: center middle; background: $background 60%; }
    ExplainModal > Page { width: 84; max-width: 100%; height: auto; max-height: 90%; }
    ExplainModal > Page { background: $surface; padding: 1 2; }
    """
    BINDINGS = [
        Binding("escape,enter,x,i,q", "dismiss", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, code: str, page: Mapping[str, str]) -> None:
        super().__init__()
        self.page = Page(code, page)

    def compose(self) -> ComposeResult:
        yield self.page

    def action_scroll(self, by: int) -> None:
        self.page.scroll_by(by)


class Page(Widget):
    """The text of a rule's page, wrapped to the width it gets."""

    def __init__(self, code: str, parts: Mapping[str, str]) -> None:
        super().__init__()
        self.code = code
        self.parts = parts
        self.top = 0
        self._width = 0
        self._lines: list[list[Piece]] = []

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        return len(self._laid_out(width))

    def scroll_by(self, by: int) -> None:
        """Scroll as far as there is text."""
        self.top = max(0, min(self.top + by, len(self._lines) - self.size.height))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        lines = self._laid_out(self.size.width)
        number = y + self.top
        pieces = lines[number] if number < len(lines) else []
        return strip_of(pieces, self.size.width, self._palette.bar)

    @property
    def _palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    def _laid_out(self, width: int) -> list[list[Piece]]:
        if width != self._width or not self._lines:
            self._width, self._lines = width, list(self._make(width))
        return self._lines

    def _make(self, width: int) -> Iterator[list[Piece]]:
        palette = self._palette
        name = one_line(self.parts.get("name", ""))
        yield [(f"{self.code} ", palette.bar_strong), (f" {name}", palette.bar)]
        for title, text in self.parts.items():
            if title == "name" or not text:
                continue
            yield []
            yield [(title, palette.key)]
            style = palette.bar_dim if title in CODE else palette.bar
            for start, end in wrapped(text, width):
                yield [(one_line(text[start:end].rstrip("\n")), style)]
        yield []
        yield [("Esc", palette.key), (" back", palette.bar_dim)]
