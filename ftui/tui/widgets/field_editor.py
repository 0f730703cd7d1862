"""The inline editor: one field of the record, in the record's place."""

from __future__ import annotations

from dataclasses import dataclass

from rich.style import Style
from rich.text import Text as RichText
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from ftui.tui.cell_text import one_line
from ftui.tui.desk.folding import Fold
from ftui.tui.desk.order import Place
from ftui.tui.keymap import bindings
from ftui.tui.stand_ins import StandIns
from ftui.tui.widgets.row_table import GLYPHS

COLOURS_UP_TO = 32_000
"""Characters up to which there are syntax colours: Textual queries the whole tree at each letter (128 KB: 185 ms)."""
PAUSE = 0.15
"""Seconds of silence after which what was typed is checked."""
VERDICTS = 4
"""Findings named under the text."""


class Area(TextArea):
    """The text being edited."""


class FieldEditor(Vertical):
    """Edits one text of one row; says what the rules think of it as one types."""

    DEFAULT_CSS = """
    FieldEditor { height: 1fr; width: 1fr; background: $background; }
    FieldEditor > Static { background: $surface; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    FieldEditor > #editor-title { height: 1; }
    FieldEditor > #editor-verdict { height: auto; max-height: 4; }
    FieldEditor > Area, FieldEditor > Area:focus { height: 1fr; border: none; padding: 0 1; }
    FieldEditor > Area { background: $background; }
    """
    BINDINGS = bindings("editor")

    @dataclass
    class Kept(Message):
        """The person keeps the text."""

        place: Place
        field: str
        text: str

    @dataclass
    class Discarded(Message):
        """The person leaves without keeping; `changed` when something had been typed."""

        place: Place

    @dataclass
    class Typed(Message):
        """The text changed and the keyboard paused."""

        place: Place
        field: str
        text: str

    @dataclass
    class ExternalEditor(Message):
        """The person asks for $EDITOR with the text as it is now."""

        place: Place
        field: str
        text: str

    def __init__(self, place: Place, field: str, role: str, text: str, offset: int = 0) -> None:
        super().__init__()
        self.place = place
        self.field = field
        self.role = role
        self.original = text
        self.start_offset = offset
        self._hold(text)
        self._warned = False
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static(id="editor-title", markup=False)
        area = Area(
            self.fold.shown,
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            tab_behavior="indent",
        )
        area.cursor_blink = False
        yield area
        yield Static(id="editor-verdict", markup=False)

    def on_mount(self) -> None:
        if "```" in self.original and len(self.original) <= COLOURS_UP_TO:
            self.area.language = "markdown"
        self.area.move_cursor(self.fold.location(self.stand_ins.position(self.start_offset)))
        self.area.focus()
        self._say(RichText("…"))
        self._paused()

    @property
    def area(self) -> Area:
        return self.query_one(Area)

    @property
    def text(self) -> str:
        """The text as it is now, without fold marks and stand-ins."""
        return self.stand_ins.restore(self.fold.unfold(self.area.text))

    @property
    def changed(self) -> bool:
        return self.text != self.original

    def _hold(self, text: str) -> None:
        self.stand_ins = StandIns(text)
        self.fold = Fold(self.stand_ins.shown)

    def replace_text(self, text: str) -> None:
        """Show another text (from $EDITOR). Undo begins anew: older texts have other fold marks and stand-ins."""
        self._hold(text)
        self.area.load_text(self.fold.shown)
        self.area.move_cursor(self.area.document.end)

    def show_verdict(self, messages: list[tuple[str, str, str]]) -> None:
        """Say what the rules find in the text as typed: (severity, code, message) each."""
        palette = self.app.palette  # type: ignore[attr-defined]
        lines = RichText()
        for severity, code, message in messages[:VERDICTS]:
            lines.append("\n" if lines else "")
            lines.append(f"{GLYPHS[severity]} {code} ", Style(color=palette.severity(severity).color))
            lines.append(one_line(message))
        if len(messages) > VERDICTS:
            lines.append(f"  +{len(messages) - VERDICTS}", Style(color=palette.dim.color))
        if not messages:
            lines.append("✓ no findings in this row", Style(color=palette.dim.color))
        self._say(lines)

    def show_no_verdict(self, why: str) -> None:
        """Say why the rules say nothing."""
        self._say(RichText(why))

    def _say(self, lines: RichText) -> None:
        self.query_one("#editor-verdict", Static).update(lines)

    def _show_title(self) -> None:
        mark = "● changed" if self.changed else "unchanged"
        what = f"{self.field} ({self.role})" if self.field else self.role
        text = f"edit {what}   {mark}"
        if self.fold.mark:
            text += f"   {self.fold.mark} folds a long line"
        if self.stand_ins.marks:
            text += f"   {' '.join(list(self.stand_ins.marks.values())[:5])} invisible characters"
        self.query_one("#editor-title", Static).update(RichText(text))

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._warned = False
        if self._timer is None:
            self._show_title()
        else:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, self._paused)

    def _paused(self) -> None:
        self._timer = None
        self._show_title()
        self.ask_verdict()

    def ask_verdict(self) -> None:
        """Have the row looked at with the text as it is now."""
        self.post_message(self.Typed(self.place, self.field, self.text))

    def action_end(self) -> None:
        """To the end of the text."""
        self.area.move_cursor(self.area.document.end)

    def action_beginning(self) -> None:
        """To the beginning of the text."""
        self.area.move_cursor((0, 0))

    def action_keep(self) -> None:
        self.post_message(self.Kept(self.place, self.field, self.text))

    def action_discard(self) -> None:
        """Leave; a changed text asks for the key a second time."""
        if self.changed and not self._warned:
            self._warned = True
            self.notify(
                "The text was changed. The same key again throws the changes away.", severity="warning"
            )
            return
        self.post_message(self.Discarded(self.place))

    def action_external(self) -> None:
        self.post_message(self.ExternalEditor(self.place, self.field, self.text))
