"""The sampling settings of a model: name, value, and who said it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from ftui.tui.cell_text import cell, one_line
from ftui.tui.keymap import bindings
from ftui.tui.sampling.state import SettingLine
from ftui.tui.widgets.lines import Piece, over, strip_of
from ftui.tui.widgets.list_pane import ListPane

NAME = 15
VALUE = 16
"""Cells of a value at least; a stop sequence may be longer."""


class SettingsTable(ListPane):
    """A line a setting."""

    HEADER = 1
    BINDINGS = bindings("settings")

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's name
        super().__init__(id=id)
        self.lines: Sequence[SettingLine] = ()
        self.of = ""
        """The model whose settings these are; empty: the only one's."""

    def show(self, lines: Sequence[SettingLine], of: str) -> None:
        """Show the settings of a model."""
        if (list(lines), of) != (list(self.lines), self.of):
            self.lines, self.of = lines, of
            self.cursor = self.validate_cursor(self.cursor)
            self.refresh()

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def setting(self) -> SettingLine | None:
        """The setting under the cursor."""
        return self.lines[self.cursor] if 0 <= self.cursor < self.count else None

    def cursor_moved(self, old: int, new: int) -> None:  # noqa: ARG002  the list's signature
        if self.can_focus:
            self.screen.show_settings()  # type: ignore[attr-defined]

    def is_cut(self, line: SettingLine) -> bool:
        """Whether there is no room for all that is known of a setting."""
        room = self._room(line)
        return len(line.value) > room or NAME + room + len(line.source) + 6 > self.size.width

    def _room(self, line: SettingLine) -> int:
        return max(VALUE, min(len(line.value), self.size.width - NAME - 24))

    def render_line(self, y: int) -> Strip:
        palette, width = self.palette, self.size.width
        if y == 0:
            of = f" of {one_line(self.of)}" if self.of else ""
            return strip_of([(f" settings{of}", palette.header)], width, palette.header)
        number = self.line_at(y)
        if number is None:
            return strip_of([], width, palette.text)
        line = self.lines[number]
        ground = self.ground() if number == self.cursor and self.can_focus else palette.text
        mark: Piece = ("▲ ", over(palette.warning, ground)) if line.warns else ("  ", ground)
        room = self._room(line)
        source = palette.edited if line.source == "set here" else palette.dim
        pieces = [
            (" ", ground),
            (cell(line.name.replace("_", " "), NAME), over(palette.dim, ground)),
            mark,
            (cell(line.value, room), ground),
            ("  ", ground),
            (brief(one_line(line.source), width - NAME - room - 5), over(source, ground)),
        ]
        return strip_of(pieces, width, ground)


def brief(source: str, room: int) -> str:
    """Where a value comes from; where there is no room, the file first, and without the why."""
    if len(source) <= room:
        return source
    key, _, file = source.partition(": ")[0].removeprefix("PARAMETER ").rpartition(" of ")
    short = f"{file} {key}".rstrip()
    return short if len(short) <= room else file
