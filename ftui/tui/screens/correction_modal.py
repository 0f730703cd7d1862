"""An output in the editor: what it should have been."""

from __future__ import annotations

from rich.text import Text as RichText
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from ftui.project.errors import FtuiError
from ftui.tui.keymap import bindings
from ftui.tui.stand_ins import StandIns
from ftui.tui.widgets.key_bar import KeyBar


class CorrectionModal(ModalScreen[str | None]):
    """Gives back the corrected text, None where the person leaves without one."""

    DEFAULT_CSS = """
    CorrectionModal { background: $background; }
    CorrectionModal > Static { height: auto; max-height: 5; background: $surface; padding: 0 1; }
    CorrectionModal > TextArea, CorrectionModal > TextArea:focus { height: 1fr; border: none; padding: 0 1; }
    CorrectionModal > TextArea { background: $background; }
    """
    BINDINGS = bindings("editor")

    def __init__(self, output: str, where: str) -> None:
        """`where` says where the corrected pair goes."""
        super().__init__()
        self.output = output
        self.where = where
        self.stand_ins = StandIns(output)
        self._warned = False

    def compose(self) -> ComposeResult:
        yield Static(RichText(f"what the output should have been   {self.where}"), markup=False)
        area = TextArea(
            self.stand_ins.shown, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False
        )
        area.cursor_blink = False
        yield area
        yield KeyBar(id="correction-keys")

    def on_mount(self) -> None:
        keys = self.query_one("#correction-keys", KeyBar)
        keys.place = "editor"
        keys.renew()
        self.area.focus()

    @property
    def area(self) -> TextArea:
        return self.query_one(TextArea)

    @property
    def text(self) -> str:
        """The text as it is now."""
        return self.stand_ins.restore(self.area.text)

    def action_keep(self) -> None:
        """Give the text back, where something was changed and something is left."""
        if self.text == self.output:
            self.notify("Nothing was changed; accept the output instead.", severity="warning", timeout=4)
        elif not self.text.strip():
            self.notify("The corrected text is empty.", severity="warning", timeout=4)
        else:
            self.dismiss(self.text)

    def action_discard(self) -> None:
        """Leave; a changed text asks for the key a second time."""
        if self.text != self.output and not self._warned:
            self._warned = True
            self.notify(
                "The text was changed. The same key again throws the changes away.", severity="warning"
            )
            return
        self.dismiss(None)

    def action_external(self) -> None:
        """Go on in $EDITOR."""
        from ftui.tui import external_editor

        try:
            text = external_editor.edit(self.app, self.text)
        except FtuiError as error:
            self.notify(f"{error}; {error.hint}", severity="error", timeout=10, markup=False)
            return
        finally:
            self.refresh(layout=True)
        self.stand_ins = StandIns(text)
        self.area.load_text(self.stand_ins.shown)

    def action_beginning(self) -> None:
        self.area.move_cursor((0, 0))

    def action_end(self) -> None:
        self.area.move_cursor(self.area.document.end)
