"""The raw log under the curves: coloured by kind, searched, free to scroll while new lines come."""

from __future__ import annotations

import re
from collections.abc import Sequence

from textual import events
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ftui.tui.cell_text import one_line
from ftui.tui.keymap import bindings
from ftui.tui.palette import Palette
from ftui.tui.training.log_lines import Kind, LogLine, LogLines, without_bar
from ftui.tui.widgets.lines import Piece, strip_of

SLIDE = 8
"""Cells that a long line is moved by."""
WITHOUT_BARS = "no progress bars"
FILTERS: Sequence[tuple[str, frozenset[Kind]]] = (
    ("every line", frozenset()),
    ("warnings and errors", frozenset(("warning", "error"))),
    ("evaluations", frozenset(("eval",))),
    ("losses and evaluations", frozenset(("loss", "eval"))),
    (WITHOUT_BARS, frozenset(("", "loss", "eval", "warning", "error"))),
)


class LogTail(Widget, can_focus=True):
    """A window on the lines that pass the filter; at its end it follows, elsewhere it stays where it is."""

    DEFAULT_CSS = "LogTail { height: 1fr; width: 1fr; }"
    BINDINGS = bindings("tail")

    follows: reactive[bool] = reactive(True, repaint=False)

    def __init__(self, log: LogLines, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.held = log
        self.run = ""
        """Only lines of this run; empty: of all."""
        self.nothing = " no lines yet"
        """What is shown where no line came."""
        self.filter = 0
        self.looked_for = ""
        self.at: int | None = None
        """The number of the line that a search or a verdict led to."""
        self.first = 0
        """The number of the line on top, while nothing is followed."""
        self.left = 0
        self._left_at = 0
        """Lines that had come when it stopped following."""
        self._lines: list[LogLine] = []
        self._stamp: object = None
        self._count: tuple[object, int] = (None, 0)
        self._place: tuple[object, int] = (None, 0)
        self._drawn: object = None

    @property
    def palette(self) -> Palette:
        palette: Palette = self.app.palette  # type: ignore[attr-defined]
        return palette

    @property
    def room(self) -> int:
        """Lines of the log that fit under the heading."""
        return max(1, self.size.height - 1)

    def lines(self) -> list[LogLine]:
        """All lines that pass the filter."""
        stamp = (self.held.version, self.run, self.filter)
        if stamp != self._stamp:
            self._stamp = stamp
            kinds = FILTERS[self.filter][1]
            self._lines = [
                each
                if FILTERS[self.filter][0] != WITHOUT_BARS
                else each._replace(text=without_bar(each.text))
                for each in self.held.lines
                if (not self.run or each.run == self.run) and (not kinds or each.kind in kinds)
            ]
        return self._lines

    def renew(self) -> None:
        """Draw what has changed."""
        now = (self.held.version, self.run, self.size)
        if now != self._drawn:
            self._drawn = now
            self.refresh()

    @property
    def found(self) -> int:
        """How many lines hold what is looked for; counted once for each change, which takes 6 ms of 20,000."""
        lines = self.lines()
        stamp = (self._stamp, self.looked_for)
        if stamp != self._count[0]:
            self._count = (stamp, sum(1 for each in lines if self._matches(each)))
        return self._count[1]

    def _which(self) -> str:
        """Which of the lines found the search stands on: `3 of 26`."""
        here = next((each for each in self.lines() if each.number == self.at), None)
        if here is None or not self._matches(here):
            return f"{self.found:,} found"
        stamp = (self._stamp, self.looked_for, self.at)
        if stamp != self._place[0]:
            before = sum(1 for each in self.lines() if each.number <= here.number and self._matches(each))
            self._place = (stamp, before)
        return f"{self._place[1]:,} of {self.found:,}"

    # What is seen

    def _top(self) -> int:
        """The index of the first line that is seen."""
        lines = self.lines()
        last = max(0, len(lines) - self.room)
        return last if self.follows else min(self._index(self.first), last)

    def _index(self, number: int) -> int:
        """The first line with this number or a later one, by bisection."""
        lines, low, high = self.lines(), 0, len(self.lines())
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if lines[middle].number < number else (low, middle)
        return low

    def watch_follows(self, before: bool, now: bool) -> None:
        """How many lines had come when the window stopped where it is."""
        if before and not now:
            self._left_at = self.held.came

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y == 0:
            return strip_of(self._heading(), width, palette.header)
        lines, at = self.lines(), self._top() + y - 1
        if not lines and y == 1:
            text = " no such lines" if len(self.held) else self.nothing
            return strip_of([(text, palette.faint)], width, palette.text)
        if at >= len(lines):
            return strip_of([], width, palette.text)
        return self._drawn_line(lines[at], width)

    def _heading(self) -> list[Piece]:
        palette = self.palette
        pieces: list[Piece] = [(" log", palette.header)]
        if self.filter:
            pieces.append((f" · {FILTERS[self.filter][0]}", palette.info))
        if self.looked_for:
            pieces.append((f" · /{one_line(self.looked_for)}: {self._which()}", palette.info))
        if not self.follows:
            new = self.held.came - self._left_at
            words = f" · {new:,} new line{'' if new == 1 else 's'}" if new else ""
            pieces.append((f" · stays here{words}, G goes to the newest", palette.warning))
        return pieces

    def _drawn_line(self, line: LogLine, width: int) -> Strip:
        palette = self.palette
        style = {
            "loss": palette.curve_1, "eval": palette.curve_2, "warning": palette.warning, "error": palette.error,
            "progress": palette.dim, "": palette.text,
        }[line.kind]  # fmt: skip
        text = one_line(line.text.replace("\t", "    "))
        mark: Piece = ("›" if line.number == self.at else " ", palette.info)
        cut = text[self.left :]
        if not self.looked_for:
            return strip_of([mark, (cut, style)], width, palette.text)
        pieces: list[Piece] = [mark]
        end = 0
        for found in re.finditer(re.escape(self.looked_for), cut, self._case):
            pieces += [(cut[end : found.start()], style), (found[0], style + palette.match)]
            end = found.end()
        return strip_of([*(each for each in pieces if each[0]), (cut[end:], style)], width, palette.text)

    # Searching

    @property
    def _case(self) -> int:
        """Capitals count where the person typed one."""
        return 0 if self.looked_for != self.looked_for.lower() else re.IGNORECASE

    def _matches(self, line: LogLine) -> bool:
        if self._case:
            return self.looked_for in line.text.lower()
        return self.looked_for in line.text

    def look_for(self, text: str) -> None:
        """Mark a text wherever it stands; empty: nothing."""
        self.looked_for = text
        self.refresh()

    def go_to_found(self, by: int) -> bool:
        """The next line from here with the text that is looked for; False where there is none."""
        lines = self.lines()
        found = [each.number for each in lines if self._matches(each)] if self.looked_for else []
        if not found:
            return False
        here = (
            self.at
            if self.at is not None
            else (lines[-1].number + 1 if by < 0 else lines[self._top()].number - 1)
        )
        after = [each for each in found if each > here] if by > 0 else [each for each in found if each < here]
        target = (after[0] if by > 0 else after[-1]) if after else (found[0] if by > 0 else found[-1])
        self.show_line(target)
        return True

    def show_line(self, number: int) -> None:
        """Bring a line into the middle and mark it."""
        self.at = number
        self.follows = False
        at = max(0, self._index(number) - self.room // 2)
        lines = self.lines()
        self.first = lines[at].number if at < len(lines) else 0
        self.refresh()

    # Moving

    def scroll_lines(self, by: int) -> None:
        """Move the window; at the end it follows again."""
        lines = self.lines()
        last = max(0, len(lines) - self.room)
        top = max(0, min(self._top() + by, last))
        self.follows = top == last and by > 0
        if lines and not self.follows:
            self.first = lines[top].number
        self.refresh()

    def action_scroll(self, by: int) -> None:
        self.scroll_lines(by)

    def action_page(self, pages: float) -> None:
        self.scroll_lines(int(pages * max(1, self.room - 1)))

    def action_top(self) -> None:
        self.scroll_lines(-len(self.lines()))

    def action_bottom(self) -> None:
        self.at = None
        self.follows = True
        self.refresh()

    def toggle_follow(self) -> None:
        """Follow the newest line, or stay with those that are seen."""
        if self.follows:
            self.scroll_lines(0)
        else:
            self.action_bottom()

    def action_slide(self, by: int) -> None:
        """Long lines from further right, as far as a line that is seen goes."""
        top = self._top()
        longest = max((len(each.text) for each in self.lines()[top : top + self.room]), default=0)
        last = max(0, longest - self.size.width // 2)
        self.left = max(0, min(self.left + by * SLIDE, max(last, self.left)))
        self.refresh()

    def next_filter(self) -> None:
        """The next kind of lines."""
        self.filter = (self.filter + 1) % len(FILTERS)
        self.refresh()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll_lines(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll_lines(-3)
