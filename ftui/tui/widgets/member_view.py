"""One row of a group as a column: where it stands, its texts, and the words in which it differs."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from ftui.dataset.example import Text
from ftui.text.visible import symbol
from ftui.tui.cell_text import one_line
from ftui.tui.desk.differences import differing
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, strip_of
from ftui.tui.wrap import TAB_WIDTH, wrapped

LONGEST = 20_000
"""Characters of a text that are laid out here; the record view shows all."""
HEADER = 2


class MemberView(Widget):
    """Draws its own lines; scrolled together with its neighbours."""

    DEFAULT_CSS = "MemberView { width: 1fr; height: 1fr; padding: 0 1; border-left: solid $panel; }"

    def __init__(self, where: str, note: str, texts: Sequence[Text], against: Sequence[Text]) -> None:
        """`against` are the texts that this row is compared with."""
        super().__init__()
        self.where = where
        self.note = note
        self.texts = list(texts)
        self.chosen = False
        self.top = 0
        self._against = {text.field: text.text for text in against}
        self._width = 0
        self._lines: list[list[Piece]] = []

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    @property
    def height(self) -> int:
        """Lines of text at the present width."""
        return len(self._laid_out())

    def choose(self, chosen: bool) -> None:
        """Whether this is the row that the keys are about."""
        if chosen != self.chosen:
            self.chosen = chosen
            self.refresh()

    def scroll_lines(self, top: int) -> None:
        """Show the texts from this line on."""
        self.top = top
        self.refresh()

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y == 0:
            ground = palette.cursor if self.chosen else palette.bar
            return strip_of([("▸ " if self.chosen else "  ", ground), (self.where, ground)], width, ground)
        if y == 1:
            return strip_of([("  ", palette.dim), (self.note, palette.success)], width, palette.text)
        number = y - HEADER + self.top
        lines = self._laid_out()
        return strip_of(lines[number] if number < len(lines) else [], width, palette.text)

    def _laid_out(self) -> list[list[Piece]]:
        if self.size.width != self._width or not self._lines:
            self._width = self.size.width
            self._lines = [line for text in self.texts for line in self._text(text)]
        return self._lines

    def _text(self, text: Text) -> list[list[Piece]]:
        palette = self.palette
        role = f"{text.role}  " if text.role != "other" else ""
        lines: list[list[Piece]] = [[(role, palette.role(text.role)), (one_line(text.field), palette.faint)]]
        shown = text.text[:LONGEST]
        spans = differing(shown, self._against.get(text.field, "")[:LONGEST])
        mark = palette.text + Style(bold=True, underline=True)
        for start, end in wrapped(shown, max(self.size.width, 2)):
            lines.append(_marked(shown, start, end, spans, palette.text, mark))
        if len(text.text) > LONGEST:
            lines.append([(f"… {len(text.text) - LONGEST:,} more characters", palette.faint)])
        lines.append([])
        return lines


def _marked(
    text: str, start: int, end: int, spans: Sequence[tuple[int, int]], plain: Style, mark: Style
) -> list[Piece]:
    """One screen line with its differing words marked."""
    pieces: list[Piece] = []
    at = start
    for first, last in spans:
        if last <= at or first >= end:
            continue
        pieces += [
            (_drawn(text[at : max(first, at)]), plain),
            (_drawn(text[max(first, at) : min(last, end)]), mark),
        ]
        at = min(last, end)
    pieces.append((_drawn(text[at:end]), plain))
    return [piece for piece in pieces if piece[0]]


def _drawn(text: str) -> str:
    """Characters as the screen shows them; the newline at the end of a line is not drawn."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "" if character == "\n" else " " * TAB_WIDTH if character == "\t" else symbol(character)
        for character in text
    )
