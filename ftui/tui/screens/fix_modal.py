"""The preview of a fix as a difference, and the question how far to apply it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text as RichText
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from ftui.tui.desk.differences import difference
from ftui.tui.key_names import key_name
from ftui.tui.screens.dialog import Dialog, append_answer, append_escape

HIGHEST = 16
"""Lines of changes shown at a time."""
AROUND = 15
"""Lines of the frame, the title and the choices around them."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One row before and after: where it is, the field, both texts; `new` None: the row is removed."""

    where: str
    field: str
    old: str
    new: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """One way to apply the fix: its key, its words, and how many rows it touches."""

    key: str
    label: str
    value: str
    rows: int


class FixModal(Dialog[str | None]):
    """Gives back the scope picked, None on Escape. An unsafe fix asks for the key twice."""

    DEFAULT_CSS = """
    FixModal > Vertical { width: 100; }
    FixModal VerticalScroll { height: auto; margin: 1 0; background: $background; padding: 0 1; }
    """

    def __init__(
        self, code: str, title: str, previews: Sequence[Preview], scopes: Sequence[Scope], *, unsafe: bool
    ) -> None:
        super().__init__()
        self.code = code
        self.fix_title = title
        self.previews = list(previews)
        self.scopes = list(scopes)
        self.unsafe = unsafe
        self._asked: Scope | None = None

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(RichText(f"{self.code}  {self.fix_title}", "bold"), markup=False)
            with VerticalScroll(can_focus=False):
                for preview in self.previews:
                    yield Static(self._change(preview), markup=False)
            yield Static(id="fix-scopes", markup=False)

    def on_mount(self) -> None:
        self._fit(self.app.size.height)
        self._show()

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.height)

    def _fit(self, height: int) -> None:
        """Leave room for the choices: on a small terminal the changes scroll sooner."""
        self.query_one(VerticalScroll).styles.max_height = max(4, min(HIGHEST, height - AROUND))

    def _change(self, preview: Preview) -> RichText:
        palette = self.app.palette  # type: ignore[attr-defined]
        gone = Style(color=palette.error.color, strike=True)
        line = RichText(f"{preview.where}  {preview.field}\n", "dim")
        if preview.new is None:
            line.append(f"[-{' '.join(preview.old.split())[:300]}-]  the row is removed", gone)
        else:
            line.append(
                difference(preview.old, preview.new, gone, Style(color=palette.success.color, bold=True))
            )
        line.append("\n")
        return line

    def _show(self) -> None:
        lines = RichText()
        if self.unsafe:
            lines.append("▲ unsafe: this may change what the row means; look at it first\n\n", "bold")
        most = max((scope.rows for scope in self.scopes), default=0)
        if most > len(self.previews) > 1:
            lines.append(f"the first {len(self.previews)} of {most:,} are shown; ↓ scrolls\n\n", "dim")
        for scope in self.scopes:
            rows = f"{scope.rows:,} row{'' if scope.rows == 1 else 's'}"
            append_answer(lines, scope.key, f"{scope.label} ({rows})")
        if self._asked is not None:
            lines.append(
                f"\nPress {key_name(self._asked.key)} again: {self._asked.label}, {self._asked.rows:,} rows.",
                "bold",
            )
        else:
            append_escape(lines, "leave it as it is")
        self.query_one("#fix-scopes", Static).update(lines)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
            return
        if event.key in ("down", "up", "pagedown", "pageup"):
            pane = self.query_one(VerticalScroll)
            pane.scroll_relative(y=3 if event.key in ("down", "pagedown") else -3, animate=False)
            return
        for scope in self.scopes:
            if scope.key in (event.key, event.character):
                if self.unsafe and scope.value != "row" and self._asked is not scope:
                    self._asked = scope
                    self._show()
                else:
                    self.dismiss(scope.value)
                return
