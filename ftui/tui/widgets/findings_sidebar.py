"""The findings by rule: counts, and the rows of the rules that are open."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from ftui.tui.cell_text import cell, one_line
from ftui.tui.desk.found import Found, Group, Spot
from ftui.tui.desk.order import Place
from ftui.tui.keymap import bindings
from ftui.tui.widgets.lines import Piece, over, strip_of
from ftui.tui.widgets.list_pane import ListPane
from ftui.tui.widgets.row_table import GLYPHS


class Line(NamedTuple):
    """A line of the sidebar: a finding about a whole file, a rule, or the n-th row of an open rule."""

    whole: Spot | None = None
    group: Group | None = None
    at: int = -1


class FindingsSidebar(ListPane):
    """Rules with counts, gravest first; an open rule shows its rows. Only the visible lines are made."""

    BINDINGS = bindings("findings")
    HEADER = 1

    class Chosen(Message):
        """Enter on a row of a rule."""

        def __init__(self, place: Place, code: str) -> None:
            super().__init__()
            self.place = place
            self.code = code

    class Opened(Message):
        """Enter on a finding about a whole file or project."""

        def __init__(self, spot: Spot) -> None:
            super().__init__()
            self.spot = spot

    class Wanted(Message):
        """These rows are visible, and what was found in them is not known yet."""

        def __init__(self, places: list[Place]) -> None:
            super().__init__()
            self.places = places

    def __init__(self, found: Found, number: Callable[[Place], str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.found = found
        self.number = number
        self.progress = ""
        self._groups: list[Group] = []
        self._open: set[str] = set()

    @property
    def count(self) -> int:
        rows = sum(group.rows for group in self._groups if group.code in self._open)
        return len(self.found.whole) + len(self._groups) + rows

    @property
    def line(self) -> Line:
        """The line under the cursor."""
        return self.line_of(self.cursor)

    @property
    def code(self) -> str | None:
        """The rule under the cursor."""
        line = self.line
        return line.whole.code if line.whole else line.group.code if line.group else None

    def renew(self) -> None:
        """The findings changed: keep the cursor on its rule."""
        code = self.code
        self._groups = self.found.groups()
        self._open &= {group.code for group in self._groups}
        if code is not None and self.code != code:
            self.set_reactive(
                FindingsSidebar.cursor, self._line_of_rule(code) or self.validate_cursor(self.cursor)
            )
        self.set_reactive(FindingsSidebar.cursor, self.validate_cursor(self.cursor))
        self.follow()
        self.refresh()

    def line_of(self, number: int) -> Line:
        """What stands on a line."""
        if number < 0:
            return Line()
        if number < len(self.found.whole):
            return Line(whole=self.found.whole[number])
        number -= len(self.found.whole)
        for group in self._groups:
            if number == 0:
                return Line(group=group)
            number -= 1
            if group.code in self._open:
                if number < group.rows:
                    return Line(group=group, at=number)
                number -= group.rows
        return Line()

    def _line_of_rule(self, code: str) -> int | None:
        at = len(self.found.whole)
        for group in self._groups:
            if group.code == code:
                return at
            at += 1 + (group.rows if group.code in self._open else 0)
        return None

    # Drawing

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y < self.HEADER:
            return strip_of(self._header(), width, palette.header)
        if not self.count:
            return strip_of(self._empty(y - self.HEADER), width, palette.text)
        line = y - self.HEADER + self.top
        if line >= self.count:
            return Strip.blank(width, palette.text)
        ground = self.ground() if line == self.cursor and self.has_focus else None
        return strip_of(self._pieces(self.line_of(line), ground), width, ground or palette.text)

    def _header(self) -> list[Piece]:
        palette = self.palette
        if self.progress:
            return [(" findings  ", palette.header), (self.progress, palette.dim)]
        pieces: list[Piece] = [(" findings", palette.header)]
        for severity, total in self.found.severity_counts().items():
            if total:
                pieces.append((f"  {GLYPHS[severity]} {total:,}", palette.severity(severity)))
        if self.found.state in ("stopped", "failed"):
            pieces.append(("  out of date: C", palette.dim))
        return pieces

    def _empty(self, y: int) -> list[Piece]:
        palette = self.palette
        words = {
            "none": ("Not checked yet.", "C runs the rules."),
            "running": ("Looking at every row …", "ctrl+k stops."),
            "stopped": ("The check was stopped.", "C starts it again."),
            "failed": ("The check failed:", one_line(self.found.error)),
            "done": (
                "✓ Nothing found.",
                f"{len(self.found.skipped)} rules did not run." * bool(self.found.skipped),
            ),
        }[self.found.state]
        style = palette.success if self.found.state == "done" and y == 1 else palette.dim
        return [(f" {words[y - 1]}", style)] if 1 <= y <= 2 else []

    def _pieces(self, line: Line, ground: Style | None) -> list[Piece]:
        def on(style: Style) -> Style:
            return over(style, ground) if ground else style

        palette = self.palette
        plain = ground or palette.text
        if line.whole:
            glyph = GLYPHS[line.whole.severity]
            rest = self.size.width - 13
            return [
                (f" {glyph} ", on(palette.severity(line.whole.severity))),
                (f"{line.whole.code:<8}", plain),
                (cell(line.whole.message, rest), ground or palette.dim),
            ]
        group = line.group
        if group is None:
            return []
        if line.at < 0:
            count = f"{group.total:,}"
            name = cell(group.name, max(1, self.size.width - 15 - len(count)))
            arrow = "▾" if group.code in self._open else "▸"
            return [
                (f" {GLYPHS[group.severity]} ", on(palette.severity(group.severity))),
                (f"{group.code} ", plain),
                (f"{arrow} ", ground or palette.faint),
                (name, ground or palette.dim),
                (f" {count} ", plain),
            ]
        place = self.found.row_of(group.code, line.at)
        number = self.number(place)
        message = self._message(place, group.code)
        rest = max(1, self.size.width - 6 - max(5, len(number)))
        return [(f"   {number:>5}  ", ground or palette.faint), (cell(message, rest), ground or palette.text)]

    def _message(self, place: Place, code: str) -> str:
        spots = self.found.details(place)
        if spots is None:
            return "…"
        return next((spot.message for spot in spots if spot.code == code), "fixed")

    def ask(self) -> None:
        """Ask for what was found in the visible rows that nobody looked at yet."""
        lines = (self.line_of(i) for i in range(self.top, min(self.top + self.page, self.count)))
        places = [
            self.found.row_of(line.group.code, line.at) for line in lines if line.group and line.at >= 0
        ]
        missing = [place for place in dict.fromkeys(places) if self.found.details(place) is None]
        if missing:
            self.post_message(self.Wanted(missing))

    # Keys and mouse

    def cursor_moved(self, _old: int, _new: int) -> None:
        self.ask()

    def action_go(self) -> None:
        line = self.line
        if line.whole is not None:
            self.post_message(self.Opened(line.whole))
        elif line.group is not None and line.at >= 0:
            self.post_message(self.Chosen(self.found.row_of(line.group.code, line.at), line.group.code))
        elif line.group is not None:
            self._set_open(line.group.code, line.group.code not in self._open)

    def action_open(self) -> None:
        group = self.line.group
        if group is None:
            return
        if group.code in self._open and self.line.at < 0:
            self.cursor += 1
        self._set_open(group.code, True)

    def action_close(self) -> None:
        group = self.line.group
        if group is None:
            return
        self._set_open(group.code, False)
        at = self._line_of_rule(group.code)
        if at is not None:
            self.cursor = at

    def _set_open(self, code: str, is_open: bool) -> None:
        if is_open:
            self._open.add(code)
        else:
            self._open.discard(code)
        self.follow()
        self.refresh()
        self.ask()

    def on_click(self, event: events.Click) -> None:
        line = self.line_at(event.y)
        if line is not None:
            self.cursor = line
            self.action_go()
