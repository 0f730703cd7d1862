"""The line in which a text of the log is looked for."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from ftui.tui.widgets.line_input import LineInput


class LogSearch(Horizontal):
    """`/`: what is typed is marked at once; Enter goes to the nearest line above, Escape drops it."""

    DEFAULT_CSS = """
    LogSearch { height: 1; background: $panel; display: none; }
    LogSearch.-open { display: block; }
    LogSearch Input { border: none; height: 1; width: 1fr; padding: 0; background: $panel; }
    LogSearch Input:focus { border: none; }
    LogSearch Static { width: auto; padding: 0 1; }
    """
    BINDINGS = [Binding("escape", "drop", "Drop the search", show=False)]

    @dataclass
    class Typed(Message):
        """What is looked for changed."""

        text: str

    @dataclass
    class Done(Message):
        """Enter, or Escape with an empty text."""

        text: str

    def compose(self) -> ComposeResult:
        yield Static("/ log", markup=False)
        yield LineInput(placeholder="capitals count where you type one", select_on_focus=False)
        yield Static("⏎ go  Esc drop", markup=False)

    def open(self, text: str) -> None:
        """Show the line and take the keyboard."""
        self.add_class("-open")
        field = self.query_one(Input)
        field.cursor_blink = False
        field.value = text
        field.focus()

    def close(self) -> None:
        """Hide the line."""
        self.remove_class("-open")

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Done(event.value))

    def action_drop(self) -> None:
        self.post_message(self.Done(""))
