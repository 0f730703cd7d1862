"""One question with a few answers, each on its own key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.text import Text as RichText
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from ftui.tui.screens.dialog import Dialog, append_answer, append_escape


class Choice(NamedTuple):
    """One answer: its key (Textual's name), what it does in words, and the value given back."""

    key: str
    label: str
    value: str


class AskModal(Dialog[str | None]):
    """Gives back the value of the choice, None on Escape. Up, down and Enter work as well as the keys."""

    DEFAULT_CSS = "AskModal #ask-choices { margin-top: 1; }"

    def __init__(
        self, title: str, text: str, choices: Sequence[Choice], cursor: int = 0, escape: str = "cancel"
    ) -> None:
        super().__init__()
        self.question = title
        self.text = text
        self.choices = list(choices)
        self.cursor = cursor
        self.escape = escape
        """What Escape does, in words."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(RichText(self.question, "bold"), markup=False)
            if self.text:
                yield Static(RichText(self.text), markup=False)
            yield Static(id="ask-choices", markup=False)

    def on_mount(self) -> None:
        self._show()

    def _show(self) -> None:
        lines = RichText()
        for number, choice in enumerate(self.choices):
            append_answer(lines, choice.key, choice.label, here=number == self.cursor)
        append_escape(lines, self.escape)
        self.query_one("#ask-choices", Static).update(lines)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
        elif event.key in ("up", "down"):
            self.cursor = (self.cursor + (1 if event.key == "down" else -1)) % len(self.choices)
            self._show()
        elif event.key == "enter":
            self.dismiss(self.choices[self.cursor].value)
        else:
            for choice in self.choices:
                if choice.key in (event.key, event.character):
                    self.dismiss(choice.value)
                    return
