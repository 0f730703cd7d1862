"""One line asked from the person: a reason, a row number, a path."""

from __future__ import annotations

from collections.abc import Callable

from rich.text import Text as RichText
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input, Static

from ftui.tui.screens.dialog import Dialog
from ftui.tui.widgets.line_input import LineInput

DO_IT = "Enter do it   Esc cancel"

Validate = Callable[[str], str]
"""Given the text, "" when it will do, else what is wrong with it."""


class InputModal(Dialog[str | None]):
    """Gives back the line, None on Escape. What is wrong with it shows while typing."""

    DEFAULT_CSS = "InputModal Input { margin: 1 0; }"
    BINDINGS = [Binding("escape", "leave", "Leave it", show=False)]

    def __init__(
        self,
        title: str,
        text: str = "",
        value: str = "",
        hint: str = "",
        validate: Validate | None = None,
        suggester: Suggester | None = None,
    ) -> None:
        super().__init__()
        self.suggester = suggester
        self.question = title
        self.text = text
        self.value = value
        self.hint = hint
        self.check = validate or (lambda _text: "")

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(RichText(self.question, "bold"), markup=False)
            if self.text:
                yield Static(RichText(self.text), markup=False)
            yield LineInput(
                self.value, placeholder=self.hint, select_on_focus=False, suggester=self.suggester
            )
            yield Static(DO_IT, id="input-verdict", markup=False)

    def on_mount(self) -> None:
        field = self.query_one(Input)
        field.cursor_blink = False
        self.set_focus(field)

    def on_key(self, event: events.Key) -> None:
        """A key that came before the line had the keyboard; what the line takes does not come here from it."""
        field = self.query_one(LineInput)
        if field.takes(event):
            event.stop()
            field.post_message(events.Key(event.key, event.character))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        wrong = self.check(event.value) if event.value else ""
        self.query_one("#input-verdict", Static).update(RichText(wrong or DO_IT))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        wrong = self.check(event.value)
        if wrong:
            self.query_one("#input-verdict", Static).update(RichText(wrong))
        else:
            self.dismiss(event.value)

    def action_leave(self) -> None:
        self.dismiss(None)
