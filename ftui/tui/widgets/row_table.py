"""The table of rows: row number, findings, marks, prompt and answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from ftui.tui.cell_text import cell
from ftui.tui.desk.order import FileOrder, Order, Place
from ftui.tui.desk.rows import Rows, RowTexts
from ftui.tui.keymap import bindings
from ftui.tui.widgets.lines import Piece, over, strip_of
from ftui.tui.widgets.list_pane import ListPane

GLYPHS = {"error": "✖", "warning": "▲", "info": "●"}
SLIDE = 20
STRIPS = 1024
MOST_SELECTED = 100_000
"""A selection is a set of rows, 150 bytes each; fixes and exports work on all rows of a view without one."""


class Marks(NamedTuple):
    """What stands before a row's texts besides its number."""

    severity: str = ""
    findings: int = 0
    edited: bool = False
    added: bool = False
    reviewed: bool = False


class RowTable(ListPane):
    """Rows on Textual's Line API: one line a row, drawn from the visible rows only.

    DataTable needs 206 s and 3.1 GB for a million rows; this paints the first page in 20 ms.
    """

    BINDINGS = bindings("table")
    HEADER = 1

    class Opened(Message):
        """Enter on a row."""

    class Selected(Message):
        """The selection changed."""

    def __init__(
        self,
        rows: Rows,
        marks: Callable[[Place], Marks],
        number: Callable[[Place], str],
        moved: Callable[[], None],
        *,
        id: str | None = None,  # noqa: A002  Textual's name
    ) -> None:
        """`moved` is called, not sent as a message, so that the row and what follows it are painted in one frame."""
        super().__init__(id=id)
        self.moved = moved
        self.number = number
        self.rows = rows
        self.marks = marks
        self.order: Order = FileOrder([])
        self.selection: set[Place] = set()
        self.titles = ("row", "prompt", "answer")
        self.slide = 0
        self.narrow_answer = False
        self.why_empty: Sequence[str] = ()
        """Lines shown instead of rows where there are none: why, and what to press."""
        self._range_from: int | None = None
        self._strips: OrderedDict[tuple[object, ...], Strip] = OrderedDict()

    @property
    def count(self) -> int:
        return len(self.order)

    @property
    def place(self) -> Place | None:
        """The row under the cursor."""
        return self.order[self.cursor] if 0 <= self.cursor < self.count else None

    def show(self, order: Order, keep: Place | None = None) -> None:
        """Show other rows; the cursor stays on `keep` where it is among them, else on its position."""
        self.order = order
        position = order.find(keep) if keep is not None else -1
        self._range_from = None
        self.set_reactive(RowTable.cursor, self.validate_cursor(position if position >= 0 else self.cursor))
        self.follow()
        self.repaint()
        self.moved()

    def grow(self, order: Order) -> None:
        """Show more rows of the same order: the index has grown."""
        was_full = self.count - self.top >= self.page
        digits = self._digits
        self.order = order
        if not was_full or digits != self._digits:
            self.repaint()

    def repaint(self) -> None:
        """Forget the drawn lines: rows, marks, colours or widths changed."""
        self._strips.clear()
        self.refresh()

    def update_rows(self, places: set[Place]) -> None:
        """Draw some rows anew, where they are visible."""
        self.rows.forget(places)
        visible = range(self.top, min(self.top + self.page, self.count))
        self._strips.clear()
        self.repaint_lines(*(line for line in visible if self.order[line] in places))

    def jump(self, place: Place) -> bool:
        """Put the cursor on a row, in the middle of the window when it was outside; False when it is not shown."""
        position = self.order.find(place)
        if position < 0:
            return False
        if not self.top <= position < self.top + self.page:
            self.top = max(0, min(position - self.page // 2, self.count - self.page))
            self.refresh()
        self.cursor = position
        return True

    def cursor_moved(self, old: int, new: int) -> None:
        if self._range_from is not None:
            self._select_range(self._range_from, old, new)
        self.moved()

    # Drawing

    @property
    def _digits(self) -> int:
        return max(4, len(str(self.count)))

    def _widths(self) -> tuple[int, int, int]:
        number = self._digits
        texts = max(10, self.size.width - number - 8 - 2)
        answer = min(28, texts // 3) if self.narrow_answer else texts * 9 // 20
        return number, texts - answer, answer

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y < self.HEADER:
            return self._header(width)
        line = y - self.HEADER + self.top
        if not self.count and 0 < line <= len(self.why_empty):
            return strip_of([(f" {self.why_empty[line - 1]}", palette.dim)], width, palette.text)
        if line >= self.count:
            return Strip.blank(width, palette.text)
        place = self.order[line]
        marks = self.marks(place)
        at_cursor = (line == self.cursor) + (self.has_focus and line == self.cursor)
        key = (place, marks, at_cursor, place in self.selection, self.slide, width, self._digits)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._row(place, marks, at_cursor, self._texts(line, place))
            if len(self._strips) > STRIPS:
                self._strips.popitem(last=False)
        return strip

    def _texts(self, line: int, place: Place) -> RowTexts:
        """The row's texts; a whole window is read at once when one row of it is not known."""
        start = line - (line - self.top) % self.page
        window = [self.order[i] for i in range(start, min(start + self.page, self.count))]
        known = self.rows.texts(window if place in window else [place])
        return known[line - start] if place in window else known[0]

    def _header(self, width: int) -> Strip:
        number, prompt, _ = self._widths()
        first, second, third = self.titles
        slide = f" ←{self.slide}" if self.slide else ""
        text = f" {first:>{number}}       {cell(second + slide, prompt)}  {third}"
        return strip_of([(text, self.palette.header)], width, self.palette.header)

    def _row(self, place: Place, marks: Marks, at_cursor: int, texts: RowTexts) -> Strip:
        palette = self.palette
        selected = place in self.selection
        ground: Style | None = None
        if at_cursor:
            ground = palette.cursor if at_cursor == 2 else palette.cursor_blurred
        elif selected:
            ground = palette.selected
        number, prompt, answer = self._widths()
        base = ground or palette.text
        pieces: list[Piece] = [
            ("▌" if selected else " ", ground or palette.info),
            (f"{self.number(place):>{number}}", ground or palette.faint),
            *self._mark_pieces(marks, ground),
            (cell(texts.prompt, prompt, self.slide) + "  ", base),
        ]
        if texts.problem:
            style = over(palette.error, ground) if ground else palette.error
            pieces.append((cell(texts.problem, answer), style))
        else:
            pieces.append((cell(texts.answer, answer, self.slide), base))
        return strip_of(pieces, self.size.width, base)

    def _mark_pieces(self, marks: Marks, ground: Style | None) -> list[Piece]:
        """Seven cells: the worst severity and the number of findings, then edited or added, then reviewed.

        On the cursor's background they have its one colour: each other one costs 22 bytes a key.
        """
        palette = self.palette

        def on(style: Style) -> Style:
            return ground or style

        count = "" if marks.findings < 2 else "9+" if marks.findings > 9 else str(marks.findings)
        glyph = f" {GLYPHS[marks.severity]}{count:<2}" if marks.severity else "    "
        change = ("+", palette.added) if marks.added else ("●" if marks.edited else " ", palette.edited)
        return [
            (glyph, on(palette.severity(marks.severity or "text"))),
            (change[0], on(change[1])),
            ("✓ " if marks.reviewed else "  ", on(palette.reviewed)),
        ]

    # Keys and mouse

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def action_slide(self, by: int) -> None:
        self.slide = max(0, self.slide + by * SLIDE)
        self.refresh()

    def action_select(self) -> None:
        self._toggle(self.cursor)
        self._range_from = None
        self.cursor += 1

    def action_range(self) -> None:
        if self._range_from is not None:
            self._range_from = None
            return
        self._range_from = self.cursor
        self._select_range(self.cursor, self.cursor, self.cursor)

    def action_extend(self, by: int) -> None:
        if self._range_from is None:
            self._range_from = self.cursor
        self.cursor += by
        self._select_range(self._range_from, self.cursor, self.cursor)

    def action_select_all(self) -> None:
        if len(self.selection) == self.count:
            self.clear_selection()
            return
        if self._too_many(self.count):
            return
        self.selection = {self.order[i] for i in range(self.count)}
        self.repaint()
        self.post_message(self.Selected())

    def clear_selection(self) -> bool:
        """Select nothing; False when nothing was selected."""
        if not self.selection and self._range_from is None:
            return False
        self.selection.clear()
        self._range_from = None
        self.refresh()
        self.post_message(self.Selected())
        return True

    def _too_many(self, rows: int) -> bool:
        if rows > MOST_SELECTED:
            self.notify(
                f"At most {MOST_SELECTED:,} rows can be selected; fix and export take all rows of the view."
            )
        return rows > MOST_SELECTED

    def _toggle(self, line: int) -> None:
        if line < self.count:
            self.selection ^= {self.order[line]}
            self.repaint_lines(line)
            self.post_message(self.Selected())

    def _select_range(self, start: int, old: int, new: int) -> None:
        """Select from the start of the range to the cursor, and let go of what the cursor left."""
        low, high = sorted((start, new))
        if not self.count or self._too_many(max(high, old) - min(low, old)):
            return
        for line in range(min(low, old), max(high, old) + 1):
            place = self.order[line]
            if low <= line <= high:
                self.selection.add(place)
            else:
                self.selection.discard(place)
        self.refresh()
        self.post_message(self.Selected())

    def on_click(self, event: events.Click) -> None:
        line = self.line_at(event.y)
        if line is None:
            return
        if event.ctrl:
            self._toggle(line)
        self.cursor = line
        if event.chain == 2:
            self.post_message(self.Opened())
