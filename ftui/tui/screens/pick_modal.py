"""A list that narrows while one types: commands in the help, classes to relabel with, rules to filter by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text as RichText
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input, Static

from ftui.tui.cell_text import cell
from ftui.tui.screens.dialog import Dialog
from ftui.tui.widgets.line_input import LineInput
from ftui.tui.widgets.lines import over, strip_of
from ftui.tui.widgets.list_pane import ListPane


class Item(NamedTuple):
    """One line: what is given back, the key shown before it, its name, more words, and the group it stands under."""

    value: str
    key: str
    label: str
    more: str = ""
    group: str = ""

    def matches(self, words: Sequence[str]) -> bool:
        """Whether every word stands somewhere in the line."""
        line = f"{self.key} {self.label} {self.more} {self.group}".casefold()
        return all(word in line for word in words)


class PickList(ListPane, can_focus=False):
    """The narrowed lines."""

    DEFAULT_CSS = "PickList { height: 1fr; }"

    class Pointed(Message):
        """Another line is under the cursor, or the lines have another width."""

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__()
        self.items = list(items)

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def cut(self) -> Item | None:
        """The line under the cursor, where it has no room as a whole."""
        if not 0 <= self.cursor < self.count:
            return None
        item = self.items[self.cursor]
        taken = 1 + self._group_width + cell_len(f"{item.key:>8}  {item.label}  {item.more}")
        return item if taken > self.size.width else None

    @property
    def _group_width(self) -> int:
        return 16 if any(i.group for i in self.items) else 0

    def cursor_moved(self, old: int, new: int) -> None:  # noqa: ARG002  the list's signature
        self.post_message(self.Pointed())

    def on_resize(self) -> None:
        super().on_resize()
        self.post_message(self.Pointed())

    def render_line(self, y: int) -> Strip:
        palette = self.palette
        number = self.line_at(y)
        if number is None:
            return strip_of([], self.size.width, palette.text)
        item = self.items[number]
        ground = palette.cursor if number == self.cursor else palette.text
        group = (
            item.group
            if number == 0 or self.items[number - 1].group != item.group or number == self.top
            else ""
        )
        width = self._group_width
        pieces: list[tuple[str, Style]] = [(" ", ground)]
        if width:
            pieces.append((f"{group:<{width}}", over(palette.faint, ground)))
        pieces.append((f"{item.key:>8}  ", over(palette.info, ground)))
        pieces.append((f"{item.label}  ", ground))
        room = self.size.width - sum(cell_len(text) for text, _ in pieces)
        more = item.more if cell_len(item.more) <= room else cell(item.more, max(0, room))
        pieces.append((more, over(palette.dim, ground)))
        return strip_of(pieces, self.size.width, ground)


class PickModal(Dialog[str | None]):
    """Gives back the value of the line picked, None on Escape."""

    DEFAULT_CSS = """
    PickModal > Vertical { width: 90; height: 80%; background: $background; padding: 0 1; }
    PickModal Static { height: auto; padding: 0 1; background: $surface; }
    """
    BINDINGS = [Binding("escape", "leave", "Leave it", show=False)]

    def __init__(self, title: str, items: Sequence[Item], *, by_number: bool = False, note: str = "") -> None:
        """by_number: a digit picks the line with that number at once (as long as nothing is typed)."""
        super().__init__()
        self.question = title
        self.items = list(items)
        self.by_number = by_number
        self.note = note

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(RichText(self.question, "bold"), markup=False)
            yield LineInput(placeholder="type to narrow", select_on_focus=False)
            yield PickList(self.items)
            yield Static(self._foot(), id="foot", markup=False)

    def _foot(self, item: Item | None = None) -> RichText:
        """How the list is used; of a line that is cut in it the whole text."""
        if item is not None:
            return RichText(f"{item.label}  {item.more}")
        return RichText(self.note or "↑ ↓ choose   Enter do it   Esc cancel", "dim")

    @on(PickList.Pointed)
    def _pointed(self) -> None:
        self.query_one("#foot", Static).update(self._foot(self.query_one(PickList).cut))

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()

    def on_key(self, event: events.Key) -> None:
        picks = self.query_one(PickList)
        steps = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
        if event.key in steps:
            event.stop()
            event.prevent_default()
            picks.action_move(steps[event.key])

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        picks = self.query_one(PickList)
        if self.by_number and event.value.isdigit():
            exact = [item for item in self.items if item.key == event.value]
            longer = [
                item for item in self.items if item.key.startswith(event.value) and item.key != event.value
            ]
            if exact and not longer:
                self.dismiss(exact[0].value)
                return
        words = event.value.casefold().split()
        found = [item for item in self.items if item.matches(words)]
        first = event.value.casefold()
        found.sort(key=lambda item: not (item.key == event.value or item.label.casefold().startswith(first)))
        picks.items = found if words else list(self.items)
        picks.cursor = 0
        picks.top = 0
        picks.refresh()
        self._pointed()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        picks = self.query_one(PickList)
        if picks.items:
            self.dismiss(picks.items[picks.cursor].value)

    def action_leave(self) -> None:
        self.dismiss(None)
