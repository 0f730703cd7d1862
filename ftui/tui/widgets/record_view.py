"""The current row in full: who says what, with the findings underlined where they are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ftui.dataset.example import Text
from ftui.text.visible import symbol
from ftui.tui import syntax
from ftui.tui.cell_text import cell, one_line
from ftui.tui.found import RANKS, Found, Spot
from ftui.tui.keymap import bindings
from ftui.tui.palette import Palette
from ftui.tui.record_lines import (
    Blank,
    Heading,
    Line,
    More,
    Notice,
    Part,
    RecordLines,
    notices,
    raw_texts,
)
from ftui.tui.rows import RecordTexts
from ftui.tui.widgets.lines import Piece, strip_of
from ftui.tui.widgets.row_table import GLYPHS
from ftui.tui.wrap import TAB_WIDTH

MARGIN = 3
"""Cells before a text: the glyph of a finding stands there."""


class RecordView(Widget, can_focus=True):
    """Shows one record; only the lines in the window are laid out and drawn."""

    DEFAULT_CSS = "RecordView { height: 1fr; width: 1fr; }"
    BINDINGS = bindings("record")
    HEADER = 1

    invisibles: reactive[bool] = reactive(False)
    raw: reactive[bool] = reactive(False, repaint=False)

    class GrammarWanted(Message):
        """The record has code in a language whose grammar is not in memory yet."""

        def __init__(self, language: str) -> None:
            super().__init__()
            self.language = language

    class Turned(Message):
        """Another row is wanted from inside the record."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, found: Found, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.found = found
        self.record: RecordTexts | None = None
        self.title = ""
        self.top = 0
        self.active = 0
        """The text that the editor would open."""
        self.spots: Sequence[Spot] | None = None
        self.revealed: Spot | None = None
        """The finding that was jumped to last in this row."""
        self._unlooked = True
        """Whether the eye still goes to the gravest finding when it is known: until it does, or a person moves it."""
        self._texts: Sequence[Text] = ()
        self._lines: RecordLines | None = None
        self._strips: dict[int, Strip] = {}
        self._fences: dict[int, list[syntax.Fence]] = {}

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    @property
    def page(self) -> int:
        return max(1, self.size.height - self.HEADER)

    @property
    def active_field(self) -> str | None:
        """The field path of the active text."""
        return self._texts[self.active].field if self.active < len(self._texts) and not self.raw else None

    def show(self, record: RecordTexts | None, title: str = "") -> None:
        """Show a row; the same row keeps its place on the screen."""
        same = record is not None and self.record is not None and record.place == self.record.place
        self.record, self.title = record, title
        if not same:
            self.top = 0
            self.revealed = None
        self.renew()
        if not same:
            self.active = self._first_interesting()
            self._unlooked = self.spots is None

    def renew(self) -> None:
        """Lay the record out anew: it, its findings, the colours or the width changed."""
        self._strips.clear()
        self._fences.clear()
        record = self.record
        if record is None:
            self._lines, self._texts, self.spots = None, (), None
            self.refresh()
            return
        texts = record.example.texts if record.example is not None and not self.raw else ()
        self._texts = texts or raw_texts(record)
        self.spots = self.found.details(record.place)
        heads = notices(record, self.found.codes(record.place), self.spots)
        caps = (
            self._lines.caps if self._lines is not None and self._lines.record.place == record.place else {}
        )
        self._lines = RecordLines(record, self._texts, heads, max(8, self.size.width - MARGIN - 1), caps)
        self.active = min(self.active, max(0, len(self._texts) - 1))
        self.refresh()

    def _first_interesting(self) -> int:
        """The text of the gravest finding, else the first answer, else the first text."""
        open_ = [spot for spot in self.spots or () if spot.accepted is None]
        wanted = [spot.field for spot in sorted(open_, key=lambda spot: -RANKS[spot.severity])]
        fields = [text.field for text in self._texts]
        for name in wanted:
            if name in fields:
                return fields.index(name)
        answers = [i for i, text in enumerate(self._texts) if text.role in ("assistant", "chosen", "label")]
        return answers[0] if answers else 0

    @property
    def eye_moved(self) -> bool:
        """Whether a person chose another text than the one in question."""
        return self.active != self._first_interesting()

    def learned(self) -> None:
        """The exact findings of the row arrived."""
        self.renew()
        if self._unlooked and self.spots is not None:
            self.active = self._first_interesting()
            self._unlooked = False

    def reveal(self, spot: Spot) -> None:
        """Bring a finding into the window."""
        self.revealed = spot
        if self._lines is None:
            return
        numbers = [i for i, text in enumerate(self._texts) if text.field == spot.field]
        if not numbers:
            self.top = 0
            self.refresh()
            return
        self.active = numbers[0]
        offset = spot.start or 0
        while offset >= self._lines.cap(self.active) < min(len(self._texts[self.active].text), 2_000_000):
            self._grow(self.active)
        line = self._lines.line_of(self.active, offset)
        if not self.top <= line < self.top + self.page - 1:
            self.top = max(0, min(line - self.page // 3, self._lines.count() - self.page))
        self._strips.clear()
        self.refresh()

    # Drawing

    def watch_invisibles(self) -> None:
        self._strips.clear()

    def watch_raw(self) -> None:
        self.top = 0
        self.renew()

    def on_resize(self) -> None:
        self.renew()

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
        note = "  bytes as in the file" if self.raw and self.record else ""
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
                return self._part(line)

    def _heading(self, number: int) -> list[Piece]:
        palette = self.palette
        text = self._texts[number]
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

    # Scrolling

    def _move_to(self, top: int) -> None:
        lines = self._lines
        if lines is None:
            return
        top = max(0, top)
        last = lines.line(top + self.page - 1)
        if last is None:
            top = max(0, min(top, lines.count() - self.page))
            last = lines.line(lines.count() - 1)
        if isinstance(last, More):
            self._grow(last.text)
        if top != self.top:
            self.top = top
            self.refresh()

    def _grow(self, text: int) -> None:
        """Lay out four times as much of a long text."""
        if self._lines is not None:
            self._lines.caps[text] = self._lines.cap(text) * 4
            self.renew()

    def action_scroll(self, by: int) -> None:
        self._move_to(self.top + by)

    def action_page(self, pages: float) -> None:
        step = max(1, int((self.page - 1) * abs(pages)))
        self._move_to(self.top + (step if pages > 0 else -step))

    def action_top(self) -> None:
        self._move_to(0)

    def action_bottom(self) -> None:
        if self._lines is not None:
            self._move_to(self._lines.count() - self.page)

    def action_text(self, by: int) -> None:
        """Make another text the active one and show its heading."""
        if self._lines is None or not self._texts:
            return
        self.active = max(0, min(self.active + by, len(self._texts) - 1))
        self._unlooked = False
        self._strips.clear()
        self._move_to(self._lines.heading(self.active) if self.active or by > 0 else 0)
        self.refresh()

    def action_row(self, by: int) -> None:
        self.post_message(self.Turned(by))

    def on_focus(self) -> None:
        self._strips.clear()
        self.refresh()

    def on_blur(self) -> None:
        self._strips.clear()
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._move_to(self.top + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._move_to(self.top - 3)
