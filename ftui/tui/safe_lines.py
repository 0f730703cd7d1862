"""The last door before the terminal: no line of any widget, Textual's own included, can write to it.

Our widgets draw such characters as symbols before; Textual's editor, notices and inputs print what they are given.
"""

from __future__ import annotations

from rich.cells import get_character_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from ftui.text.visible import symbol


class _Table(dict[int, str]):
    """Code point to what may be printed in its place, as wide as Textual takes it to be."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        safe = character
        if not character.isprintable():
            safe = symbol(character) if get_character_cell_size(character) else ""
        self[code] = safe
        return safe


_SAFE = _Table()


class SafeLines(LineFilter):
    """Takes out of each line what a terminal would obey or reorder."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  Textual's signature
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment
            if segment.control or segment.text.isprintable()
            else Segment(segment.text.translate(_SAFE), segment.style)
            for segment in segments
        ]
