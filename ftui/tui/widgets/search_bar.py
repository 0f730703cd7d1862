"""The search line under the table: searches all rows while one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from rich.text import Text as RichText
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static

from ftui.tui.desk.filters import Mode
from ftui.tui.widgets.line_input import LineInput

PAUSE = 0.12
"""Seconds of silence before a search starts, so that a quick typist starts one and not eight."""
MODES: tuple[Mode, ...] = get_args(Mode)


class SearchBar(Horizontal):
    """`/`: plain, regex or fuzzy. Enter keeps the matches as a filter, Escape drops the search."""

    DEFAULT_CSS = """
    SearchBar { height: 1; background: $panel; display: none; }
    SearchBar.-open { display: block; }
    SearchBar Input { border: none; height: 1; width: 1fr; padding: 0; background: $panel; }
    SearchBar Input:focus { border: none; }
    SearchBar Static { width: auto; padding: 0 1; }
    """
    BINDINGS = [
        Binding("escape", "drop", "Drop the search", show=False),
        Binding("down", "table", "To the rows found", show=False),
        Binding("ctrl+t", "mode", "Plain, regex, fuzzy", show=False),
    ]

    @dataclass
    class Searched(Message):
        """What to search changed; an empty text: nothing."""

        text: str
        mode: Mode

    class Kept(Message):
        """The person keeps the matches and goes to them."""

    class Dropped(Message):
        """The person drops the search."""

    def __init__(self) -> None:
        super().__init__(id="search-bar")
        self.mode: Mode = "plain"
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static("/ plain", id="search-mode", markup=False)
        yield LineInput(placeholder="search all rows", select_on_focus=False)
        yield Static("", id="search-verdict", markup=False)

    def open(self, text: str = "", mode: Mode = "plain") -> None:
        """Show the line and take the keyboard."""
        self.add_class("-open")
        self.mode = mode
        field = self.query_one(Input)
        field.cursor_blink = False
        field.value = text
        field.focus()
        self.say("")

    def close(self) -> None:
        """Hide the line."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.remove_class("-open")

    def say(self, verdict: str) -> None:
        """What came of it: `1,204 rows`, `still searching 40 %`, or what is wrong with the expression."""
        self.query_one("#search-mode", Static).update(f"/ {self.mode}")
        hint = "^T mode  ⏎ keep  Esc drop"
        self.query_one("#search-verdict", Static).update(RichText(f"{verdict}   {hint}" if verdict else hint))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if not self.has_class("-open"):
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._search)

    def _search(self) -> None:
        self._timer = None
        self.post_message(self.Searched(self.query_one(Input).value, self.mode))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._timer is not None:
            self._timer.stop()
            self._search()
        self.post_message(self.Kept())

    def action_mode(self) -> None:
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
        self.say("")
        self._search()

    def action_table(self) -> None:
        self.post_message(self.Kept())

    def action_drop(self) -> None:
        self.post_message(self.Dropped())
