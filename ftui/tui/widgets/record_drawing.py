"""How the record view draws a line: roles, findings underlined, code coloured, what is trained on."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ftui.dataset.example import Text
from ftui.text.visible import symbol
from ftui.tui.cell_text import cell, one_line
from ftui.tui.desk import syntax
from ftui.tui.desk.found import RANKS, Found, Spot
from ftui.tui.desk.record_lines import Blank, Heading, Line, More, Notice, Part, RecordLines, Said
from ftui.tui.desk.rows import RecordTexts
from ftui.tui.desk.trained_text import TrainedText
from ftui.tui.palette import Palette
from ftui.tui.widgets.lines import Piece, strip_of
from ftui.tui.widgets.row_table import GLYPHS
from ftui.tui.wrap import TAB_WIDTH

MARGIN = 3
"""Cells before a text: the glyph of a finding stands there."""


class RecordDrawing(Widget):
    """The base of the record view: what it shows, and how a line of it looks."""

    HEADER = 1

    invisibles: reactive[bool] = reactive(False)
    raw: reactive[bool] = reactive(False, repaint=False)
    trained: reactive[bool] = reactive(False, repaint=False)
    """Whether the row is shown as training reads it."""

    class GrammarWanted(Message):
        """The record has code in a language whose grammar is not in memory yet."""

        def __init__(self, language: str) -> None:
            super().__init__()
            self.language = language

    def __init__(self, found: Found, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.found = found
        self.record: RecordTexts | None = None
        self.title = ""
        self.top = 0
        self.active = 0
        """The text that the editor would open."""
        self.spots: Sequence[Spot] | None = None
        self.rendering: TrainedText | None = None
        """The row as training reads it, as soon as it is known."""
        self._texts: Sequence[Text] = ()
        self._lines: RecordLines | None = None
        self._strips: dict[int, Strip] = {}
        self._fences: dict[int, list[syntax.Fence]] = {}

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y < self.HEADER:
            return strip_of(self._header(), width, palette.header)
        if self._lines is None:
            return Strip.blank(width, palette.text)
        number = y - self.HEADER + self.top
        strip = self._strips.get(number)
        if strip is None:
            line = self._lines.line(number)
            pieces = self._pieces(line) if line is not None else []
            strip = self._strips[number] = strip_of(pieces, width, palette.text)
        return strip

    def _header(self) -> list[Piece]:
        palette = self.palette
        note = "  as training reads it" if self.trained else "  bytes as in the file" if self.raw else ""
        note = note if self.record else ""
        title = f" {self.title}{note} "
        rule = "─" * max(0, self.size.width - cell_len(title) - 2)
        return [
            ("─" * 2, palette.rule),
            (title, palette.dim if self.has_focus else palette.header),
            (rule, palette.rule),
        ]

    def _pieces(self, line: Line) -> list[Piece]:
        palette = self.palette
        match line:
            case Blank():
                return []
            case Said(words):
                return [(f"   {words}", palette.dim)]
            case Notice(code, message, more, severity):
                severity = severity or self.found.severity(code)
                name = self.found.rules.get(code, (code, ""))[0] if code else ""
                rest = (f"  +{more}" if more else "") if message else ""
                room = max(1, self.size.width - 5 - len(code) - len(rest))
                return [
                    (f" {GLYPHS.get(severity, '✓')} ", palette.severity(severity)),
                    (f"{code}  " if code else "", palette.text),
                    (cell(message or name, room).rstrip(), palette.dim),
                    (rest, palette.faint),
                ]
            case Heading(number):
                return self._heading(number)
            case More(number, left):
                return [(f"   … {left:,} more characters; scroll on, or open the editor", palette.faint)]
            case Part():
                return (
                    self._part(line) if self.rendering is None else self._trained_part(line, self.rendering)
                )

    def _heading(self, number: int) -> list[Piece]:
        palette = self.palette
        text = self._texts[number]
        if self.trained:
            return [(f"   {len(text.text):,} characters", palette.faint)]
        if not text.field:
            return [(f"   {len(self.record.raw):,} bytes" if self.record else "", palette.faint)]
        mark = "▸" if number == self.active and self.has_focus else " "
        role = text.role if text.role != "other" else ""
        return [
            (f" {mark} ", palette.info),
            (f"{role}  " if role else "", palette.role(text.role)),
            (one_line(text.field), palette.faint),
            (f"  {len(text.text):,} characters" if len(text.text) >= 1000 else "", palette.faint),
        ]

    def _part(self, part: Part) -> list[Piece]:
        """A line of a text: its characters drawn safely, code coloured, findings underlined."""
        palette = self.palette
        text = self._texts[part.text].text
        shown = text[part.start : part.end]
        base = palette.text
        styles: list[Style] | None = None
        for span in self._code(part):
            styles = styles or [base] * len(shown)
            style = base + getattr(palette, f"code_{span.token}")
            for i in range(max(span.start, part.start) - part.start, min(span.end, part.end) - part.start):
                styles[i] = style
        margin: Piece = (" " * MARGIN, base)
        for spot, start, end in self._spans(part):
            if part.start <= start < part.end or start == part.end == len(text):
                margin = (f" {GLYPHS[spot.severity]} ", palette.severity(spot.severity))
            styles = styles or [base] * len(shown)
            mark = getattr(palette, f"span_{spot.severity}")
            for i in range(max(start, part.start) - part.start, min(end, part.end) - part.start):
                styles[i] += mark
        if styles is None and shown.isascii() and shown.isprintable() and not self.invisibles:
            return [margin, (shown, base)]
        return [margin, *self._drawn(shown, styles or [base] * len(shown))]

    def _trained_part(self, part: Part, rendering: TrainedText) -> list[Piece]:
        """A line of the rendered text: what is trained on marked and bright, the rest dimmed."""
        mark, styles = rendering.styles(part.start, part.end, self.palette, borders=self.invisibles)
        text = rendering.text[part.start : part.end]
        return [(mark.ljust(MARGIN), self.palette.success), *self._drawn(text, styles)]

    def _drawn(self, shown: str, styles: Sequence[Style]) -> list[Piece]:
        palette = self.palette
        pieces: list[Piece] = []
        for character, style in zip(shown, styles, strict=True):
            drawn = self._character(character)
            if drawn != character and drawn.strip():
                style += palette.faint if character in " \t\n\u00a0" else palette.symbol
            pieces.append((drawn, style))
        return pieces

    def _character(self, character: str) -> str:
        if character == "\t":
            return ("⇥" if self.invisibles else " ").ljust(TAB_WIDTH)
        if character == "\n":
            return "⏎" if self.invisibles else ""
        if self.invisibles:
            if character == " ":
                return "·"
            if character.isspace() and not character.isprintable() and symbol(character) == " ":
                return "⍽"
        return symbol(character)

    def _spans(self, part: Part) -> list[tuple[Spot, int, int]]:
        """Open findings that touch a line of a text; an empty span marks the character before it."""
        name = self._texts[part.text].field
        if not name:
            return []
        touching = []
        for spot in self.spots or ():
            if spot.field != name or spot.start is None or spot.accepted is not None:
                continue
            end = spot.start if spot.end is None else spot.end
            start = spot.start if end > spot.start else max(0, spot.start - 1)
            if start < part.end and end > part.start:
                touching.append((spot, start, max(end, start + 1)))
        return sorted(touching, key=lambda each: RANKS[each[0].severity])

    def _code(self, part: Part) -> list[syntax.Span]:
        """The coloured spans on a line of a text."""
        if part.text not in self._fences:
            text = self._texts[part.text]
            cap = self._lines.cap(part.text) if self._lines else 0
            whole = text.text[:1] in "{[" and (text.role == "tool" or not text.field or "tool" in text.field)
            self._fences[part.text] = (
                [syntax.Fence(0, cap, "json")] if whole else syntax.fences(text.text, cap)
            )
        for fence in self._fences[part.text]:
            if fence.start < part.end and fence.end > part.start and syntax.known(fence.language):
                if not syntax.loaded(fence.language):
                    self.post_message(self.GrammarWanted(fence.language))
                    return []
                code = self._texts[part.text].text[fence.start : fence.end]
                found = syntax.shift(syntax.highlight(code, fence.language), fence.start)
                return [span for span in found if span.start < part.end and span.end > part.start]
        return []
