"""What all dialogs share: the frame in the middle of the screen, a line to type in, answers by key."""

from __future__ import annotations

from typing import TypeVar

from rich.text import Text as RichText
from textual.screen import ModalScreen

from ftui.tui.key_names import key_name

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A framed column of widgets over the desk."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog > Vertical { width: 76; max-width: 100%; height: auto; max-height: 100%; }
    Dialog > Vertical { background: $surface; padding: 1 2; border: round $primary 70%; }
    Dialog Static { width: 1fr; }
    Dialog Input { border: none; height: 1; padding: 0 1; background: $panel; }
    Dialog Input:focus { border: none; }
    """


def append_answer(lines: RichText, key: str, label: str, *, here: bool = False) -> None:
    """One answer on a line of its own: its key (Textual's name) and what it does; `here`: the cursor is on it."""
    lines.append(f"{'›' if here else ' '} {key_name(key):>3}", "bold")
    lines.append(f"  {label}\n", "bold" if here else "")


def append_escape(lines: RichText, label: str) -> None:
    """What Escape does, the last line."""
    lines.append(f"  Esc  {label}", "dim")
