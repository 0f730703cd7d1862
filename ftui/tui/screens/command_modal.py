"""A page about a command that is run elsewhere: it can be copied."""

from __future__ import annotations

from textual.binding import Binding

from ftui.tui.screens.page_modal import PageModal, Parts


class CommandModal(PageModal):
    """`y` copies the command, which stands whole on the clipboard and in a file, however it is broken here."""

    BINDINGS = [Binding("y", "copy", show=False)]

    def __init__(self, title: str, command: str, parts: Parts) -> None:
        super().__init__(title, parts, "  y copy the command")
        self.command = command

    def action_copy(self) -> None:
        """Send the command to the terminal and keep it in a file."""
        from ftui.tui import clipboard

        sequence = clipboard.osc52(self.command)
        try:
            path = clipboard.save(self.command, clipboard.folder())
        except OSError as error:
            self.notify(f"Not copied: {error}", severity="error", timeout=8, markup=False)
            return
        if sequence is not None:
            self.app.write_to_terminal(sequence)  # type: ignore[attr-defined]
        said = clipboard.said(sequence is not None, path, len(self.command))
        self.notify(said, timeout=6, markup=False)
