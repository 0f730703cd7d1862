"""The current row in full: who says what, with the findings underlined where they are."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from ftui.dataset.example import Text
from ftui.tui.desk.found import RANKS, Found, Spot
from ftui.tui.desk.order import Place
from ftui.tui.desk.record_lines import (
    Line,
    More,
    RecordLines,
    notices,
    raw_texts,
)
from ftui.tui.desk.rows import RecordTexts
from ftui.tui.desk.trained_text import NOT_READABLE, TrainedText, as_training_reads_it
from ftui.tui.keymap import bindings
from ftui.tui.widgets.record_drawing import MARGIN, RecordDrawing


class RecordView(RecordDrawing, can_focus=True):
    """Shows one record; only the lines in the window are laid out and drawn."""

    DEFAULT_CSS = "RecordView { height: 1fr; width: 1fr; }"
    BINDINGS = bindings("record")

    class RenderingWanted(Message):
        """The row is to be shown as training reads it."""

        def __init__(self, place: Place) -> None:
            super().__init__()
            self.place = place

    class Turned(Message):
        """Another row is wanted from inside the record."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    def __init__(self, found: Found, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(found, id=id)
        self.revealed: Spot | None = None
        """The finding that was jumped to last in this row."""
        self._unlooked = True
        """Whether the eye still goes to the gravest finding when it is known: until it does, or a person moves it."""
        self._own: Sequence[Text] = ()
        """The texts of the row; `_texts` are what is shown of it."""

    @property
    def page(self) -> int:
        return max(1, self.size.height - self.HEADER)

    @property
    def active_field(self) -> str | None:
        """The field path of the active text."""
        return self._own[self.active].field if self.active < len(self._own) and not self.raw else None

    def show(self, record: RecordTexts | None, title: str = "") -> None:
        """Show a row; the same row keeps its place on the screen."""
        same = record is not None and self.record is not None and record.place == self.record.place
        if not same or record is None or self.record is None or record.raw != self.record.raw:
            self.rendering = None
        self.record, self.title = record, title
        self._want_rendering()
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
            self._lines, self._own, self._texts, self.spots = None, (), (), None
            self.refresh()
            return
        texts = record.example.texts if record.example is not None and not self.raw else ()
        self._own = self._texts = texts or raw_texts(record)
        self.spots = self.found.details(record.place)
        heads: Sequence[Line] = notices(record, self.found.codes(record.place), self.spots)
        width = max(8, self.size.width - MARGIN - 1)
        if self.trained:
            heads, self._texts = as_training_reads_it(self.rendering, width)
        caps = (
            self._lines.caps if self._lines is not None and self._lines.record.place == record.place else {}
        )
        self._lines = RecordLines(record, self._texts, heads, width, caps)
        self.active = min(self.active, max(0, len(self._own) - 1))
        self.refresh()

    def _first_interesting(self) -> int:
        """The text of the gravest finding, else the first answer, else the first text."""
        open_ = [spot for spot in self.spots or () if spot.accepted is None]
        wanted = [spot.field for spot in sorted(open_, key=lambda spot: -RANKS[spot.severity])]
        fields = [text.field for text in self._own]
        for name in wanted:
            if name in fields:
                return fields.index(name)
        answers = [i for i, text in enumerate(self._own) if text.role in ("assistant", "chosen", "label")]
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

    # What is shown

    def watch_invisibles(self) -> None:
        self._strips.clear()

    def watch_raw(self) -> None:
        self.top = 0
        self.renew()

    def watch_trained(self) -> None:
        self.top = 0
        self.rendering = None
        self._want_rendering()
        self.renew()

    def _want_rendering(self) -> None:
        if self.trained and self.record is not None and self.rendering is None:
            self.post_message(self.RenderingWanted(self.record.place))

    def take_rendering(self, place: Place, rendering: TrainedText | None) -> None:
        """The worker rendered a row."""
        if self.trained and self.record is not None and self.record.place == place:
            self.rendering = rendering or NOT_READABLE
            self.renew()

    def on_resize(self) -> None:
        self.renew()

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
        if self.trained:
            self._next_span(by)
            return
        self.active = max(0, min(self.active + by, len(self._texts) - 1))
        self._unlooked = False
        self._strips.clear()
        self._move_to(self._lines.heading(self.active) if self.active or by > 0 else 0)
        self.refresh()

    def _next_span(self, by: int) -> None:
        """Go to the next text that is trained on, or the one before."""
        lines, rendering = self._lines, self.rendering
        if lines is None or rendering is None:
            return
        starts = [lines.line_of(0, start) for start, _ in rendering.trained if start < lines.cap(0)]
        ahead = [line for line in starts if (line > self.top if by > 0 else line < self.top)]
        if ahead:
            self._move_to(ahead[0] if by > 0 else ahead[-1])

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
